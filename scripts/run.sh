#!/usr/bin/env bash
# The demonstration: a local endpoint with a demo organisation in a throw-away folder, and the window with its invitation
# at hand. This terminal plays the operator and the caseworker's voice. Where there is no display, the whole tour is taken
# by mouse and keyboard in a virtual one.
#   make run                  the reporter's window
#   make run VAULT=desk       the same window as the caseworker of the demo
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
endpoint=""
ended() { [[ -z "$endpoint" ]] || kill "$endpoint" 2>/dev/null || true; }
trap ended EXIT

serve() {
  "$bin/chronicle-endpoint" serve --listen "$1" --data "$demo/endpoint" >"$demo/serve.log" &
  endpoint=$!
  for _ in $(seq 100); do
    grep -q '^listening on ' "$demo/serve.log" && return
    sleep 0.1
  done
  printf 'the endpoint did not start\n' >&2
  exit 1
}

found_demo() {
  rm -rf "$demo"
  mkdir -p "$demo"
  local key url
  key=$("$bin/chronicle-endpoint" init --data "$demo/endpoint")
  serve 127.0.0.1:0
  url=$(sed -n 's/^listening on //p' "$demo/serve.log")
  "$bin/chronicle-cli" desk create --vault "$demo/desk" --generate >"$demo/desk-passphrase"
  "$bin/chronicle-cli" desk create --vault "$demo/spare" --generate >"$demo/offline-passphrase"
  rm -r "$demo/spare"
  local desk=(--vault "$demo/desk" --passphrase-file "$demo/desk-passphrase")
  "$bin/chronicle-cli" desk found "${desk[@]}" --name "Open Border (demo)" --endpoint "$url" --receipt-key "$key" \
    --offline "$demo/offline" --offline-passphrase-file "$demo/offline-passphrase" >/dev/null
  "$bin/chronicle-cli" desk profile "${desk[@]}" --out "$demo/profile.json" >/dev/null
  "$bin/chronicle-endpoint" profile "$demo/profile.json" --data "$demo/endpoint" >"$demo/words"
  "$bin/chronicle-endpoint" token new caseworker --data "$demo/endpoint" >"$demo/token"
  "$bin/chronicle-cli" desk connect "${desk[@]}" --token-file "$demo/token" >/dev/null
  "$bin/chronicle-endpoint" token new reporter --data "$demo/endpoint" >"$demo/token"
  "$bin/chronicle-cli" desk invite "${desk[@]}" --token-file "$demo/token" --out "$demo/invitation.txt" >/dev/null
  rm "$demo/token"
}

if [[ "${VAULT:-}" == desk && -e "$demo/desk/key.age" ]]; then
  serve "$(sed -n 's#^listening on http://##p' "$demo/serve.log")"
  printf '\nThe passphrase of the demo desk:   %s\n\n' "$(cat "$demo/desk-passphrase")"
  "$bin/chronicle" --vault "$demo/desk"
else
  found_demo
  printf '\nThe invitation of the demo organisation is in   %s\n' "$(realpath "$demo/invitation.txt")"
  printf 'The caseworker reads these six words out:       %s\n' "$(cat "$demo/words")"
  printf 'Afterwards the same window as the caseworker:   make run VAULT=desk\n'
  printf 'Everything of the demo lies in                  %s\n\n' "$(realpath "$demo")"
  "$bin/chronicle" --vault "$demo/journal"
fi
