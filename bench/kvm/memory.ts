/**
 * The memory of an idle machine whose guest has touched MEBIBYTES: what a process with it has beyond one that has only
 * opened the library, without the pages of guest memory. And the whole command beyond a Node that does nothing. All are
 * proportional set sizes, as /proc/PID/smaps tells them while the process waits.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "../harness/process-time.ts";
import { pairedRow } from "../harness/row.ts";
import { compile, scratchFolder } from "../harness/toolchain.ts";
import { repository, runCommand } from "../harness/vm-plugin.ts";
import { idlePairs } from "../harness/waiting-memory.ts";
import { engine, type Sides } from "./sides.ts";

const mebibytes = 64;

export async function memoryRows({ context, compiler }: Sides): Promise<void> {
  const guest = join(scratchFolder(), "touch-memory-x86_64");
  compile(compiler, ["-O2", "-static", "-o", guest, join(repository, "bench/guests/touch-memory.c")]);
  const script = join(repository, "bench/guests/idle-machine.mjs");
  const library = pathToFileURL(join(repository, "dist/index.js")).href;
  const node = (...words: string[]): Command => ({
    program: process.execPath,
    arguments: words,
    environment: { VM_PLUGIN_HOME: join(scratchFolder(), "no-home") },
  });
  const touched = { mebibytes, what: "Pss" } as const;
  const machine = await idlePairs(
    context,
    node(script, library, guest, String(mebibytes)),
    node(script, library),
    touched,
  );
  const name = `${engine}: memory (PSS) of an idle machine beyond its guest's touched pages (${mebibytes} MiB)`;
  context.row(pairedRow("difference", { name, unit: "MiB", peer: "the library alone", bar: 2 }, machine));
  const idle = node(join(repository, "bench/guests/idle.cjs"));
  const command = await idlePairs(context, runCommand({ engine }, guest, String(mebibytes)), idle, touched);
  const whole = `${engine}: memory (PSS) of vm-plugin run beyond its guest's touched pages`;
  context.row(pairedRow("difference", { name: whole, unit: "MiB", peer: "idle Node" }, command));
}
