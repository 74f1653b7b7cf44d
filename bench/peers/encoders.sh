#!/usr/bin/env bash
# zipflens' encoder against PyTorch, ONNX Runtime, OpenVINO and CTranslate2 on the same tokens, in turn: how
# fast, and how far from the answer in float64. Arguments go to compare_encoders.py (--rounds, --models,
# --bfloat16, --isa, --avx2, ...).
set -euo pipefail
cd "$(dirname "$0")/../.."

# shellcheck source=bench/peers/environment.sh
. bench/peers/environment.sh
use_peers
exec "$venv/bin/python" bench/peers/compare_encoders.py "$@"
