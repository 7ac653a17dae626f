import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { missing } from "../../support/programs.ts";
import { shortEncodingOf, shortEncodings } from "./support/compressed-encodings.ts";
import { compareForms, operandSets } from "./support/differential.ts";
import { encodingOf, encodings } from "./support/encodings.ts";
import { type Form, floatForms, integerForms } from "./support/forms.ts";
import { buildCheck } from "./support/harness.ts";
import { atomicForms, compressedForms, controlStatusForms, plainAccessForms } from "./support/memory-forms.ts";
import { pairForms } from "./support/pair-forms.ts";
import { Random } from "./support/random.ts";

const skip = missing("qemu-riscv64", "cmake", "g++");
const seed = Number(process.env.VM_PLUGIN_SEED ?? 20240117);

/** Breakpoints end these programs; traps.test.ts has them. */
const elsewhere = ["ebreak", "c.ebreak"];

test("every encoding of the tables is among the forms compared", () => {
  const forms = [
    ...[...integerForms(), ...floatForms("s"), ...floatForms("d"), ...floatForms("h"), ...plainAccessForms()],
    ...[...atomicForms(), ...compressedForms(), ...controlStatusForms()],
  ];
  const names = new Set(
    forms.flatMap(({ code }) =>
      code.map((word) => ((word & 3) === 3 ? encodingOf(word) : shortEncodingOf(word))?.name ?? `unknown ${word}`),
    ),
  );
  const all = [...encodings, ...shortEncodings].map(({ name }) => name);
  expect([...names].filter((name) => !all.includes(name))).toEqual([]);
  expect(all.filter((name) => !names.has(name) && !elsewhere.includes(name))).toEqual([]);
  console.log(`${encodings.length} encodings of 32 bits and ${shortEncodings.length} of 16`);
});

test.skipIf(missing("cmake", "g++"))("the tables hold what the decoder knows, and nothing else", () => {
  const words = encodings.map(({ word }) => word.toString(16)).join("\n");
  const run = (mode: string) =>
    spawnSync(buildCheck("decoder_check", "plain"), [mode], { input: words, encoding: "utf8" })
      .stdout.trim()
      .split("\n");
  const decoded = run("names").map((name) => name.replace(/_$/, ""));
  expect(decoded).toEqual(encodings.map(({ name }) => name.replaceAll(".", "_")));
  const operations = run("operations").map((name) => name.replace(/_$/, ""));
  expect(operations.toSorted()).toEqual(decoded.toSorted());
});

function compare(forms: Form[], count: number) {
  const random = new Random(seed);
  const sets = {
    integer: operandSets(random, "integer", count),
    half: operandSets(random, "half", count),
    single: operandSets(random, "single", count),
    double: operandSets(random, "double", count),
  };
  const { compared, differences } = compareForms(forms, sets);
  console.log(`seed ${seed}: ${forms.length} forms, ${count} operand sets each, ${compared} results compared`);
  expect(differences).toEqual([]);
}

test.skipIf(skip)("integer operations give what qemu gives", () => {
  compare(integerForms(), 1000);
});

test.skipIf(skip)("single-precision operations give qemu's results and flags in every rounding mode", () => {
  compare(floatForms("s"), 5000);
});

test.skipIf(skip)("double-precision operations give qemu's results and flags in every rounding mode", () => {
  compare(floatForms("d"), 5000);
});

test.skipIf(skip)("half-precision operations give qemu's results and flags in every rounding mode", () => {
  compare(floatForms("h"), 5000);
});

test.skipIf(skip)("loads and stores do what qemu does, at every alignment", () => {
  compare(plainAccessForms(), 1000);
});

test.skipIf(skip)("atomic operations, load-reserved and store-conditional do what qemu does", () => {
  compare(atomicForms(), 1000);
});

test.skipIf(skip)("compressed instructions do what qemu does", () => {
  compare(compressedForms(), 1000);
});

test.skipIf(skip)("the floating-point control registers read and write as in qemu", () => {
  compare(controlStatusForms(), 1000);
});

test.skipIf(skip)("instructions that run as a pair do what they do apart", () => {
  compare(pairForms(), 60);
});
