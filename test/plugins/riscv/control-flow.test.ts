import { expect, test } from "vitest";
import { missing } from "../../support/programs.ts";
import { shortEncodings } from "./support/compressed-encodings.ts";
import { encodings } from "./support/encodings.ts";
import { runHarness, runQemu, saveProgram } from "./support/harness.ts";
import { Random } from "./support/random.ts";
import { free } from "./support/random-instruction.ts";
import { type Part, type ProgramOptions, type RandomProgram, randomProgram } from "./support/random-program.ts";

const skip = missing("qemu-riscv64", "cmake", "g++");
const seed = Number(process.env.VM_PLUGIN_SEED ?? 7_000_001);
const programs = Number(process.env.VM_PLUGIN_PROGRAMS ?? 44);
const options: ProgramOptions = { blocks: 700, fuel: 24 * 1024, interval: 1024 };

interface Outcomes {
  program: RandomProgram;
  ours: Buffer;
  qemu: Buffer;
  instructions: number;
}

function runBoth(programSeed: number, how: ProgramOptions, harnessOptions: string[] = []): Outcomes {
  const program = randomProgram(new Random(programSeed), how);
  const ours = runHarness(saveProgram(program.elf), ["--time", ...harnessOptions]);
  const qemu = runQemu(saveProgram(program.reference));
  expect(qemu.code, `seed ${programSeed} under qemu: ${qemu.errors}`).toBe(0);
  expect(ours.code, `seed ${programSeed}: ${ours.errors}`).toBe(0);
  const instructions = Number(/instructions=(\d+)/.exec(ours.errors)?.[1] ?? 0);
  return { program, ours: ours.output, qemu: qemu.output, instructions };
}

/** The part of a program at an address. */
const partAt = (parts: Part[], address: bigint) => parts.findLast((part) => BigInt(part.address) <= address)?.name;

/** Where two runs part: the first digest that differs, with a digest after every block. */
function firstDifference(programSeed: number): string {
  const { program, ours, qemu } = runBoth(programSeed, { ...options, interval: 1 });
  for (let at = 0; at < program.output.digests; at += 16) {
    if (ours.subarray(at, at + 16).equals(qemu.subarray(at, at + 16))) continue;
    const before = at === 0 ? "the start" : partAt(program.parts, qemu.readBigUInt64LE(at - 8));
    const after = (output: Buffer) => partAt(program.parts, output.readBigUInt64LE(at + 8));
    return `between ${before} and ${after(qemu)} (ours: ${after(ours)}), after ${at / 16} blocks`;
  }
  const state = program.output.digests + program.output.counts;
  const at = ours.findIndex((byte, i) => i >= state && byte !== qemu[i]) & ~7;
  return at < 0 ? "nowhere" : `word ${(at - state) / 8} of the state, of which ${free.length} are x registers`;
}

/** How often each encoding ran at most: an instruction that a branch may skip counts with its block. */
function addExecuted(executed: Map<string, number>, { program, ours }: Outcomes): void {
  program.parts.forEach((part, index) => {
    const times = ours.readUInt32LE(program.output.digests + 4 * index);
    for (const [name, runs] of part.runs) executed.set(name, (executed.get(name) ?? 0) + times * runs);
  });
}

test.skipIf(skip)("random programs go through the states that they go through under qemu", { timeout: 600_000 }, () => {
  const emitted = new Map<string, number>();
  const executed = new Map<string, number>();
  const distinct = new Set<number>();
  let total = 0;
  for (let i = 0; i < programs; i++) {
    const outcomes = runBoth(seed + i, options);
    const { program, ours, qemu } = outcomes;
    if (!ours.equals(qemu)) expect.fail(`seed ${seed + i}: ${firstDifference(seed + i)}`);
    // The same in small steps: stopping anywhere changes nothing.
    const steps = ["--budget", String(1 + (i % 7) * 13)];
    expect(runHarness(saveProgram(program.elf), steps).output.equals(qemu), `seed ${seed + i} in steps`).toBe(true);
    for (const { runs } of program.parts) {
      for (const [name, count] of runs) emitted.set(name, (emitted.get(name) ?? 0) + count);
    }
    for (const word of program.words) distinct.add(word);
    addExecuted(executed, outcomes);
    total += outcomes.instructions;
  }
  const sum = (counts: Map<string, number>) => [...counts.values()].reduce((all, count) => all + count, 0);
  console.log(
    `seeds ${seed} to ${seed + programs - 1}: ${sum(emitted)} random instructions, ${distinct.size} of them distinct; ` +
      `${total} instructions executed, ${sum(executed)} of them random`,
  );
  const names = [...encodings, ...shortEncodings].map(({ name }) => name);
  console.log(names.map((name) => `${name} ${emitted.get(name) ?? 0}/${executed.get(name) ?? 0}`).join(", "));
  expect(names.filter((name) => (executed.get(name) ?? 0) === 0)).toEqual([]);
  expect(distinct.size).toBeGreaterThanOrEqual(200_000 * Math.min(1, programs / 44));
  expect(total).toBeGreaterThanOrEqual(10_000_000 * Math.min(1, programs / 44));
});
