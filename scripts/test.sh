#!/usr/bin/env bash
# Everything that is checked before a change counts as good, in order; each step with its seconds. Nothing is skipped: what
# cannot be checked here is said. With CHRONICLE_CI=1 the work tree must be clean and the whole must end within 45 minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CARGO_TERM_COLOR=never NO_COLOR=1
limit=2700
# One set of features for whatever is compiled for tests, so that nothing large is compiled twice.
# The probe is a binary of its own and changes nothing in the one that is shipped.
features=chronicle-window/ts,chronicle-media/probe
logs=${CARGO_TARGET_DIR:-target}/test
mkdir -p "$logs"
before=""
current=""

step() {
  current=$1
  shift
  local start=$SECONDS
  printf '\n--- %s\n' "$current"
  "$@"
  printf 'step %s %s\n' "$current" "$((SECONDS - start))" | tee -a "$logs/steps"
  current=""
  if [[ -n "${CHRONICLE_CI:-}" ]] && ((SECONDS > limit)); then
    printf 'test: %s seconds are more than the %s allowed\n' "$SECONDS" "$limit" >&2
    exit 1
  fi
}

ended() {
  local status=$?
  [[ -z "$current" ]] || printf 'step %s FAILED\n' "$current" >&2
  printf 'step total %s\n' "$SECONDS"
  exit "$status"
}

# What git would call changed, with the content of what is changed.
tree_state() {
  git status --porcelain --untracked-files=all
  git diff HEAD 2>/dev/null | sha256sum
}

scripts_parse() {
  local script
  for script in scripts/*.sh .ci/run; do bash -n "$script"; done
}

format() {
  cargo fmt --all --check
}

page() {
  npm run --silent --prefix ui build
  npm run --silent --prefix ui check
  npm run --silent --prefix ui lint
  npm run --silent --prefix ui test 2>&1 | tee "$logs/vitest"
}

lints() {
  cargo clippy --workspace --all-targets --features "$features" --locked -- --deny warnings
}

bindings() {
  local old
  old=$(mktemp -d "$logs/bindings.XXXXXX")
  cp -a ui/src/lib/bindings/. "$old/"
  scripts/bindings.sh
  if ! diff --recursive --unified "$old" ui/src/lib/bindings; then
    printf 'the bindings were stale and are written anew: commit them\n' >&2
    return 1
  fi
  rm -r "$old"
}

binaries() {
  cargo build --workspace --bins --locked
}

# Several at once, each with a display of its own: much of their time is waiting for a window. Their words come one after the
# other.
at_once() {
  local failed=0 name
  local -A running=()
  for name in "$@"; do
    "$name" >"$logs/$name" 2>&1 &
    running[$name]=$!
  done
  for name in "$@"; do
    wait "${running[$name]}" || {
      printf '%s FAILED\n' "$name"
      failed=1
    }
    cat "$logs/$name"
  done
  return "$failed"
}

tour() { scripts/tour.sh; }
look() { scripts/tour.sh --look; }

# The whole way through the real window by mouse and keyboard; every view in each language, nothing outside the
# pseudo-locale's brackets, nothing clipped; what locks by itself; and the shipped window cannot be driven.
window() {
  local bin=${CARGO_TARGET_DIR:-target}/debug
  cp "$bin/chronicle" "$bin/chronicle-shipped"
  cargo build --locked --workspace --bins --features chronicle-window/automation
  cp "$bin/chronicle" "$bin/chronicle-driven"
  at_once tour look
  # What must be over within two seconds is measured alone.
  scripts/tour.sh --locking
  scripts/undriven.sh "$bin/chronicle-shipped" "$bin/chronicle-driven"
}

# What a session at the real window leaves on disks and in memory.
canary() {
  scripts/canary.sh
}

# Sound and video of every common kind in the real engine, with faults planted.
playing() {
  scripts/playing.sh
}

tests() {
  cargo nextest run --workspace --features "$features" --locked --no-fail-fast 2>&1 | tee "$logs/nextest"
}

doc_tests() {
  cargo test --workspace --features "$features" --doc --locked --quiet 2>&1 | tee "$logs/doctest"
}

docs() {
  RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --locked --quiet
}

supply() {
  cargo deny --locked check --hide-inclusion-graph licenses bans sources
  # The same with a floor that nothing reaches must fail, or the floors are not read.
  sed 's/"bytes:<[0-9.]*"/"bytes:<999"/' deny.toml >"$logs/deny-planted.toml"
  if cargo deny --locked --config "$logs/deny-planted.toml" check bans >/dev/null 2>&1; then
    printf 'cargo-deny does not find a planted fault\n' >&2
    return 1
  fi
  if timeout 120 cargo deny --locked fetch db >"$logs/advisories" 2>&1; then
    cargo deny --locked check --hide-inclusion-graph advisories
  else
    printf 'advisories: NOT CHECKED, their database cannot be fetched from here\n'
  fi
}

walls() {
  scripts/walls.sh --plant
  scripts/walls.sh
}

clean() {
  local after
  after=$(tree_state)
  if [[ "$after" != "$before" ]]; then
    diff <(printf '%s\n' "$before") <(printf '%s\n' "$after") || printf 'the checks changed the work tree\n' >&2
    return 1
  fi
  if [[ -n "${CHRONICLE_CI:-}" && -n "$(git status --porcelain)" ]]; then
    git status --short
    printf 'the work tree is not clean\n' >&2
    return 1
  fi
}

trap ended EXIT
before=$(tree_state)
: >"$logs/steps"
step setup scripts/setup.sh
step scripts scripts_parse
step format format
step page page
step clippy lints
step bindings bindings
step build binaries
step tests tests
step window window
step canary canary
step playing playing
step doctests doc_tests
step docs docs
step supply supply
step walls walls
step clean clean
printf '\n'
cat "$logs/steps"
