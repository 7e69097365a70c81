#!/usr/bin/env bash
# Writes ui/src/lib/bindings anew: what the page must know and Rust decides.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo run --quiet --package chronicle-words --example keys
cargo nextest run --workspace --features chronicle-window/ts,chronicle-media/probe --run-ignored only --status-level none --final-status-level fail \
  --filterset 'test(=bindings::write_bindings)'
