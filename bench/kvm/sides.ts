/** What the rows of the suite share: the engine, and the least that KVM can be used with. */
import { join } from "node:path";
import type { SuiteContext } from "../harness/suite.ts";
import { compile, scratchFolder } from "../harness/toolchain.ts";
import { repository } from "../harness/vm-plugin.ts";

export const engine = "kvm";
export const plainLoop = "plain C loop";

export interface Sides {
  readonly context: SuiteContext;
  /** The path of the C compiler. */
  readonly compiler: string;
}

let loop: string | undefined;

/** The path of bench/kvm/loop, built. */
export function buildLoop(compiler: string): string {
  if (loop !== undefined) return loop;
  const executable = join(scratchFolder(), "kvm-loop");
  const sources = ["main.c", "machine.c"].map((name) => join(repository, "bench/kvm/loop", name));
  compile(compiler, ["-O2", "-Wall", "-Wextra", "-Werror", "-o", executable, ...sources]);
  loop = executable;
  return executable;
}
