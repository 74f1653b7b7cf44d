#!/usr/bin/env bash
# zipflens' encoder against PyTorch, ONNX Runtime, OpenVINO and CTranslate2 on the same tokens, in turn.
# Shares bench/peers/.venv with run.sh (ZIPFLENS_PEERS_VENV: use this one instead); arguments go to
# compare_encoders.py (--rounds, --models, --bfloat16, --avx2, ...).
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=${ZIPFLENS_PEERS_VENV:-bench/peers/.venv}
if [ -z "${ZIPFLENS_PEERS_VENV:-}" ] && ! cmp -s bench/peers/requirements.txt "$venv/.installed"; then
  echo "Installing PyTorch, ONNX Runtime, OpenVINO and CTranslate2 into $venv (some gigabytes)" >&2
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement bench/peers/requirements.txt
  cp bench/peers/requirements.txt "$venv/.installed"
fi
export PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" bench/peers/compare_encoders.py "$@"
