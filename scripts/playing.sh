#!/usr/bin/env bash
# Plays every kind of sound and video in the real engine, in a display of its own, and watches what it writes.
#   scripts/playing.sh          all small files; some without the engine's plugins; a table, and faults planted in it
#   scripts/playing.sh --long   a video of more than 500 MB besides, and what it takes of memory
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  printf 'playing: %s\n' "$*" >&2
  exit 1
}

long=()
case "${1:-}" in
  "") ;;
  --long) long=(--long) ;;
  *) fail "unknown argument: $1" ;;
esac
# Debian's own Python: the bindings of the engine come with it.
python=/usr/bin/python3
for tool in Xvfb dbus-run-session strace ffmpeg "$python" ui/node_modules/.bin/vite; do
  command -v "$tool" >/dev/null || fail "$tool is missing"
done
"$python" -c 'import gi; gi.require_version("WebKit2", "4.1"); gi.require_version("Soup", "3.0")' || fail "gir1.2-webkit2-4.1 or gir1.2-soup-3.0 is missing"

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
media=$target/playing-media
scripts/media-files.sh "${long[@]}" "$media"

room=$(mktemp -d "${TMPDIR:-/tmp}/chronicle-playing.XXXXXX")
own=()
ended() {
  local pid
  for pid in "${own[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$room"
}
trap ended EXIT

VITE_CONFIG_NATIVE_IGNORE_WARNING=true ui/node_modules/.bin/vite build --config tests/playing/vite.config.mjs --outDir "$room/page"

mkfifo "$room/display"
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>"$room/display" >"$room/xvfb.log" 2>&1 &
own+=("$!")
read -r -t 20 number <"$room/display" || fail "Xvfb did not start"
unset WAYLAND_DISPLAY LC_ALL LANGUAGE
export DISPLAY=":$number" GDK_BACKEND=x11 LANG=C.UTF-8 WEBKIT_FORCE_SANDBOX=1 NO_AT_BRIDGE=1

# window NAME QUERY SECONDS: reports go to NAME.json, all that was opened for writing to NAME.trace.
window() {
  local name=$1
  mkdir -p -m 0700 "$room/$name/run" "$room/$name/home"
  XDG_RUNTIME_DIR=$room/$name/run HOME=$room/$name/home XDG_CACHE_HOME=$room/$name/home/.cache XDG_CONFIG_HOME='' XDG_DATA_HOME='' \
    timeout -k 5 $(($3 + 20)) strace --follow-forks --seccomp-bpf --output="$room/$name.trace" --trace=openat,open,creat,rename,renameat,renameat2,connect \
    dbus-run-session -- "$python" tests/playing/host.py "$room/page" "$media" "$2" "$3" >"$room/$name.json" 2>"$room/$name.errors" ||
    printf 'playing: the window %s did not end well\n' "$name" >&2
}

query() {
  "$python" tests/playing/judge.py --query "$media" "$1"
}

window small "$(query small)" 200

# Without any plugin, and with those that the engine always brings along: nothing plays, and nothing ends because of it.
mkdir "$room/plugins-none" "$room/plugins-base"
dpkg -L gstreamer1.0-plugins-base libgstreamer1.0-0 2>/dev/null | grep '/gstreamer-1.0/libgst.*\.so$' | xargs -r ln -s -t "$room/plugins-base"
for plugins in none base; do
  GST_PLUGIN_SYSTEM_PATH_1_0=$room/plugins-$plugins GST_PLUGIN_PATH_1_0=$room/plugins-$plugins window "$plugins" "$(query "$plugins")" 80
done
runs=(small none base)
if ((${#long[@]})); then
  window short "$(query short)" 60
  window long "$(query long)" 200
  runs+=(short long)
fi
"$python" tests/playing/judge.py --judge "$room" "${runs[@]}"
