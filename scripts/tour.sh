#!/usr/bin/env bash
# The whole way through the real window, by mouse and keyboard, in a display of its own. Pictures go to target/tour/.
#   scripts/tour.sh           reporter and caseworker, files compared at the end
#   scripts/tour.sh --look    every main view in each language, and text outside the pseudo-locale's brackets
#   scripts/tour.sh --locking what locks by itself, with a stand-in for the desktop, and the quick way out
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/display.sh

case "${1:-}" in
  "") mode=tour size=1280x800 ;;
  --look) mode=look size=1920x1080 ;;
  --locking) mode=locking size=1280x800 ;;
  *) fail "unknown argument: $1" ;;
esac

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
programs=$target/debug
# All of the workspace at once, so that libraries are compiled with one set of features.
cargo build --locked --workspace --bins --features chronicle-window/automation
# Another tour may be using it.
cmp -s "$programs/chronicle" "$programs/chronicle-driven" || cp "$programs/chronicle" "$programs/chronicle-driven"

begin_display "$size" us,ru
if [[ $mode == locking ]]; then
  command -v gdbus >/dev/null && command -v dbus-send >/dev/null || fail "gdbus or dbus-send is missing; scripts/setup.sh installs them"
  /usr/bin/python3 -m dbusmock --template logind >"$room/logind.log" 2>&1 &
  own+=("$!")
fi
dbus-run-session -- "$programs/chronicle-tour" "$mode" "$programs" "$target/tour" "$room/throw-away" 2>"$room/errors" || {
  status=$?
  grep -v -e dbus-daemon -e xdg-desktop-portal -e 'pw.conf' -e '^$' "$room/errors" >&2 || true
  exit "$status"
}
