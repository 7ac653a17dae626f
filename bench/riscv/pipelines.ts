/** A copy through a pipe, and `cat FILE | sha256sum` in a shell: the time that passes for each MiB, two processes at work. */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { operationPairs, type Side, scaled } from "../harness/operations.ts";
import { pairedRow } from "../harness/row.ts";
import { scratchFolder } from "../harness/toolchain.ts";
import { repository, runCommand } from "../harness/vm-plugin.ts";
import { buildGuest, engine, mustAgree, peer, type Sides } from "./sides.ts";

/** Where test/tools/fetch-busybox.sh puts it. */
const busybox = join(repository, "build/guests/busybox-riscv64");
const bars = { bar: 1, goal: 0.5 };

/** A root with a file of so many MiB in it, as /data. */
function makeRoot(mebibytes: number): string {
  const root = join(scratchFolder(), "pipeline-root");
  mkdirSync(root, { recursive: true });
  const file = Buffer.alloc(mebibytes << 20);
  for (let at = 0, state = 1; at < file.length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    file.writeInt32LE(state, at);
  }
  writeFileSync(join(root, "data"), file);
  return root;
}

export function pipelineRows({ context, qemu, compiler }: Sides): void {
  const mebibytes = context.effort.quick ? 4 : 8;
  const root = makeRoot(mebibytes);
  const guest = buildGuest(compiler, "pipeline");
  copyFileSync(guest, join(root, "pipeline"));
  /** rounds: how often the longer run reads the file more than the shorter one. */
  const row = (title: string, rounds: number, ours: Side["commandFor"], theirs: Side["commandFor"]) => {
    const lengths = { few: 1, many: 1 + rounds };
    const pairs = operationPairs(
      context,
      { ...lengths, commandFor: ours },
      { ...lengths, commandFor: theirs },
      (cost) => cost.elapsed,
      mustAgree,
    );
    const name = `${engine}: ${rounds * mebibytes} MiB, ${title}, elapsed for each MiB`;
    context.row(pairedRow("ratio", { name, unit: "ms", peer, ...bars }, scaled(pairs, 1e3 / mebibytes)));
  };
  // A MiB takes less than a millisecond: enough of them that starting up does not drown it.
  row(
    "a copy through a pipe",
    128,
    (rounds) => runCommand({ engine, root }, "/pipeline", "/data", String(rounds)),
    (rounds) => ({ program: qemu, arguments: [guest, join(root, "data"), String(rounds)] }),
  );
  if (!existsSync(busybox)) {
    context.skip("busybox: cat FILE | sha256sum", `${busybox} is missing; test/tools/fetch-busybox.sh fetches it`);
    return;
  }
  copyFileSync(busybox, join(root, "busybox"));
  // Each command named, or the shell under qemu-riscv64 would find the host's own.
  const script = (guest: string, file: string, rounds: number) =>
    `${guest} cat ${`${file} `.repeat(rounds)} | ${guest} sha256sum`;
  row(
    "cat FILE | sha256sum in busybox's shell",
    2,
    (rounds) => runCommand({ engine, root }, "/busybox", "sh", "-c", script("/busybox", "/data", rounds)),
    (rounds) => ({
      program: qemu,
      arguments: [busybox, "sh", "-c", script(`${qemu} ${busybox}`, join(root, "data"), rounds)],
    }),
  );
}
