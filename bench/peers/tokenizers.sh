#!/usr/bin/env bash
# zipflens against `tokenizers` and `nanotoken` on one text, cold, in turn, one and two threads.
# Makes its own environment in bench/peers/.venv-tokenizers; arguments go to compare_tokenizers.py.
set -euo pipefail
cd "$(dirname "$0")/../.."

# shellcheck source=bench/peers/environment.sh
. bench/peers/environment.sh
use_environment requirements-tokenizers.txt .venv-tokenizers
exec "$venv/bin/python" bench/peers/compare_tokenizers.py "$@"
