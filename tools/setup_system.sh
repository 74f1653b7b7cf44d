#!/usr/bin/env bash
# Installs the Debian packages that zipflens needs; with --lint those of `make lint` and `make format` too, with --fuzz
# those of `make fuzz`. --list prints the names of all of them and installs nothing.
# What dpkg reports as installed is the stamp: when nothing is missing, apt is not called at all.
set -euo pipefail

packages=(
  ca-certificates git make python3 python3-venv  # the set-up itself
  cmake g++ ninja-build pkg-config               # the build
  openssl libabsl-dev libbenchmark-dev libbz2-dev libcli11-dev libcurl4-openssl-dev libeigen3-dev
  libfmt-dev libgmock-dev libgtest-dev libhwy-dev libssl-dev libyaml-cpp-dev libzstd-dev
  nlohmann-json3-dev ocl-icd-opencl-dev zlib1g-dev
  fonts-dejavu-core fonts-liberation libcairo2-dev libpango1.0-dev # the figures
)
# Debian 12's default Boost, 1.74, has no unordered_flat_map, which a benchmark compares with; newer systems' has.
if grep -qs '^VERSION_CODENAME=bookworm' /etc/os-release; then
  packages+=(libboost1.81-dev)
else
  packages+=(libboost-dev)
fi
lint_packages=(clang-format-14 clang-tidy-14)
fuzz_packages=(clang-14 libclang-rt-14-dev)
case ${1:-} in
  --lint) packages+=("${lint_packages[@]}") ;;
  --fuzz) packages+=("${fuzz_packages[@]}") ;;
  --list) printf '%s\n' "${packages[@]}" "${lint_packages[@]}" "${fuzz_packages[@]}"; exit 0 ;;
esac

if ! command -v apt-get >/dev/null; then
  echo "setup: no apt-get here; going on, with what this machine has of: ${packages[*]}" >&2
  exit 0
fi

installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null ||
  true)
missing=()
for package in "${packages[@]}"; do
  grep -qx "installed $package" <<<"$installed" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  exit 0
fi

as_root=(env DEBIAN_FRONTEND=noninteractive)
if ((EUID != 0)); then
  command -v sudo >/dev/null || { echo "setup: needs root, or sudo, to install: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo "${as_root[@]}")
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
run() {
  "${as_root[@]}" "$@" </dev/null >"$log" 2>&1 || { cat "$log" >&2; echo "setup: failed: $*" >&2; exit 1; }
}
echo "setup: installing Debian packages: ${missing[*]}"
run dpkg --configure -a # ends what an interrupted run left half-way
run apt-get -o DPkg::Lock::Timeout=300 -q update
run apt-get -o DPkg::Lock::Timeout=300 -qy install --no-install-recommends "${missing[@]}"
