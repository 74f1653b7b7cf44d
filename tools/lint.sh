#!/usr/bin/env bash
# clang-tidy over FILES..., on all processors (or JOBS). Prints findings only, a file's together, and at the end
# the name of every file that has some. Exit code 1 if there is one. How to compile a file is read from build-lint,
# which `make lint` configures: each file by itself and without precompiled headers, so it must include what it uses.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export folder

mkdir "$folder/findings"

check() {
  local findings="$folder/findings/${1//\//:}"
  if clang-tidy-14 -p build-lint --quiet "$1" </dev/null >"$findings" 2>&1; then
    rm "$findings"
    return
  fi
  # In one write, so that files checked side by side do not mix; "N warnings generated." counts those hidden, too.
  printf '%s\n' "$(sed -E '/^[0-9]+ (warnings?|errors?)( and [0-9]+ errors?)? generated\.$/d' "$findings")"
}
export -f check

if (($# == 0)); then
  echo "lint: no files" >&2
  exit 1
fi
printf '%s\0' "$@" | xargs -0 -P "${JOBS:-$(nproc)}" -n 1 bash -c 'check "$1"' check
failed=$(find "$folder/findings" -type f -printf '%f\n' | sort | tr : /)
if [[ -n $failed ]]; then
  echo "lint: $(wc -l <<<"$failed") of $# files have findings:"
  printf '  %s\n' $failed
  exit 1
fi
echo "lint: $# files, no findings"
