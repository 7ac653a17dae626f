#!/usr/bin/env bash
# Builds the embedded guests, test/guests/*.c, for every architecture and writes test/guests/manifest.json.
#   build-guests.sh          builds in place
#   build-guests.sh --check  builds elsewhere and compares byte for byte; exit code 1 when a file differs. An
#                            architecture whose compiler or linker is missing, or is not the recorded one, is skipped
#                            by name: other versions give other bytes.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../guests"
guests=$PWD
programs=(arguments checksum echo exit-code fault files hello mmio syscall-loop)
architectures=(riscv64 x86_64)

compiler_of() {
  case $1 in
    riscv64) echo riscv64-linux-gnu-gcc ;;
    x86_64) echo x86_64-linux-gnu-gcc ;;
  esac
}

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
  esac
}

versions_of() { # compiler, linker
  local compiler
  compiler=$(compiler_of "$1")
  command -v "$compiler" >/dev/null || return 1
  "$compiler" --version | head -n 1
  "$("$compiler" -print-prog-name=ld)" --version | head -n 1
}

recorded_versions_of() {
  node -e 'const m = JSON.parse(require("fs").readFileSync("manifest.json", "utf8")).toolchains[process.argv[1]];
    if (m) console.log(m.compiler + "\n" + m.linker)' "$1"
}

build() { # architecture, folder
  mkdir -p "$2"
  for program in "${programs[@]}"; do
    # shellcheck disable=SC2046
    "$(compiler_of "$1")" "${flags[@]}" $(flags_of "$1") -o "$2/$program" "$program.c"
  done
}

write_manifest() {
  node - "${architectures[@]}" "${programs[@]}" <<'SCRIPT'
const { createHash } = require("node:crypto");
const { execFileSync } = require("node:child_process");
const { readFileSync, statSync, writeFileSync } = require("node:fs");
const items = process.argv.slice(2);
const compilers = { riscv64: "riscv64-linux-gnu-gcc", x86_64: "x86_64-linux-gnu-gcc" };
const architectures = items.filter((item) => item in compilers);
const programs = items.filter((item) => !(item in compilers));
const firstLine = (file) => execFileSync(file, ["--version"], { encoding: "utf8" }).split("\n")[0];
const toolchains = {};
const files = {};
for (const architecture of architectures) {
  const linker = execFileSync(compilers[architecture], ["-print-prog-name=ld"], { encoding: "utf8" }).trim();
  toolchains[architecture] = { compiler: firstLine(compilers[architecture]), linker: firstLine(linker) };
  for (const program of programs) {
    const path = `${architecture}/${program}`;
    files[path] = {
      size: statSync(path).size,
      sha256: createHash("sha256").update(readFileSync(path)).digest("hex"),
    };
  }
}
writeFileSync("manifest.json", `${JSON.stringify({ toolchains, files }, null, 2)}\n`);
SCRIPT
}

if [[ ${1:-} == --check ]]; then
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  failed=0
  for architecture in "${architectures[@]}"; do
    recorded=$(recorded_versions_of "$architecture")
    if ! installed=$(versions_of "$architecture"); then
      echo "skipped $architecture: $(compiler_of "$architecture") is not installed"
    elif [[ $installed != "$recorded" ]]; then
      echo "skipped $architecture: installed ${installed//$'\n'/, }; recorded ${recorded//$'\n'/, }"
    else
      build "$architecture" "$scratch/$architecture"
      for program in "${programs[@]}"; do
        if cmp "$scratch/$architecture/$program" "$architecture/$program"; then
          echo "equal $architecture/$program"
        else
          failed=1
        fi
      done
    fi
  done
  exit "$failed"
elif [[ $# -ne 0 ]]; then
  echo "usage: build-guests.sh [--check]" >&2
  exit 2
fi

for architecture in "${architectures[@]}"; do build "$architecture" "$architecture"; done
write_manifest
