#!/usr/bin/env bash
# The long tests, which try many orders of events: ignored tests whose name begins with `campaign_`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --workspace --bins --locked
exec cargo nextest run --workspace --locked --run-ignored only --no-tests fail \
  --filterset 'test(/(^|::)campaign_/)' "$@"
