#!/bin/sh
# The order of everything, from an empty folder to the caseworker's files. Needs the two binaries on the PATH, a free port
# in PORT, and a folder to work in as first argument. Prints the folder with the saved files.
set -eu
cd "$1"

umask 077
echo 'correct gravel umbrella tonight fission' > reporter.pass
echo 'window harvest plural ostrich canyon' > desk.pass
echo 'ember violin sandbag quarterly moth' > offline.pass
url="http://127.0.0.1:$PORT"
journal() { verb=$1; shift; chronicle-cli journal "$verb" --vault journal --passphrase-file reporter.pass "$@"; }
desk() { verb=$1; shift; chronicle-cli desk "$verb" --vault desk --passphrase-file desk.pass "$@"; }

# The operator makes the endpoint; the caseworker founds the organisation with its receipt key.
key=$(chronicle-endpoint init --data endpoint)
test "$key" = "$(chronicle-endpoint receipt-key --data endpoint)"
desk create
desk found --name 'Пример e.V.' --endpoint "$url" --receipt-key "$key" --offline stick --offline-passphrase-file offline.pass
desk profile --out profile.json
pinned=$(chronicle-endpoint profile profile.json --data endpoint)

# Tokens, and the endpoint begins to serve.
chronicle-endpoint token new caseworker --data endpoint > caseworker.token
chronicle-endpoint token new reporter --data endpoint > reporter.token
chronicle-endpoint serve --listen "127.0.0.1:$PORT" --data endpoint > endpoint.log &
serving=$!
trap 'kill $serving' EXIT
until grep -q "^listening on $url" endpoint.log; do kill -0 $serving; sleep 0.1; done

desk connect --token-file caseworker.token
desk invite --token-file reporter.token --out invitation.txt

# What the caseworker reads out is what the operator was shown.
words=$(desk organisation --json | tr -d '\n" ' | sed 's/.*words:\[\([^]]*\)\].*/\1/; s/,/ /g')
test "$words" = "$pinned"

# The reporter.
journal create
organisation=$(journal join invitation.txt --words "$words")
chronicle-cli journal example > report.json
printf 'Photographed from the window.\n' > note.txt
incident=$(journal add --report report.json --attach note.txt)
journal preview "$incident" --to "$organisation"
journal send "$incident" --to 'Пример e.V.'
journal sync
journal status "$incident" --json | grep -q '"stage": "stored"'

# The caseworker.
desk fetch
report=$(desk list --json | sed -n 's/^ *"id": "\([0-9a-f]*\)",$/\1/p')
desk show "$report"
desk save "$report" --out saved
cmp note.txt saved/0001.txt
echo "saved $report"
