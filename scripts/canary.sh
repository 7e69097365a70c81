#!/usr/bin/env bash
# What sessions at the real window leave on disks and in memory, in a display of its own, as root: nobody else may look into
# the window's processes.
#   scripts/canary.sh           a short run
#   scripts/canary.sh --long    the campaign: CHRONICLE_CAMPAIGN_SEED, CHRONICLE_CAMPAIGN_MINUTES; it goes on where it stopped
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/display.sh

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
programs=$target/debug
case "${1:-}" in
  "") seed=$RANDOM sessions=2 minutes=1 out=$target/canary-run ;;
  --long) seed=${CHRONICLE_CAMPAIGN_SEED:-1} sessions=1000 minutes=${CHRONICLE_CAMPAIGN_MINUTES:-10} out=$target/campaign ;;
  *) fail "unknown argument: $1" ;;
esac
for tool in strace zstd brotli age; do
  command -v "$tool" >/dev/null || fail "$tool is missing; scripts/setup.sh installs it"
done
[[ "$(id -u)" == 0 ]] || fail "this needs root"

# Both windows: as it is shipped, and as it is driven.
cargo build --locked --workspace --bins
cp "$programs/chronicle" "$programs/chronicle-shipped"
cargo build --locked --workspace --bins --features chronicle-window/automation
cp "$programs/chronicle" "$programs/chronicle-driven"
cargo build --locked --profile canary --package chronicle-canary
mkdir -p "$out"

TMPDIR=/var/tmp begin_display 1280x800 us,ru,ir
memory=$(mktemp -d /dev/shm/chronicle-canary.XXXXXX)
trap 'rm -rf "$memory"; ended' EXIT
# All that a session may touch lies in one folder, the home folder too.
disk=$room/throw-away
export HOME=$disk/home
mkdir -p "$HOME"
# What drags and looks beside the window has no bus and begins none.
export DBUS_SESSION_BUS_ADDRESS=disabled:
canary=$target/canary/chronicle-canary
"$canary" disk "$programs" "$disk" "$memory" "$runtime" "$out" "$seed" "$sessions" "$minutes"
