# What a person types. The work is in scripts/.
.PHONY: run test bench campaign bindings deb

run: ; scripts/run.sh
test: ; scripts/test.sh
bench: ; scripts/bench.sh
bindings: ; scripts/bindings.sh
# The endpoint as a Debian package, in target/deb.
deb: ; scripts/deb.sh target/deb

# `make campaign [NAME] [SEED] [MINUTES]`: the words behind the first are its arguments, and nothing to be made.
ifeq (campaign,$(firstword $(MAKECMDGOALS)))
arguments := $(wordlist 2,4,$(MAKECMDGOALS))
.PHONY: $(arguments)
$(arguments): ; @:
endif
campaign: ; scripts/campaign.sh $(arguments)
