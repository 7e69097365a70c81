#!/bin/sh
# Without Chronicle: prints the notes of the first incident of the vault $1 and its first file; or, with a bundle as $2, those
# of the bundle, opened by the desk $1. Only age, sqlite3, tar, and the passphrase. What is opened lies in $TMPDIR meanwhile.
# Bundles need age 1.3 or newer; with an older one, set NEWER_AGE to a program that takes its place for them.
set -eu; umask 077; t=$(mktemp -d); trap 'rm -r "$t"' EXIT
age -d -o "$t/key" "$1/key.age"                                         # asks for the passphrase
age -d -i "$t/key" -o "$t/ring" "$1/ring.age"
if [ $# = 2 ]; then
  cat "$1"/identities/*.age | age -d -i "$t/ring" | ${NEWER_AGE:-age} -d -i - "$2" | tar -xC "$t"
  sed 's/.*"narrative":"\([^"]*\)".*/\1\n/' "$t/report.json"; cat "$t/files/0001"; exit
fi
sqlite3 "$1/vault.db" "select writefile('$t/' || seq || '.age', sealed) from record order by seq" > "$t/count"
for sealed in "$t"/*.age; do age -d -i "$t/ring" "$sealed" | head -n 1; done > "$t/records"
sed -n '/"kind":"incident"/s/.*"narrative":"\([^"]*\)".*/\1/p' "$t/records" | head -n 1
grep '"kind":"evidence"' "$t/records" | head -n 1 | sed 's/.*"blob":{"blob":"\([^"]*\)","key":"\([^"]*\)","size":\([0-9]*\).*/\1 \2 \3/' > "$t/item"
read -r name key size < "$t/item"; echo "$key" | age -d -i - "$1/blobs/$name" | head -c "$size"
