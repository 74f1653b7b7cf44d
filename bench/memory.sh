#!/usr/bin/env bash
# bench/memory.sh [SEQUENCES ...]: prints peak memory and seconds of whole studies by number of sequences (64 and
# 512 by default), as study.json records them, to show what grows with sequences. The variables MODEL and CORPUS
# replace the demo's model and the text of bench/peers/tokenizers.sh, whose token types keep growing.
set -euo pipefail
cd "$(dirname "$0")/.."

model=${MODEL:-data/all-minilm-l6-v2}
corpus=${CORPUS:-data/bench/heaps-100.txt}
if [ ! -f "$corpus" ] && [ -z "${CORPUS:-}" ]; then
  mkdir -p data/bench
  build/write_heaps_text data/wikipedia-sample.parquet 100 "$corpus.partial"
  mv "$corpus.partial" "$corpus"
fi
[ $# -gt 0 ] || set -- 64 512
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
echo "sequences  peak MB  encode s  statistics s  figures s"
for sequences in "$@"; do
  build/zipflens study --model "$model" --corpus "$corpus" --sequences "$sequences" \
    --out "$out/study" --force --quiet >/dev/null
  python3 - "$sequences" "$out/study/study.json" <<'PYTHON'
import json
import sys

with open(sys.argv[2], encoding="utf-8") as file:
    study = json.load(file)
seconds = study["timings_seconds"]
print(f"{sys.argv[1]:>9}  {study['peak_memory_bytes'] / 1e6:7.0f}  {seconds['encode']:8.1f}"
      f"  {seconds['statistics']:12.1f}  {seconds['figures']:9.1f}")
PYTHON
done
