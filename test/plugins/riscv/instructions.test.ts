import { expect, test } from "vitest";
import { missing } from "../../support/programs.ts";
import { compareForms, operandSets } from "./support/differential.ts";
import { type Form, floatForms, integerForms } from "./support/forms.ts";
import { atomicForms, compressedForms, controlStatusForms, plainAccessForms } from "./support/memory-forms.ts";
import { pairForms } from "./support/pair-forms.ts";
import { Random } from "./support/random.ts";

const skip = missing("qemu-riscv64", "cmake", "g++");
const seed = Number(process.env.VM_PLUGIN_SEED ?? 20240117);

function compare(forms: Form[], count: number) {
  const random = new Random(seed);
  const sets = {
    integer: operandSets(random, "integer", count),
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
  compare(floatForms("s"), 1500);
});

test.skipIf(skip)("double-precision operations give qemu's results and flags in every rounding mode", () => {
  compare(floatForms("d"), 1500);
});

test.skipIf(skip)("loads and stores do what qemu does, at every alignment", () => {
  compare(plainAccessForms(), 300);
});

test.skipIf(skip)("atomic operations, load-reserved and store-conditional do what qemu does", () => {
  compare(atomicForms(), 300);
});

test.skipIf(skip)("compressed instructions do what qemu does", () => {
  compare(compressedForms(), 300);
});

test.skipIf(skip)("the floating-point control registers read and write as in qemu", () => {
  compare(controlStatusForms(), 300);
});

test.skipIf(skip)("instructions that run as a pair do what they do apart", () => {
  compare(pairForms(), 60);
});
