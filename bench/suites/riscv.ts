/** RISC-V guests in the interpreter against qemu-riscv64: programs, system calls, processes, pipelines, memory. */
import type { SuiteContext } from "../harness/suite.ts";
import { findProgram } from "../harness/toolchain.ts";
import { memoryRow } from "../riscv/memory.ts";
import { pipelineRows } from "../riscv/pipelines.ts";
import { processRows } from "../riscv/processes.ts";
import { programRows } from "../riscv/programs.ts";
import { systemCallRows } from "../riscv/system-calls.ts";

export default async function riscv(context: SuiteContext): Promise<void> {
  const qemu = findProgram("qemu-riscv64");
  const compiler = findProgram("riscv64-linux-gnu-gcc");
  if (qemu === undefined) {
    context.skip("riscv", "qemu-riscv64 is not installed (Debian: qemu-user)");
    return;
  }
  systemCallRows({ context, qemu });
  if (compiler === undefined) {
    context.skip("programs", "riscv64-linux-gnu-gcc is not installed (Debian: gcc-riscv64-linux-gnu)");
    return;
  }
  const sides = { context, qemu, compiler };
  processRows(sides);
  pipelineRows(sides);
  await memoryRow(sides);
  programRows(sides);
}
