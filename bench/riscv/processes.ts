/**
 * A trivial program is run to its end again and again: CPU time of a fork, exec and wait, children included. The guest
 * under qemu-riscv64 executes qemu-riscv64 with the program, as the kernel does where it knows riscv64 programs.
 */

import { operationPairs, scaled } from "../harness/operations.ts";
import { pairedRow } from "../harness/row.ts";
import { runCommand } from "../harness/vm-plugin.ts";
import { buildGuest, engine, peer, type Sides } from "./sides.ts";

export function processRows({ context, qemu, compiler }: Sides): void {
  const loop = buildGuest(compiler, "process-loop");
  const trivial = buildGuest(compiler, "trivial");
  const { quick } = context.effort;
  for (const [how, title] of [
    ["fork", "fork, exec and wait"],
    ["vfork", "vfork, exec and wait"],
    ["spawn", "posix_spawn and wait"],
  ] as const) {
    const pairs = operationPairs(
      context,
      {
        few: 20,
        many: quick ? 120 : 520,
        commandFor: (count) => runCommand({ engine, root: "/" }, loop, String(count), how, trivial),
      },
      {
        few: 5,
        many: quick ? 15 : 35,
        commandFor: (count) => ({ program: qemu, arguments: [loop, String(count), how, qemu, trivial] }),
      },
      (cost) => cost.cpu,
    );
    const bars = how === "fork" ? { bar: 1, goal: 0.3 } : {};
    const head = { name: `${engine}: ${title} of a trivial program`, unit: "ms", peer, ...bars };
    context.row(pairedRow("ratio", head, scaled(pairs, 1e3)));
  }
}
