#!/usr/bin/env bash
# Proves that nothing installed by hand is missing: clones HEAD into a minimal Debian 12 root that holds only
# git, make, sudo and certificates, and runs make targets there, as a user with sudo or as root.
#   sudo tools/try_fresh_machine.sh [--as-root] [TARGET...]     (default targets: demo test)
set -euo pipefail

if ((EUID != 0)); then
  echo "try_fresh_machine: needs root, for chroot and mount" >&2
  exit 2
fi
if [[ -z ${ZIPFLENS_FRESH_NAMESPACE:-} ]]; then # mounts and processes of its own, gone when this ends
  ZIPFLENS_FRESH_NAMESPACE=1 exec unshare --mount --pid --fork --kill-child "$0" "$@"
fi

user=builder
if [[ ${1:-} == --as-root ]]; then
  user=root
  shift
fi
targets=("$@")
((${#targets[@]})) || targets=(demo test)

source_dir=$(cd "$(dirname "$0")/.." && pwd)
commit=$(git -C "$source_dir" rev-parse HEAD)
root=$(mktemp --directory --tmpdir=/var/tmp zipflens-fresh.XXXXXX)
# shellcheck disable=SC2317 # the trap calls it
clean_up() {
  umount "$root"/{dev/shm,dev/pts,sys,proc} 2>/dev/null || true
  rm -rf --one-file-system "$root"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

make_root() {
  local packages=git,make,sudo,ca-certificates
  local sources=/etc/apt/sources.list.d/debian.sources
  chmod 755 "$root"
  if command -v mmdebstrap >/dev/null; then
    [[ -f $sources ]] || sources=
    mmdebstrap --quiet --variant=minbase --include="$packages" bookworm "$root" ${sources:+"$sources"}
  else
    debootstrap --variant=minbase --include="$packages" bookworm "$root" >/dev/null
  fi
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mkdir -p "$root/dev/pts" "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
  mount -t tmpfs tmpfs "$root/dev/shm"
}

# How this host's apt, pip and TLS reach their registries, and nothing else of the host.
copy_client_settings() {
  local file
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  for file in /etc/pip.conf /etc/apt/sources.list.d/debian.sources; do
    if [[ -f $file ]]; then cp "$file" "$root$file"; fi
  done
  for file in /etc/apt/apt.conf.d/*; do
    if grep -q 'Acquire::' "$file"; then cp "$file" "$root$file"; fi
  done
  if [[ -d /usr/local/share/ca-certificates ]]; then
    cp -r /usr/local/share/ca-certificates "$root/usr/local/share/"
  fi
  chroot "$root" update-ca-certificates >/dev/null 2>&1
}

client_environment() {
  env | grep -iE '^(PIP_(INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|CERT|DEFAULT_TIMEOUT|RETRIES)|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|(https?|ftp|no)_proxy)=' || true
}

in_root() { # the given command line, as the user, in the clone
  local environment uid=1000
  mapfile -t environment < <(client_environment)
  [[ $user == builder ]] || uid=0
  chroot --userspec="$uid:$uid" --groups="$uid" "$root" \
    env -i HOME="$home" USER="$user" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 "${environment[@]}" sh -c "cd ~/zipflens && $1" </dev/null
}

run_timed() { # name, command line
  local started=$SECONDS
  echo "=== $1"
  if in_root "$2"; then
    results+=("passed  $1  ($((SECONDS - started)) s)")
  else
    results+=("FAILED  $1  ($((SECONDS - started)) s)")
    failed=1
  fi
}

echo "=== a minimal Debian 12 in $root"
make_root
copy_client_settings
home=/root
if [[ $user == builder ]]; then
  home=/home/builder
  chroot "$root" useradd --create-home --uid 1000 builder
  echo "builder ALL=(ALL) NOPASSWD:ALL" >"$root/etc/sudoers.d/builder"
fi
git clone --quiet --no-hardlinks "$source_dir" "$root$home/zipflens"
git -C "$root$home/zipflens" checkout --quiet --detach "$commit"
chroot "$root" chown -R "$user:$user" "$home/zipflens"

results=()
failed=0
for target in "${targets[@]}"; do
  run_timed "make $target" "make $target"
done
run_timed "set-up again (make data), under 3 s" "timeout 3 make data"

echo "=== commit $commit on a fresh Debian 12, as $user"
printf '%s\n' "${results[@]}"
exit "$failed"
