#!/bin/bash
# Seeds faults into every instruction of the RISC-V interpreter, one after the other, and says which test's program
# catches each; ends with status 1 when one survives. Several minutes. Needs qemu-riscv64, cmake and g++.
set -euo pipefail
cd "$(dirname "$0")/../.."
VM_PLUGIN_SEEDED_FAULTS=all exec npx vitest run test/plugins/riscv/seeded-faults.test.ts
