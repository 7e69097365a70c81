#!/usr/bin/env bash
# The measurements, built as they are shipped, one after the other: first that a planted slow variant is seen, then what each
# side takes (docs/performance.md), then the memory that large files take. bench.sh NAME...: only import, unlock, search, save
# or bundle.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh bench
speed() {
  cargo bench --locked --package chronicle-tests --bench speed -- "$@"
}

if (($#)); then
  speed "$@"
  exit
fi
speed --plant
speed
cargo build --workspace --bins --release --locked
cargo nextest run --package chronicle-tests --release --locked --run-ignored only --no-capture --no-tests fail \
  --filterset 'test(/(^|::)bench_/)'
