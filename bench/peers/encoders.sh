#!/usr/bin/env bash
# zipflens' encoder against PyTorch, ONNX Runtime, OpenVINO and CTranslate2 on the same tokens, in turn.
# Shares bench/peers/.venv with run.sh (ZIPFLENS_PEERS_VENV: use this one instead); arguments go to
# compare_encoders.py (--rounds, --models, --bfloat16, --avx2, ...).
set -euo pipefail
cd "$(dirname "$0")/../.."

# shellcheck source=bench/peers/environment.sh
. bench/peers/environment.sh
exec "$venv/bin/python" bench/peers/compare_encoders.py "$@"
