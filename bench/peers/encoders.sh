#!/usr/bin/env bash
# Compares zipflens' encoder with PyTorch, ONNX Runtime, OpenVINO and CTranslate2 on the same tokens, in turn: speed,
# and distance from the answer in float64. Arguments are passed to compare_encoders.py (--rounds, --models,
# --bfloat16, --isa, --avx2, ...).
set -euo pipefail
cd "$(dirname "$0")/../.."

# shellcheck source=bench/peers/environment.sh
. bench/peers/environment.sh
use_peers
exec "$venv/bin/python" bench/peers/compare_encoders.py "$@"
