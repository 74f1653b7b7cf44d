#!/usr/bin/env bash
# zipflens against the notebook's recipe in PyTorch and scipy, on a machine that should be quiet.
# Makes its own environment in bench/peers/.venv (ZIPFLENS_PEERS_VENV: use this one instead) and a
# larger corpus in data/bench/; arguments go to compare.py (--rounds, --zipflens, --out, ...).
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=${ZIPFLENS_PEERS_VENV:-bench/peers/.venv}
if [ -z "${ZIPFLENS_PEERS_VENV:-}" ] && ! cmp -s bench/peers/requirements.txt "$venv/.installed"; then
  echo "Installing PyTorch, transformers, scipy and the encoders' peers into $venv (some gigabytes)" >&2
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement bench/peers/requirements.txt
  cp bench/peers/requirements.txt "$venv/.installed"
fi

large=data/bench/wikipedia-shuffled.parquet
if [ ! -f "$large" ]; then
  "$venv/bin/python" bench/peers/make_bench_corpus.py --corpus data/wikipedia-sample.parquet --out "$large"
fi

export PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" bench/peers/compare.py "$@"
