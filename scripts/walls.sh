#!/usr/bin/env bash
# Checks the walls between the rooms. With --plant, shows that each check can fail.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec python3 scripts/walls.py "$@"
