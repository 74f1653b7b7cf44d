#!/usr/bin/env bash
# Compares zipflens with the notebook's recipe in PyTorch and scipy; the machine should be quiet. Makes an environment
# in bench/peers/.venv (or uses the one that ZIPFLENS_PEERS_VENV names) and a larger corpus in data/bench/. Arguments
# are passed to compare.py (--rounds, --zipflens, --out, ...).
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
