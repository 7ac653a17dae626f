/** A system call that the personality answers, against a loop that does the same exit and writes the same state. */
import { operationPairs, scaled } from "../harness/operations.ts";
import { pairedRow } from "../harness/row.ts";
import { guestPath, runCommand } from "../harness/vm-plugin.ts";
import { buildLoop, engine, plainLoop, type Sides } from "./sides.ts";

export function systemCallRow({ context, compiler }: Sides): void {
  const loop = buildLoop(compiler);
  const guest = guestPath("x86_64", "syscall-loop");
  const [few, many] = context.effort.quick ? [1000, 6000] : [2000, 22_000];
  const pairs = operationPairs(
    context,
    { few, many, commandFor: (count) => runCommand({ engine }, guest, String(count), "getpid") },
    { few, many, commandFor: (count) => ({ program: loop, arguments: ["calls", String(count)] }) },
    (cost) => cost.cpu,
  );
  const head = { name: `${engine}: system call, getpid`, unit: "us", peer: plainLoop, bar: 1.1 };
  context.row(pairedRow("ratio", head, scaled(pairs, 1e6)));
}
