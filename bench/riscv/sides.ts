/** Both sides of the rows: the same guest here and under qemu-riscv64. */
import { join } from "node:path";
import type { SuiteContext } from "../harness/suite.ts";
import { compile, scratchFolder } from "../harness/toolchain.ts";
import { repository } from "../harness/vm-plugin.ts";

export const engine = "interpreter";
export const peer = "qemu-riscv64";

export interface Sides {
  readonly context: SuiteContext;
  /** The path of qemu-riscv64. */
  readonly qemu: string;
  /** The path of riscv64-linux-gnu-gcc. */
  readonly compiler: string;
}

const built = new Map<string, string>();

/** The path of bench/guests/NAME.c, built as the programs of bench/programs are. */
export function buildGuest(compiler: string, name: string): string {
  const before = built.get(name);
  if (before !== undefined) return before;
  const executable = join(scratchFolder(), name);
  compile(compiler, ["-O2", "-static", "-o", executable, join(repository, "bench/guests", `${name}.c`)]);
  built.set(name, executable);
  return executable;
}

export function mustAgree(ours: string, theirs: string): void {
  if (ours !== theirs)
    throw new Error(`printed here: ${JSON.stringify(ours)}, under ${peer}: ${JSON.stringify(theirs)}`);
}
