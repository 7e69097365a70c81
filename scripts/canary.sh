#!/usr/bin/env bash
# What sessions at the real window leave on disks and in memory, in a display of its own, as root (or by sudo): nobody else
# may look into the window's processes.
#   scripts/canary.sh           one session on disks, one in memory
#   scripts/canary.sh --long    the campaign: the same with the window as it is shipped, who may look into it and what it leaves
#                               when it is struck, and sessions drawn from CHRONICLE_CAMPAIGN_SEED for
#                               CHRONICLE_CAMPAIGN_MINUTES; it goes on where it stopped
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/display.sh

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
programs=$target/debug
long="" built=""
for argument in "$@"; do
  case "$argument" in
    --long) long=1 ;;
    --built) built=1 ;;
    *) fail "unknown argument: $argument" ;;
  esac
done
for tool in strace zstd brotli age script setpriv /usr/bin/python3; do
  command -v "$tool" >/dev/null || fail "$tool is missing; scripts/setup.sh installs it"
done
/usr/bin/python3 -c 'import gi; gi.require_version("Gtk", "3.0")' || fail "python3-gi or gir1.2-gtk-3.0 is missing"

if [[ -z "$built" ]]; then
  if [[ -n "$long" ]]; then
    cargo build --locked --workspace --bins
    cp "$programs/chronicle" "$programs/chronicle-shipped"
  fi
  cargo build --locked --workspace --bins --features chronicle-window/automation
  cp "$programs/chronicle" "$programs/chronicle-driven"
fi
if [[ "$(id -u)" != 0 ]]; then
  sudo -n true 2>/dev/null || fail "this needs root, or sudo that asks for nothing"
  exec sudo -n --preserve-env=CARGO_TARGET_DIR,CHRONICLE_CAMPAIGN_SEED,CHRONICLE_CAMPAIGN_MINUTES scripts/canary.sh --built "$@"
fi

if [[ -n "$long" ]]; then
  seed=${CHRONICLE_CAMPAIGN_SEED:-1} minutes=${CHRONICLE_CAMPAIGN_MINUTES:-10} sessions=100000 out=$target/campaign
else
  seed=$RANDOM minutes=1 sessions=1 out=$target/canary-run
fi
mkdir -p "$out"
# On a disk; and so tall that the shipped window needs no scrolling.
TMPDIR=/var/tmp begin_display 1280x2600 us,ru,ir
memory=$(mktemp -d /dev/shm/chronicle-canary.XXXXXX)
trap 'rm -rf "$memory"; ended' EXIT
# What drags and looks beside the window has no bus and begins none.
export DBUS_SESSION_BUS_ADDRESS=disabled:

# All that one mode touches lies in a folder of its own, the home folder too.
look() {
  local mode=$1 disk=$room/throw-away/$1 within=$memory/$1
  mkdir -p "$disk/home" "$within"
  HOME=$disk/home "$programs/chronicle-canary" "$mode" "$programs" "$disk" "$within" "$runtime" "$out" "$seed" "$sessions" "$minutes"
}

if [[ -n "$long" ]]; then
  for mode in undriven memory guard; do
    [[ -e "$out/canary-$mode-$seed.json" ]] || look "$mode"
  done
else
  look memory
fi
look disk
