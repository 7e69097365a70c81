#!/usr/bin/env bash
# The whole way through the real window, by mouse and keyboard, in a display of its own. Pictures go to target/tour/.
#   scripts/tour.sh           reporter and caseworker, files compared at the end
#   scripts/tour.sh --look    every main view in each language, and text outside the pseudo-locale's brackets
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  printf 'tour: %s\n' "$*" >&2
  exit 1
}

case "${1:-}" in
  "") mode=tour size=1280x800 ;;
  --look) mode=look size=1920x1080 ;;
  *) fail "unknown argument: $1" ;;
esac

for tool in Xvfb openbox dbus-run-session WebKitWebDriver xdotool xprop import convert ffmpeg setxkbmap age age-keygen; do
  command -v "$tool" >/dev/null || fail "$tool is missing; scripts/setup.sh installs it"
done

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
programs=$target/debug
# All of the workspace at once, so that libraries are compiled with one set of features.
cargo build --locked --workspace --bins --features chronicle-window/automation
cp "$programs/chronicle" "$programs/chronicle-driven"

room=$(mktemp -d "${TMPDIR:-/tmp}/chronicle-tour.XXXXXX")
runtime=$(mktemp -d "/run/user/$(id -u)/chronicle-tour.XXXXXX" 2>/dev/null || mktemp -d /tmp/chronicle-run.XXXXXX)
chmod 0700 "$runtime"
own=()

ended() {
  local pid
  for pid in "${own[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$room" "$runtime"
}
trap ended EXIT

# The server takes the first free number and tells it.
mkfifo "$room/display"
Xvfb -displayfd 3 -screen 0 "${size}x24" -nolisten tcp 3>"$room/display" >"$room/xvfb.log" 2>&1 &
own+=("$!")
read -r -t 20 number <"$room/display" || fail "Xvfb did not start"

# No frame around the main window: the picture is the window. Alt+F4 closes, as everywhere.
cat >"$room/openbox.xml" <<'XML'
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <keyboard><keybind key="A-F4"><action name="Close"/></keybind></keyboard>
  <applications>
    <application title="Chronicle" type="normal">
      <decor>no</decor>
      <position force="yes"><x>0</x><y>0</y></position>
    </application>
  </applications>
</openbox_config>
XML

unset LC_ALL LC_MESSAGES LANGUAGE WEBKIT_DISABLE_COMPOSITING_MODE WAYLAND_DISPLAY
export DISPLAY=":$number" XDG_RUNTIME_DIR=$runtime HOME=$room/home GDK_BACKEND=x11 TZ=Europe/Vilnius
export TAURI_AUTOMATION=true TAURI_WEBVIEW_AUTOMATION=true
LANG=C.UTF-8
locale -a | grep -qix 'en_US.utf-\?8' && LANG=en_US.UTF-8
export LANG
mkdir -p "$HOME"
openbox --config-file "$room/openbox.xml" >"$room/openbox.log" 2>&1 &
own+=("$!")
for ((waited = 0; waited < 100; waited++)); do
  xprop -root _NET_ACTIVE_WINDOW 2>/dev/null | grep -q '(WINDOW)' && break
  sleep 0.1
done

# Two layouts, as those who write in both alphabets have them.
setxkbmap -layout us,ru -option grp:alt_shift_toggle
mkdir -p "$room/throw-away"
dbus-run-session -- "$programs/chronicle-tour" "$mode" "$programs" "$target/tour" "$room/throw-away" 2>"$room/errors" || {
  status=$?
  grep -v -e dbus-daemon -e xdg-desktop-portal -e 'pw.conf' -e '^$' "$room/errors" >&2 || true
  exit "$status"
}
