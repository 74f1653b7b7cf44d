#!/usr/bin/env bash
# Compares zipflens with `tokenizers` and `nanotoken` on one text, in turn, from empty tables, on one and two threads.
# Makes an environment in bench/peers/.venv-tokenizers. Arguments are passed to compare_tokenizers.py.
set -euo pipefail
cd "$(dirname "$0")/../.."

# shellcheck source=bench/peers/environment.sh
. bench/peers/environment.sh
use_environment requirements-tokenizers.txt .venv-tokenizers
exec "$venv/bin/python" bench/peers/compare_tokenizers.py "$@"
