#!/usr/bin/env bash
# Gives bytes to every reader of stored bytes: fuzz.sh [TARGET...]. Each target gets an equal part of CHRONICLE_CAMPAIGN_MINUTES,
# one after the other, beginning with the one that has had least; what it learns stays in target/fuzz, and the next run goes
# on there. What fails is kept under target/fuzz/failed. Where everything stands is in target/campaign/fuzz-SEED.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=0.13.2
seed=${CHRONICLE_CAMPAIGN_SEED:-1} minutes=${CHRONICLE_CAMPAIGN_MINUTES:-10}
target=$PWD/${CARGO_TARGET_DIR:-target}
# An input has at most a few of these; a reader that asks for more at once is a fault.
limits=(-max_len=20000 -malloc_limit_mb=64 -rss_limit_mb=1024 -timeout=20)
# The fuzzer needs flags that stable Rust keeps for its own use; nothing that is shipped is built so.
export RUSTC_BOOTSTRAP=1 PATH=$target/tools/bin:$PATH

tool() {
  [[ "$(cargo fuzz --version 2>/dev/null)" == *" $version" ]] && return 0
  printf 'fuzz: installing with cargo: cargo-fuzz %s\n' "$version"
  CARGO_TARGET_DIR=$target/tools/build cargo install --locked cargo-fuzz --version "=$version" --root "$target/tools"
  rm -rf "$target/tools/build"
}

targets() {
  find fuzz/targets -name '*.rs' -printf '%f\n' | sed 's/\.rs$//' | grep --invert-match '^planted$' | sort
}

run() {
  local name=$1
  shift
  cargo fuzz run --target-dir "$target/fuzz" "$name" "$target/fuzz/learnt/$name" "fuzz/corpus/$name" -- \
    "${limits[@]}" "-seed=$((10#$seed))" "-artifact_prefix=$target/fuzz/failed/$name-" -print_final_stats=1 "$@"
}

# A fuzzer that does not find one input in 2^64 in a minute is blind.
planted() {
  mkdir -p "$target/fuzz/learnt/planted" "$target/fuzz/failed"
  rm -f "$target/fuzz/learnt/planted"/*
  if cargo fuzz run --target-dir "$target/fuzz" planted "$target/fuzz/learnt/planted" -- \
    "-artifact_prefix=$target/fuzz/planted-" -max_total_time=60 >"$target/fuzz/planted.log" 2>&1; then
    printf 'fuzz: the planted fault was not found\n' >&2
    return 1
  fi
  grep --quiet 'the planted fault' "$target/fuzz/planted.log"
  printf 'fuzz: the planted fault was found\n'
}

one() {
  local name=$1 seconds=$2 log=$target/fuzz/$1.log
  mkdir -p "$target/fuzz/learnt/$name" "$target/fuzz/failed"
  if ! run "$name" "-max_total_time=$seconds" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    printf 'fuzz: %s failed; the input is under target/fuzz/failed\n' "$name" >&2
    return 1
  fi
  python3 - "$kept" "$name" "$seconds" "$log" <<'PYTHON'
import json, pathlib, re, sys

kept, name, seconds, log = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), pathlib.Path(sys.argv[4]).read_text(errors="replace")
all = json.loads(kept.read_text()) if kept.exists() else {}
one = all.setdefault(name, {"seconds": 0, "runs": 0})
one["seconds"] += seconds
one["runs"] += int(re.search(r"stat::number_of_executed_units:\s*(\d+)", log).group(1))
one["edges"] = int(re.findall(r"cov: (\d+)", log)[-1])
kept.write_text(json.dumps(all, indent=2, sort_keys=True) + "\n")
print(f"fuzz: {name}: {one}")
PYTHON
}

had() {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1])).get(sys.argv[2], {}).get("seconds", 0))' "$kept" "$1" 2>/dev/null || printf '0\n'
}

tool
kept=$target/campaign/fuzz-$seed.json
mkdir -p "$target/campaign"
cargo fuzz build --target-dir "$target/fuzz"
planted
(($#)) && names=("$@") || mapfile -t names < <(targets)
seconds=$((minutes * 60 / ${#names[@]}))
((seconds >= 5)) || seconds=5
while read -r _ name; do
  one "$name" "$seconds"
done < <(for name in "${names[@]}"; do printf '%s %s\n' "$(had "$name")" "$name"; done | sort -n)
