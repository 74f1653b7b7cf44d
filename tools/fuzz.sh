#!/usr/bin/env bash
# Builds the fuzz targets, replays their corpora and fuzzes: tools/fuzz.sh TARGET...|all SECONDS
# SECONDS are for each target; JOBS of them run at the same time (1). Prints a line per target and keeps what it found in
# build-fuzz/findings. New inputs are collected in build-fuzz/corpus, so that a later run goes on from there.
# tools/fuzz.sh --minimise TARGET...|all makes fuzz/corpus the smallest set that reaches what both folders reach.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }

# What libFuzzer may let pass: no input takes more than 10 s or 2 GB.
export limits="-timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=2048"
# Arrow's own allocators would hide their memory from the sanitizer.
export ARROW_DEFAULT_MEMORY_POOL=system
export UBSAN_OPTIONS=print_stacktrace=1
export ZIPFLENS_FUZZ_STUDY=$PWD/build-fuzz/small_study

all_targets() { find build-fuzz -maxdepth 1 -type l -name 'fuzz_*' -printf '%f\n' | sed 's/^fuzz_//' | sort; }

build() {
  tools/setup_system.sh --fuzz
  tools/setup_python.sh
  [[ -f build-fuzz/build.ninja ]] || cmake --preset fuzz
  [[ -f build/build.ninja ]] || cmake --preset release
  cmake --build --preset fuzz -j "$(nproc)"
  cmake --build build -j "$(nproc)" --target fuzz_replay
  rm -rf "$ZIPFLENS_FUZZ_STUDY"
  build/fuzz_replay make-study "$ZIPFLENS_FUZZ_STUDY"
}

fuzz() { # target, seconds
  local folder=build-fuzz/corpus/$1 log=build-fuzz/findings/$1.log
  mkdir -p "$folder"
  if ! "build-fuzz/fuzz_$1" "$folder" "fuzz/corpus/$1" $limits -max_total_time="$2" -max_len=65536 \
    -print_final_stats=1 -artifact_prefix="build-fuzz/findings/$1-" >"$log" 2>&1 </dev/null; then
    echo "fuzz: $1: a finding; the end of $log:" >&2
    tail -n 60 "$log" >&2
    return 1
  fi
  local last
  last=$(grep -E ' cov: ' "$log" | tail -n 1 | sed -E 's/.*cov: ([0-9]+) ft: ([0-9]+) corp: ([^ ]+).*/\1 branches, \2 features, corpus \3/')
  echo "fuzz: $1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions in $2 s; $last;" \
    "$(sed -n 's/^stat::peak_rss_mb: *//p' "$log") MB"
}
export -f fuzz

minimise() { # target
  local folder=build-fuzz/corpus/$1 smallest=build-fuzz/smallest/$1
  mkdir -p "$folder" "$smallest"
  "build-fuzz/fuzz_$1" -merge=1 $limits -max_len=4096 "$smallest" "fuzz/corpus/$1" "$folder" >/dev/null 2>&1 </dev/null
  rm -rf "fuzz/corpus/$1"
  mv "$smallest" "fuzz/corpus/$1"
  echo "fuzz: $1: $(find "fuzz/corpus/$1" -type f | wc -l) inputs, $(du -bs "fuzz/corpus/$1" | cut -f1) bytes"
}

[[ $# -ge 2 ]] || usage
if [[ $1 == --minimise ]]; then
  shift
  targets=("$@")
  build
  [[ ${targets[0]} != all ]] || mapfile -t targets < <(all_targets)
  for target in "${targets[@]}"; do minimise "$target"; done
  exit 0
fi
seconds=${!#}
[[ $seconds =~ ^[0-9]+$ ]] || usage
targets=("${@:1:$#-1}")
build
mkdir -p build-fuzz/findings
[[ ${targets[0]} != all ]] || mapfile -t targets < <(all_targets)
printf '%s\0' "${targets[@]}" | xargs -0 -P "${JOBS:-1}" -I TARGET bash -euo pipefail -c 'fuzz TARGET "$1"' fuzz "$seconds"
