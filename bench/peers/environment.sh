# Sourced by the scripts beside it from the repository's root.
# shellcheck shell=bash

# use_environment REQUIREMENTS FOLDER [READY]: sets `venv` to an environment with the packages of the file
# REQUIREMENTS in bench/peers/, and makes it in FOLDER there if it does not exist. If READY is given and not empty,
# sets `venv` to READY instead, unchanged.
use_environment() {
  local requirements=bench/peers/$1
  venv=${3:-bench/peers/$2}
  if [ -z "${3:-}" ] && ! cmp -s "$requirements" "$venv/.installed"; then
    echo "Installing $requirements into $venv" >&2
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement "$requirements"
    cp "$requirements" "$venv/.installed"
  fi
  export PYTHONDONTWRITEBYTECODE=1
}

# The packages of compare.py and compare_encoders.py, PyTorch among them: some gigabytes. The variable
# ZIPFLENS_PEERS_VENV names an environment that has them.
use_peers() {
  use_environment requirements.txt .venv "${ZIPFLENS_PEERS_VENV:-}"
}
