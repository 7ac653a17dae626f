/** A system call that does nothing: CPU time a call. */

import { operationPairs, scaled } from "../harness/operations.ts";
import { pairedRow } from "../harness/row.ts";
import { guestPath, runCommand } from "../harness/vm-plugin.ts";
import { engine, mustAgree, peer, type Sides } from "./sides.ts";

export function systemCallRows({ context, qemu }: Omit<Sides, "compiler">): void {
  const [few, many] = context.effort.quick ? [50_000, 350_000] : [200_000, 2_200_000];
  const guest = guestPath("riscv64", "syscall-loop");
  for (const [call, title] of [
    ["getpid", "getpid"],
    ["write", "a write of 0 bytes to a file"],
  ] as const) {
    const pairs = operationPairs(
      context,
      { few, many, commandFor: (count) => runCommand({ engine }, guest, String(count), call) },
      { few, many, commandFor: (count) => ({ program: qemu, arguments: [guest, String(count), call] }) },
      (cost) => cost.cpu,
      mustAgree,
    );
    const head = { name: `${engine}: system call, ${title}`, unit: "ns", peer, bar: 0.5, goal: 0.2 };
    context.row(pairedRow("ratio", head, scaled(pairs, 1e9)));
  }
}
