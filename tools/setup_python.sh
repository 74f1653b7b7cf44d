#!/usr/bin/env bash
# Makes .venv with exactly the packages of requirements.txt, each checked against its hashes.
# The stamp, written last, holds what .venv was made from; without it, or with another, .venv is made anew.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${ZIPFLENS_SETUP_PYTHON:-/usr/bin/python3}
stamp=.venv/zipflens-stamp
wanted="$("$python" --version) $(sha256sum requirements.txt)"
if [[ -x .venv/bin/python && -f $stamp && $(<"$stamp") == "$wanted" ]]; then
  exit 0
fi

echo "setup: installing into .venv ($("$python" --version)):" \
  "$(sed -n 's/^\([a-z0-9._-]*==[^ ]*\).*/\1/p' requirements.txt | tr '\n' ' ')"
rm -rf .venv
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
  --require-hashes --only-binary=:all: --requirement requirements.txt </dev/null
echo "$wanted" >"$stamp"
