#!/usr/bin/env bash
# zipflens against `tokenizers` and `nanotoken` on one text, cold, in turn, one and two threads.
# Makes its own environment in bench/peers/.venv-tokenizers; arguments go to compare_tokenizers.py.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=bench/peers/.venv-tokenizers
if ! cmp -s bench/peers/requirements-tokenizers.txt "$venv/.installed"; then
  echo "Installing tokenizers, nanotoken and pyarrow into $venv" >&2
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement bench/peers/requirements-tokenizers.txt
  cp bench/peers/requirements-tokenizers.txt "$venv/.installed"
fi
export PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" bench/peers/compare_tokenizers.py "$@"
