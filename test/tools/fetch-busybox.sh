#!/bin/bash
# Prints the path of Debian 13's busybox (static), fetched once with apt from the mirror that this machine is configured
# with: the version named here, or where the mirror has it no more the one of today, through an apt state of its own.
# usage: fetch-busybox.sh [riscv64|amd64 [CACHE_FOLDER]], Debian's name of the architecture; riscv64 by default
# Exit status 3 and one line on standard error when it cannot be had (no apt, no mirror, no network).
set -euo pipefail

suite=trixie
package=busybox-static
version=1.37.0-6+b9
architecture=${1:-riscv64}
cache=${2:-$(cd "$(dirname "$0")/../.." && pwd)/build/guests}
case $architecture in
  riscv64)
    checksum=SHA256:4add476d2b185c5b487c285b38d790f0881a7e4a8e2ddde835f917e770eb8633
    program=$cache/busybox-riscv64
    ;;
  amd64)
    checksum=SHA256:598a3fd92bdafc34cd81196b2952ad36e910e47a4ecf162f8ce5e8e262598e53
    program=$cache/busybox-x86_64
    ;;
  *)
    echo "fetch-busybox: there is no architecture $architecture: riscv64, amd64" >&2
    exit 2
    ;;
esac

fail() {
  echo "fetch-busybox: $1" >&2
  exit 3
}

if [ -x "$program" ]; then
  echo "$program"
  exit 0
fi
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "apt-get or dpkg-deb is missing"

# The first Debian archive among the configured sources, in either of apt's two formats.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
  sed -nE 's/^(URIs: *|deb +(\[[^]]*\] +)?)(https?:[^ ]*\/debian)\/?( .*)?$/\3/p' | sed -n 1p) || true
[ -n "$mirror" ] || fail "no Debian mirror is configured in /etc/apt"

mkdir -p "$cache"
state=$(mktemp -d "$cache/apt.XXXXXX")
trap 'rm -rf "$state"' EXIT
network=(-o "Acquire::Retries=1" -o "Acquire::http::Timeout=20")

# Needs no index, which is now and then half updated on a mirror.
fetch_pinned() {
  /usr/lib/apt/apt-helper "${network[@]}" -qq download-file \
    "$mirror/pool/main/b/busybox/${package}_${version}_$architecture.deb" "$state/${package}_$version.deb" "$checksum" \
    >"$state/log" 2>&1
}

# By the mirror's signed index.
fetch_current() {
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -r "$keyring" ] || fail "$keyring is missing (package debian-archive-keyring)"
  rm -f "$state/$package"_*.deb # what a download that broke off has left
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
  touch "$state/status"
  echo "deb [arch=$architecture signed-by=$keyring] $mirror $suite main" >"$state/sources.list"
  options=(
    -o "Dir::State::Lists=$state/lists" -o "Dir::Cache=$state/cache" -o "Dir::State::status=$state/status"
    -o "Dir::Etc::sourcelist=$state/sources.list" -o "Dir::Etc::sourceparts=-" -o "APT::Architecture=$architecture"
    -o "APT::Architectures=$architecture" -o "Debug::NoLocking=1" -o "APT::Sandbox::User=" -o "Acquire::Languages=none"
  )
  apt-get "${options[@]}" "${network[@]}" -qq update >"$state/log" 2>&1 || fail "apt-get update failed: $(tail -n 1 "$state/log")"
  (cd "$state" && apt-get "${options[@]}" "${network[@]}" -qq download "$package" >"$state/log" 2>&1) ||
    fail "apt-get download $package failed: $(tail -n 1 "$state/log")"
}

fetch_pinned || fetch_current
dpkg-deb -x "$state/$package"_*.deb "$state/root"
found=$(find "$state/root" -path "*/bin/busybox" -type f | head -n 1)
[ -n "$found" ] || fail "the package $package holds no busybox"
install -m 755 "$found" "$program.$$"
mv "$program.$$" "$program"
echo "$program"
