/** System calls: one that the personality answers, against a loop that does the same exit and writes the same state; and one that is answered without an exit. */
import { join } from "node:path";
import { operationPairs, scaled } from "../harness/operations.ts";
import { pairedRow, type RowHead } from "../harness/row.ts";
import { compile, scratchFolder } from "../harness/toolchain.ts";
import { repository, runCommand } from "../harness/vm-plugin.ts";
import { buildLoop, engine, plainLoop, type Sides } from "./sides.ts";

export function systemCallRows({ context, compiler }: Sides): void {
  const loop = buildLoop(compiler);
  const guest = join(scratchFolder(), "calls");
  compile(compiler, ["-O2", "-static", "-o", guest, join(repository, "bench/guests/calls.c")]);
  const [few, many] = context.effort.quick ? [1000, 6000] : [2000, 22_000];
  const row = (call: string, factor: number, head: Pick<RowHead, "name" | "bar">) => {
    const pairs = operationPairs(
      context,
      {
        few: few * factor,
        many: many * factor,
        commandFor: (count) => runCommand({ engine }, guest, String(count), call),
      },
      { few, many, commandFor: (count) => ({ program: loop, arguments: ["calls", String(count)] }) },
      (cost) => cost.cpu,
    );
    context.row(pairedRow("ratio", { unit: "us", peer: plainLoop, ...head }, scaled(pairs, 1e6)));
  };
  row("getppid", 1, { name: `${engine}: system call that exits, getppid`, bar: 1.1 });
  row("getpid", 20, { name: `${engine}: system call that is answered without an exit, getpid` });
}
