# Sourced by run.sh and encoders.sh from the repository's root: sets `venv`, an environment with the peers
# of requirements.txt, made in bench/peers/.venv where ZIPFLENS_PEERS_VENV names no other.
# shellcheck shell=bash
venv=${ZIPFLENS_PEERS_VENV:-bench/peers/.venv}
if [ -z "${ZIPFLENS_PEERS_VENV:-}" ] && ! cmp -s bench/peers/requirements.txt "$venv/.installed"; then
  echo "Installing PyTorch, transformers, scipy and the encoders' peers into $venv (some gigabytes)" >&2
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement bench/peers/requirements.txt
  cp bench/peers/requirements.txt "$venv/.installed"
fi
export PYTHONDONTWRITEBYTECODE=1
