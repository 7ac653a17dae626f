/**
 * The memory of a process whose guest has touched MEBIBYTES, without the pages of guest memory; the other side is a Node
 * that does nothing. Both are resident sets as /proc/PID/smaps tells them, shared pages whole, while the process waits.
 */
import { join } from "node:path";
import type { Command } from "../harness/process-time.ts";
import { pairedRow } from "../harness/row.ts";
import { repository, runCommand } from "../harness/vm-plugin.ts";
import { idlePairs } from "../harness/waiting-memory.ts";
import { buildGuest, engine, type Sides } from "./sides.ts";

const mebibytes = 64;

export async function memoryRow({ context, compiler }: Pick<Sides, "context" | "compiler">): Promise<void> {
  const guest = buildGuest(compiler, "touch-memory");
  const ours = runCommand({ engine }, guest, String(mebibytes));
  const idle: Command = { program: process.execPath, arguments: [join(repository, "bench/guests/idle.cjs")] };
  const pairs = await idlePairs(context, ours, idle, { mebibytes, what: "Rss" });
  const name = `${engine}: memory beyond Node's own and the guest's touched pages (${mebibytes} MiB)`;
  context.row(pairedRow("difference", { name, unit: "MiB", peer: "idle Node", bar: 16, goal: 4 }, pairs));
}
