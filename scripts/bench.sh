#!/usr/bin/env bash
# The measurements: ignored tests whose name begins with `bench_`, built as they are shipped, one at a time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --workspace --bins --release --locked
exec cargo nextest run --workspace --release --locked --run-ignored only --no-capture --no-tests fail \
  --filterset 'test(/(^|::)bench_/)' "$@"
