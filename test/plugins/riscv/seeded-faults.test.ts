// Shows that the programs of the other tests catch a fault in any instruction. A few instructions by default; all of
// them with VM_PLUGIN_SEEDED_FAULTS=all, which test/tools/seeded-faults.sh sets.
import { expect, test } from "vitest";
import { missing } from "../../support/programs.ts";
import type { Assembler } from "./support/assembler.ts";
import { formsProgram, operandSets } from "./support/differential.ts";
import { type Encoding, encodings, type Format } from "./support/encodings.ts";
import { type Form, floatForms, integerForms, type Operands } from "./support/forms.ts";
import { runFaulty, runHarness, runQemu, saveProgram } from "./support/harness.ts";
import { atomicForms, controlStatusForms, plainAccessForms } from "./support/memory-forms.ts";
import { patchingProgram } from "./support/patching.ts";
import { Random } from "./support/random.ts";
import { trapsProgram } from "./support/traps.ts";

const skip = missing("qemu-riscv64", "cmake", "g++");
const all = process.env.VM_PLUGIN_SEEDED_FAULTS === "all";

/** These round nothing, whatever their rounding mode. */
const exact = ["fcvt.d.w", "fcvt.d.wu", "fcvt.d.s", "fcvt.d.h", "fcvt.s.h"];

/** What a fault in an encoding may be: see harness/seeded_fault.cc. */
function kindsOf({ name, format }: Encoding): string[] {
  const bits = ["low", "high"];
  const rounds = exact.includes(name) ? ["flags"] : ["rounding", "flags"];
  const kinds: Partial<Record<Format, string[]>> = {
    branch: ["operation", "operands"],
    jump: ["operands", "illegal"],
    jumpRegister: ["operands", "illegal"],
    system: ["operation", "illegal"],
    // What FENCE orders shows among several processors at most.
    fence: name === "fence" ? ["illegal"] : ["operation", "illegal"],
    floatArithmetic: [...bits, ...rounds, "operation", "operands"],
    floatFused: [...bits, ...rounds, "operation", "operands"],
    floatUnary: [...bits, ...rounds, "operation", "operands"],
    floatToInteger: [...bits, ...rounds, "operation", "operands"],
    floatFromInteger: [...bits, ...rounds, "operation", "operands"],
    floatSelect: [...bits, "flags", "operation", "operands"],
    floatCompare: [...bits, "flags", "operation", "operands"],
  };
  return kinds[format] ?? [...bits, "operation", "operands"];
}

interface Check {
  name: string;
  path: string;
  expected: Buffer;
  code: number | null;
}

function checkOf(name: string, ours: Uint8Array, reference: Uint8Array = ours): Check {
  const path = saveProgram(ours);
  const { output, code } = runQemu(saveProgram(reference));
  // Where the interpreter as it is does not pass, a fault would be no news.
  const plain = runHarness(path);
  for (const passing of [plain, runFaulty(path, "none", "none")]) {
    expect([passing.output.equals(output), passing.code], `${name}: ${passing.errors}`).toEqual([true, code]);
  }
  return { name, path, expected: output, code };
}

function checks(): Check[] {
  const random = new Random(1);
  const kinds: Operands[] = ["integer", "half", "single", "double"];
  const sets = Object.fromEntries(kinds.map((kind) => [kind, operandSets(random, kind, 200)])) as Parameters<
    typeof formsProgram
  >[1];
  const forms: [string, Form[]][] = [
    ["integer forms", integerForms()],
    ["half-precision forms", floatForms("h")],
    ["single-precision forms", floatForms("s")],
    ["double-precision forms", floatForms("d")],
    ["accesses", plainAccessForms()],
    ["atomic forms", atomicForms()],
    ["control and status", controlStatusForms()],
  ];
  const traps = encodings
    .filter(({ format }) => format === "fence" || format === "system")
    .map(({ word }) => ({ word }));
  const places = traps.filter(({ word }) => word !== 0x73);
  const between = (assembler: Assembler) => assembler.emit(0x0000100f);
  return [
    ...forms.map(([name, list]) => {
      const { assembler } = formsProgram(list, sets);
      return checkOf(name, assembler.build(), assembler.build({ reference: true }));
    }),
    checkOf("traps", trapsProgram(places).elf),
    checkOf("code changes", patchingProgram(between).build({ writableCode: true })),
  ];
}

test.skipIf(skip)(`a fault seeded into ${all ? "each" : "an"} instruction is caught`, { timeout: 1_800_000 }, () => {
  const list = checks();
  const survivors: string[] = [];
  const chosen = all ? encodings : encodings.filter((_, i) => i % 25 === 7);
  let seeded = 0;
  for (const encoding of chosen) {
    const operation = encoding.name.replaceAll(".", "_").replace(/^(and|or|xor)$/, "$1_");
    const outcomes = kindsOf(encoding).map((kind) => {
      seeded++;
      const catcher = list.find(({ path, expected, code }) => {
        const outcome = runFaulty(path, operation, kind);
        return outcome.code !== code || !outcome.output.equals(expected);
      });
      if (catcher === undefined) survivors.push(`${encoding.name} ${kind}`);
      return `${kind} ${catcher === undefined ? "SURVIVED" : `caught (${catcher.name})`}`;
    });
    console.log(`${encoding.name}: ${outcomes.join(", ")}`);
  }
  console.log(`${seeded} faults in ${chosen.length} instructions, ${survivors.length} survived`);
  expect(survivors).toEqual([]);
});
