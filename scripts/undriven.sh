#!/usr/bin/env bash
# The window as it is shipped cannot be driven or inspected from outside, whatever stands in its environment; the build
# for tests can, by the same variables, which shows that this check sees. Usage: undriven.sh SHIPPED DRIVEN
set -euo pipefail

shipped=$(realpath "$1") driven=$(realpath "$2")
folder=$(mktemp -d)
mkdir -m 700 "$folder/run"
pids=()
ended() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap ended EXIT

Xvfb -displayfd 3 -screen 0 1024x700x24 3>"$folder/display" >/dev/null 2>&1 &
pids+=($!)
for _ in $(seq 50); do [[ -s "$folder/display" ]] && break; sleep 0.1; done
DISPLAY=:$(cat "$folder/display")
export DISPLAY XDG_RUNTIME_DIR=$folder/run LANG=C.UTF-8

listens() { (exec 4<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Starts a window with everything set that could open it up; prints whether the inspector listens, and what is left in its
# environment, which only root may read: the window forbids it to everybody else.
opened() {
  local binary=$1 port=$2
  TAURI_AUTOMATION=true TAURI_WEBVIEW_AUTOMATION=true WEBKIT_INSPECTOR_SERVER=127.0.0.1:$port \
    WEBKIT_INSPECTOR_HTTP_SERVER=127.0.0.1:$((port + 1)) GTK_MODULES=nothing WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1 \
    dbus-run-session -- "$binary" --vault "$folder/vault" >"$folder/out" 2>&1 &
  local session=$! window=""
  pids+=("$session")
  for _ in $(seq 150); do
    window=$(pgrep -P "$session" -x "$(basename "$binary" | cut -c1-15)" || true)
    [[ -n "$window" ]] && pgrep -P "$window" -f WebKitNetworkProcess >/dev/null && break
    sleep 0.1
  done
  [[ -n "$window" ]] || { printf 'the window did not start\n' >&2; cat "$folder/out" >&2; exit 1; }
  sleep 2
  if tr '\0' '\n' <"/proc/$window/environ" >"$folder/environ" 2>/dev/null; then
    grep -E '^(TAURI_|WEBKIT_INSPECTOR|GTK_MODULES|WEBKIT_DISABLE_SANDBOX)' "$folder/environ" || true
  else
    touch "$folder/unread"
  fi
  if listens "$port" || listens "$((port + 1))"; then printf 'the inspector listens\n'; fi
  kill "$window"
  wait "$session" 2>/dev/null || true
}

found=$(opened "$shipped" 19421)
if [[ -n "$found" ]]; then
  printf 'the shipped window can be opened up:\n%s\n' "$found" >&2
  exit 1
fi
found=$(opened "$driven" 19431)
if ! grep -q '^the inspector listens' <<<"$found" || { [[ ! -e "$folder/unread" ]] && ! grep -q '^TAURI_WEBVIEW_AUTOMATION' <<<"$found"; }; then
  printf 'this check does not see what is planted: %s\n' "$found" >&2
  exit 1
fi
printf 'shipped: nothing; driven: %s\n' "$(tr '\n' ' ' <<<"$found")"
