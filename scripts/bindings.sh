#!/usr/bin/env bash
# Writes ui/src/lib/bindings anew: what the page must know and Rust decides.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo run --quiet --package chronicle-words --example keys
cargo test --quiet --package chronicle-window --features ts -- --ignored --exact bindings::write_bindings >/dev/null
