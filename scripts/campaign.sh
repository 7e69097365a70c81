#!/usr/bin/env bash
# The long proofs, one after the other or one by name: campaign.sh [NAME] [SEED] [MINUTES]. A seed gives the same cases again.
# Each stops after MINUTES (10, at most 60), keeps where it stands in target/campaign/NAME-SEED.json, and goes on there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Each name and what runs it. What runs it reads the seed and the minutes from the environment.
declare -A campaigns=(
  [faults]="ignored_test every_call::campaign_faults"
  [crash-states]="ignored_test crash::campaign_crash_states"
  [migration]="ignored_test migration::campaign_migration"
  [remnants]="ignored_test remnants::campaign_remnants"
  [tampering]="ignored_test tampering::campaign_tampering"
  [kill]="ignored_test kill::campaign_kill"
  [kill-line]="ignored_test line::campaign_kill_line"
  [receipts]="ignored_test receipts::campaign_receipts"
  [recovery]="ignored_test recovery::campaign_recovery"
  [bits]="released_test bundles::campaign_bits"
  [shares]="released_test bundles::campaign_shares"
  [sizes]="released_test bundles::campaign_sizes"
  [fuzz]="scripts/fuzz.sh"
  [canary]="scripts/canary.sh --long"
)

fail() {
  printf 'campaign: %s\n' "$*" >&2
  exit 2
}

ignored_test() {
  cargo nextest run --workspace --locked --run-ignored only --no-capture --no-tests fail \
    --filterset "package(chronicle-tests) & test(=$1)"
}

# For what is cipher and nothing else: several times as many cases in the same time.
released_test() {
  cargo nextest run --release -p chronicle-tests --locked --run-ignored only --no-capture --no-tests fail \
    --filterset "test(=$1)"
}

names() {
  printf '%s\n' "${!campaigns[@]}" | sort
}

name=${1:-} seed=${2:-1} minutes=${3:-10}
[[ -z "$name" || -n "${campaigns[$name]:-}" ]] || fail "no such campaign: $name; there are $(names | xargs)"
[[ "$seed" =~ ^[0-9]{1,18}$ ]] || fail "the seed is a number, not $seed"
[[ "$minutes" =~ ^[0-9]{1,2}$ ]] && ((10#$minutes >= 1 && 10#$minutes <= 60)) || fail "from 1 to 60 minutes, not $minutes"
export CHRONICLE_CAMPAIGN_SEED=$seed CHRONICLE_CAMPAIGN_MINUTES=$((10#$minutes))

cargo build --workspace --bins --locked
for one in ${name:-$(names)}; do
  printf -- '--- campaign %s, seed %s, at most %s minutes\n' "$one" "$seed" "$minutes"
  ${campaigns[$one]}
  cat "${CARGO_TARGET_DIR:-target}/campaign/$one-$seed.json"
done
