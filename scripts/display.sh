# Sourced by what drives the real window: a display of its own with a window manager, and the surroundings of a desktop.
# begin_display WIDTHxHEIGHT LAYOUTS sets `room`, a folder on a disk that is thrown away, and `runtime`, one in memory where
# the machine offers it; both are removed, and what was begun here is ended, when the script ends.
# shellcheck shell=bash

own=()
room="" runtime=""

fail() {
  printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2
  exit 1
}

ended() {
  local pid
  for pid in "${own[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$room" "$runtime"
}

begin_display() {
  local size=$1 layouts=$2 number tool waited
  for tool in Xvfb openbox dbus-daemon dbus-run-session WebKitWebDriver xdotool xprop import convert ffmpeg setxkbmap; do
    command -v "$tool" >/dev/null || fail "$tool is missing; scripts/setup.sh installs it"
  done
  room=$(mktemp -d "${TMPDIR:-/tmp}/chronicle-tour.XXXXXX")
  runtime=$(mktemp -d "/run/user/$(id -u)/chronicle-tour.XXXXXX" 2>/dev/null || mktemp -d /dev/shm/chronicle-tour.XXXXXX)
  trap ended EXIT
  chmod 0700 "$runtime"

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
  mkdir -p "$HOME" "$room/throw-away"

  # A system bus of its own: what this machine's desktop says must not reach the windows here.
  mkfifo "$room/bus"
  dbus-daemon --session --nofork --nopidfile --print-address=3 3>"$room/bus" >/dev/null 2>&1 &
  own+=("$!")
  read -r -t 20 DBUS_SYSTEM_BUS_ADDRESS <"$room/bus" || fail "the bus did not start"
  export DBUS_SYSTEM_BUS_ADDRESS

  openbox --config-file "$room/openbox.xml" >"$room/openbox.log" 2>&1 &
  own+=("$!")
  for ((waited = 0; waited < 100; waited++)); do
    xprop -root _NET_ACTIVE_WINDOW 2>/dev/null | grep -q '(WINDOW)' && break
    sleep 0.1
  done

  # Several layouts, as those who write in several alphabets have them.
  setxkbmap -layout "$layouts" -option grp:alt_shift_toggle
}
