#!/usr/bin/env bash
# zipflens against the notebook's recipe in PyTorch and scipy, on a machine that should be quiet.
# Makes its own environment in bench/peers/.venv (ZIPFLENS_PEERS_VENV: use this one instead) and a
# larger corpus in data/bench/; arguments go to compare.py (--rounds, --zipflens, --out, ...).
set -euo pipefail
cd "$(dirname "$0")/../.."

# shellcheck source=bench/peers/environment.sh
. bench/peers/environment.sh
use_peers

large=data/bench/wikipedia-shuffled.parquet
if [ ! -f "$large" ]; then
  "$venv/bin/python" bench/peers/make_bench_corpus.py --corpus data/wikipedia-sample.parquet --out "$large"
fi

exec "$venv/bin/python" bench/peers/compare.py "$@"
