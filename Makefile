# What a person types. The work is in scripts/.
.PHONY: run test bench campaign bindings

run: ; scripts/run.sh
test: ; scripts/test.sh
bench: ; scripts/bench.sh
campaign: ; scripts/campaign.sh
bindings: ; scripts/bindings.sh
