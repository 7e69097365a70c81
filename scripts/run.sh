#!/usr/bin/env bash
# The demonstration: a local endpoint with a demo organisation in a folder of its own, and the window with its invitation
# at hand. This terminal plays the operator and the caseworker's voice. Where there is no display, the whole tour is taken
# by mouse and keyboard in a virtual one.
#   make run                  the reporter's window
#   make run VAULT=desk       the same window as the caseworker of the demo, beside the first one or after it
#   make run NEW=1            forgets the demo and begins another
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

began=$SECONDS
scripts/setup.sh
npm run --silent --prefix ui build
if [[ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]]; then
  printf 'There is no display here: taking the tour in a virtual one.\n'
  exec scripts/tour.sh
fi
cargo build --locked --package chronicle-cli --package chronicle-endpoint --package chronicle-window
bin=${CARGO_TARGET_DIR:-target}/debug
printf 'Built in %s seconds.\n' "$((SECONDS - began))"

demo=${CHRONICLE_DEMO:-${CARGO_TARGET_DIR:-target}/demo}

mkdir -p "$(dirname "$demo")"

# Each window of the demo holds the lock, and the last one ends the endpoint.
ended() {
  exec 9>&-
  if [[ -s "$demo/pid" ]] && flock --nonblock --exclusive "$demo.open" true; then
    kill "$(cat "$demo/pid")" 2>/dev/null || true
    rm "$demo/pid"
  fi
}

serves() {
  curl --silent --fail --noproxy '*' --max-time 2 --output /dev/null "http://$1/v1/profile"
}

# One endpoint for both windows: the first one starts it, on the address that the profile names.
serve() {
  local listening
  setsid "$bin/chronicle-endpoint" serve --listen "$1" --data "$demo/endpoint" >"$demo/serve.log" 8>&- 9>&- &
  printf '%s\n' "$!" >"$demo/pid"
  for _ in $(seq 100); do
    listening=$(sed -n 's#^listening on http://##p' "$demo/serve.log")
    if [[ -n "$listening" ]]; then
      printf '%s\n' "$listening" >"$demo/address"
      return
    fi
    sleep 0.1
  done
  printf 'the endpoint did not start; make run NEW=1 begins another demo\n' >&2
  exit 1
}

found_demo() {
  if [[ -e "$demo" && ! -e "$demo/demo" && -n "$(ls -A "$demo")" ]]; then
    printf '%s holds other things and is left alone\n' "$demo" >&2
    exit 1
  fi
  rm -rf "$demo"
  mkdir -p "$demo"
  touch "$demo/demo"
  local key
  key=$("$bin/chronicle-endpoint" init --data "$demo/endpoint")
  serve 127.0.0.1:0
  "$bin/chronicle-cli" desk create --vault "$demo/desk" --generate >"$demo/desk-passphrase"
  "$bin/chronicle-cli" desk create --vault "$demo/spare" --generate >"$demo/offline-passphrase"
  rm -r "$demo/spare"
  local desk=(--vault "$demo/desk" --passphrase-file "$demo/desk-passphrase")
  "$bin/chronicle-cli" desk found "${desk[@]}" --name "Open Border (demo)" --endpoint "http://$(cat "$demo/address")" --receipt-key "$key" \
    --offline "$demo/offline" --offline-passphrase-file "$demo/offline-passphrase" >/dev/null
  "$bin/chronicle-cli" desk profile "${desk[@]}" --out "$demo/profile.json" >/dev/null
  "$bin/chronicle-endpoint" profile "$demo/profile.json" --data "$demo/endpoint" >"$demo/words"
  "$bin/chronicle-endpoint" token new caseworker --data "$demo/endpoint" >"$demo/token"
  "$bin/chronicle-cli" desk connect "${desk[@]}" --token-file "$demo/token" >/dev/null
  "$bin/chronicle-endpoint" token new reporter --data "$demo/endpoint" >"$demo/token"
  "$bin/chronicle-cli" desk invite "${desk[@]}" --token-file "$demo/token" --out "$demo/invitation.txt" >/dev/null
  rm "$demo/token"
  touch "$demo/founded"
}

# One begins at a time.
exec 8>>"$demo.begin" 9>>"$demo.open"
flock 8
if [[ -n "${NEW:-}" || ! -e "$demo/founded" ]]; then
  flock --nonblock --exclusive 9 || {
    printf 'A window of the demo is still open; close it first.\n' >&2
    exit 1
  }
  trap ended EXIT
  found_demo
fi
flock --shared 9
trap ended EXIT
serves "$(cat "$demo/address")" || serve "$(cat "$demo/address")"
exec 8>&-

if [[ "${VAULT:-}" == desk ]]; then
  printf '\nThe passphrase of the demo desk:   %s\n\n' "$(cat "$demo/desk-passphrase")"
  "$bin/chronicle" --vault "$demo/desk" 9>&-
else
  printf '\nThe invitation of the demo organisation is in   %s\n' "$(realpath "$demo/invitation.txt")"
  printf 'The caseworker reads these six words out:       %s\n' "$(cat "$demo/words")"
  printf 'Afterwards the same window as the caseworker:   make run VAULT=desk\n'
  printf 'Everything of the demo lies in                  %s\n\n' "$(realpath "$demo")"
  "$bin/chronicle" --vault "$demo/journal" 9>&-
fi
