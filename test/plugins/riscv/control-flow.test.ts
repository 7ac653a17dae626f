import { expect, test } from "vitest";
import { missing } from "../../support/programs.ts";
import { runHarness, runQemu, saveProgram } from "./support/harness.ts";
import { Random } from "./support/random.ts";
import { randomProgram } from "./support/random-program.ts";

const skip = missing("qemu-riscv64", "cmake", "g++");
const seed = Number(process.env.VM_PLUGIN_SEED ?? 7_000_001);
const programs = Number(process.env.VM_PLUGIN_PROGRAMS ?? 30);

/** The word of the state at which two outputs part. */
function firstDifference(ours: Buffer, theirs: Buffer): string | undefined {
  if (ours.equals(theirs)) return undefined;
  const at = ours.findIndex((byte, i) => byte !== theirs[i]) & ~7;
  const where = at < 256 ? `x${at / 8}` : at < 512 ? `f${at / 8 - 32}` : at < 520 ? "fcsr" : `memory +${at - 520}`;
  const show = (output: Buffer) => (output.length >= at + 8 ? output.readBigUInt64LE(at).toString(16) : "nothing");
  return `${where}: ours ${show(ours)}, qemu ${show(theirs)}`;
}

test.skipIf(skip)("random programs end in the state that they end in under qemu", () => {
  const coverage = new Map<string, number>();
  let executed = 0;
  for (let i = 0; i < programs; i++) {
    const { elf, counts } = randomProgram(new Random(seed + i), { blocks: 700, fuel: 20_000 });
    const path = saveProgram(elf);
    const ours = runHarness(path, ["--time"]);
    const qemu = runQemu(path);
    expect(qemu.code, qemu.errors).toBe(0);
    expect(ours.code, `seed ${seed + i}: ${ours.errors}`).toBe(0);
    expect(firstDifference(ours.output, qemu.output), `seed ${seed + i}`).toBeUndefined();
    // The same in small steps: stopping anywhere changes nothing.
    const stepped = runHarness(path, ["--budget", String(1 + (i % 7) * 13)]);
    expect(firstDifference(stepped.output, qemu.output), `seed ${seed + i} in steps`).toBeUndefined();
    for (const [name, count] of counts) coverage.set(name, (coverage.get(name) ?? 0) + count);
    executed += Number(/instructions=(\d+)/.exec(ours.errors)?.[1] ?? 0);
  }
  const total = [...coverage.values()].reduce((sum, count) => sum + count, 0);
  console.log(`seeds ${seed} to ${seed + programs - 1}: ${total} random instructions, ${executed} executed`);
  console.log([...coverage].map(([name, count]) => `${name} ${count}`).join(", "));
  expect(executed).toBeGreaterThan(programs * 20_000);
});
