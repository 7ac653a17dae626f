#!/usr/bin/env bash
# Builds the embedded guests, test/guests/*.c.
#   build-guests.sh                           for every architecture, in place; writes test/guests/manifest.json
#   build-guests.sh --into FOLDER ARCHITECTURE  for one, elsewhere
#   build-guests.sh --versions ARCHITECTURE   prints the compiler's version and the linker's, as the manifest has them;
#                                             exit code 1 where the compiler is missing
set -euo pipefail
export LC_ALL=C
if [[ ${1:-} == --into ]]; then mkdir -p "$2" && output=$(cd "$2" && pwd); fi
cd "$(dirname "$0")/../guests"
guests=$PWD
programs=(arguments checksum echo exit-code fault files hello mmio syscall-loop)
architectures=(riscv64 x86_64)

compiler_of() { echo "$1-linux-gnu-gcc"; }

# The code is placed at a fixed address, in one segment with its constants, and the files name no path, no time and no
# build. Contraction is off so that both architectures round alike.
flags=(-std=c11 -O2 -Wall -Wextra -Werror -ffreestanding -nostdlib -static -no-pie -fno-pic -ffp-contract=off
  -fno-math-errno -fno-ident -fno-stack-protector -fno-asynchronous-unwind-tables -fno-unwind-tables
  -fno-delete-null-pointer-checks -fno-tree-loop-distribute-patterns -ffunction-sections -fdata-sections
  -ffile-prefix-map="$guests=." -Iinclude -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,noseparate-code -Wl,-z,norelro
  -Wl,-z,noexecstack
  -Wl,--fatal-warnings -s)
flags_of() {
  case $1 in
    riscv64) echo -march=rv64gc -mabi=lp64d -mcmodel=medany -msmall-data-limit=0 ;; # no constants beside writable data
    x86_64) echo -march=x86-64 -fcf-protection=none ;;
    *) echo "there is no architecture $1: ${architectures[*]}" >&2 && return 2 ;;
  esac
}

versions_of() {
  local compiler
  compiler=$(compiler_of "$1")
  command -v "$compiler" >/dev/null || return 1
  "$compiler" --version | head -n 1
  "$("$compiler" -print-prog-name=ld)" --version | head -n 1
}

build() { # architecture, folder
  local special
  special=$(flags_of "$1")
  mkdir -p "$2"
  for program in "${programs[@]}"; do
    # shellcheck disable=SC2086
    "$(compiler_of "$1")" "${flags[@]}" $special -o "$2/$program" "$program.c"
  done
}

write_manifest() {
  local toolchains=()
  for architecture in "${architectures[@]}"; do toolchains+=("$architecture" "$(versions_of "$architecture")"); done
  node - "${toolchains[@]}" <<'SCRIPT'
const { createHash } = require("node:crypto");
const { readdirSync, readFileSync, writeFileSync } = require("node:fs");
const toolchains = {};
const files = {};
for (let at = 2; at < process.argv.length; at += 2) {
  const architecture = process.argv[at];
  const [compiler, linker] = process.argv[at + 1].split("\n");
  toolchains[architecture] = { compiler, linker };
  for (const program of readdirSync(architecture).sort()) {
    const path = `${architecture}/${program}`;
    const bytes = readFileSync(path);
    files[path] = { size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
  }
}
writeFileSync("manifest.json", `${JSON.stringify({ toolchains, files }, null, 2)}\n`);
SCRIPT
}

case "$# ${1:-}" in
  "0 ")
    for architecture in "${architectures[@]}"; do build "$architecture" "$architecture"; done
    write_manifest
    ;;
  "3 --into") build "$3" "$output" ;;
  "2 --versions") versions_of "$2" ;;
  *)
    echo "usage: build-guests.sh [--into FOLDER ARCHITECTURE | --versions ARCHITECTURE]" >&2
    exit 2
    ;;
esac
