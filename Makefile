# What a person types. The work is in scripts/.
.PHONY: run test bench campaign bindings

run: ; scripts/run.sh
test: ; scripts/test.sh
bench: ; scripts/bench.sh
bindings: ; scripts/bindings.sh

# `make campaign [NAME] [SEED] [MINUTES]`: the words behind the first are its arguments, and nothing to be made.
ifeq (campaign,$(firstword $(MAKECMDGOALS)))
arguments := $(wordlist 2,4,$(MAKECMDGOALS))
.PHONY: $(arguments)
$(arguments): ; @:
endif
campaign: ; scripts/campaign.sh $(arguments)
