/**
 * system-calls.ts SECONDS [SEED]: x86-64 guests make random system calls on the engine kvm, round after round; with a SEED
 * that round alone. Each seed is printed before its round. Exits with 1 when a guest has changed something outside itself,
 * or has ended as none may, and where /dev/kvm is there and cannot be used.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kvm, skip } from "../plugins/kvm/support/platform.ts";
import { buildRandomCalls, callAtRandom } from "../plugins/linux/support/random-calls.ts";

const [seconds, chosen] = process.argv.slice(2).map(Number);
if (seconds === undefined || Number.isNaN(seconds) || Number.isNaN(chosen ?? 0))
  throw new Error("usage: system-calls.ts SECONDS [SEED]");

if (skip !== false) {
  console.log("not run: random system calls of x86-64 guests (needs /dev/kvm)");
  process.exit(existsSync("/dev/kvm") && process.arch === "x64" ? 1 : 0);
}

const scratch = mkdtempSync(join(tmpdir(), "vm-plugin-fuzz-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
const program = join(scratch, "program");
buildRandomCalls(kvm, program);

/** Even seeds: calls of all kinds. */
async function round(seed: number): Promise<boolean> {
  const folder = join(scratch, "round");
  mkdirSync(folder);
  const { exit, wrong } = await callAtRandom({
    platform: kvm,
    program,
    folder,
    seed,
    calls: seed % 2 === 0 ? "all" : "of its own",
  });
  rmSync(folder, { recursive: true, force: true });
  const end = exit.limit ?? exit.signal ?? `code ${exit.code}`;
  console.log(`  ${end}, ${exit.statistics.processes} processes, ${exit.statistics.systemCalls} calls`);
  for (const what of wrong) console.log(`seed ${seed}: ${what}`);
  return wrong.length === 0;
}

// What this process makes once, it has made then.
if (!(await round(1))) {
  console.log("to run it again: npx tsx test/fuzz/system-calls.ts 0 1");
  process.exit(1);
}
const end = performance.now() + seconds * 1000;
const first = chosen ?? Math.floor(Math.random() * 2 ** 31);
let rounds = 0;
do {
  const seed = first + rounds;
  console.log(`seed ${seed}`);
  rounds += 1;
  if (!(await round(seed))) {
    console.log(`to run it again: npx tsx test/fuzz/system-calls.ts 0 ${seed}`);
    process.exit(1);
  }
} while (chosen === undefined && performance.now() < end);
console.log(`${rounds} rounds of random system calls`);
