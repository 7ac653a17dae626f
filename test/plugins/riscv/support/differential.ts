// Runs forms over tables of operands on the interpreter and on qemu-riscv64, and compares every result and fcsr.
import { Assembler } from "./assembler.ts";
import { addi, csr, fcsr, fmvDX, fmvXD, ld, rType, sd, x } from "./encode.ts";
import { type Form, type Operands, rd, rs1, rs2, rs3 } from "./forms.ts";
import { runHarness, runQemu, saveProgram } from "./harness.ts";
import { type Random, randomFloat, randomInteger } from "./random.ts";

/** rs1, rs2, rs3 and the fcsr before. */
export type OperandSet = [bigint, bigint, bigint, bigint];

function operand(random: Random, kind: Operands): bigint {
  if (kind === "integer") return randomInteger(random);
  if (kind === "double") return randomFloat(random, 11, 52);
  const narrow = kind === "single" ? randomFloat(random, 8, 23) : randomFloat(random, 5, 10);
  const width = kind === "single" ? 32n : 16n;
  // One in sixteen is not NaN-boxed, and so counts as a NaN; another is a narrower or a wider one's box.
  if (random.chance(1, 16)) return (random.next() << width) | narrow;
  if (random.chance(1, 16)) return (0xffffffffn << 32n) | (BigInt(random.word()) << 16n) | narrow;
  return (-1n << width) | narrow;
}

export function operandSets(random: Random, kind: Operands, count: number): OperandSet[] {
  return Array.from({ length: count }, () => {
    const first = operand(random, kind);
    // Equal and opposite operands meet too seldom by chance.
    const second = random.chance(1, 12) ? first : operand(random, kind);
    const third = random.chance(1, 12) ? second ^ (1n << 63n) : operand(random, kind);
    const flags = random.chance(1, 2) ? 0 : random.below(32);
    return [first, second, third, BigInt((random.below(5) << 5) | flags)].map((value) =>
      BigInt.asUintN(64, value as bigint),
    ) as OperandSet;
  });
}

export interface Difference {
  form: string;
  operands: string;
  ours: string;
  qemu: string;
}

/** A program that runs each form over its operands and prints `size` bytes. */
export function formsProgram(
  forms: Form[],
  sets: Record<Operands, OperandSet[]>,
): { assembler: Assembler; size: number } {
  const assembler = new Assembler();
  const tables = new Map<Operands, number>();
  for (const kind of Object.keys(sets) as Operands[]) {
    const words = new BigUint64Array(sets[kind].flat());
    tables.set(kind, assembler.data(new Uint8Array(words.buffer)));
  }
  const size = forms.reduce((sum, form) => sum + sets[form.operands].length * 16, 0);
  const results = assembler.zeros(size);
  assembler
    .constant(x.s1, BigInt(results))
    .constant(x.s3, BigInt(assembler.zeros(16)))
    .constant(x.s5, 1n);
  forms.forEach((form, index) => {
    assembler.constant(x.s0, BigInt(tables.get(form.operands) ?? 0)).constant(x.s2, BigInt(sets[form.operands].length));
    assembler.label(`form${index}`);
    [rs1, rs2, rs3, x.a4].forEach((register, i) => {
      assembler.emit(ld(register, x.s0, i * 8));
    });
    assembler.emit(csr(1, x.zero, fcsr, x.a4), addi(rd, x.zero, 0x555));
    if (form.floatResult) assembler.emit(fmvDX(rd, rd));
    if (form.operands !== "integer") assembler.emit(fmvDX(rs1, rs1), fmvDX(rs2, rs2), fmvDX(rs3, rs3));
    if (form.memory) assembler.emit(sd(rs1, x.s3, 0), sd(rs2, x.s3, 8));
    if (form.reference === undefined) assembler.emit(...form.code);
    else assembler.emitAlternatives(form.code, form.reference);
    if (form.floatResult) assembler.emit(fmvXD(rd, rd));
    if (form.memory) {
      // One word says what both are: the second is turned by a bit, so that equal changes do not cancel out.
      assembler.emit(ld(x.a5, x.s3, 0), ld(x.t0, x.s3, 8), rType(0x33, 5, 0x30, x.t0, x.t0, x.s5));
      assembler.emit(rType(0x33, 4, 0, x.a5, x.a5, x.t0));
    } else {
      assembler.emit(csr(2, x.a5, fcsr, x.zero));
    }
    assembler.emit(sd(rd, x.s1, 0), sd(x.a5, x.s1, 8));
    assembler.emit(addi(x.s0, x.s0, 32), addi(x.s1, x.s1, 16), addi(x.s2, x.s2, -1));
    assembler.branch(1, x.s2, x.zero, `form${index}`);
  });
  assembler.writeOut(results, size).exit();
  return { assembler, size };
}

const hex = (value: bigint | undefined) => (value ?? 0n).toString(16).padStart(16, "0");

/** Up to ten differences, and how many results were compared. */
export function compareForms(
  forms: Form[],
  sets: Record<Operands, OperandSet[]>,
): { compared: number; differences: Difference[] } {
  const { assembler, size } = formsProgram(forms, sets);
  const ours = runHarness(saveProgram(assembler.build()));
  const qemu = runQemu(saveProgram(assembler.build({ reference: true })));
  if (ours.output.length !== size || qemu.output.length !== size) {
    throw new Error(
      `expected ${size} bytes; ours: ${ours.output.length} ${ours.errors}; qemu: ${qemu.output.length} ${qemu.errors}`,
    );
  }
  const differences: Difference[] = [];
  let at = 0;
  for (const form of forms) {
    for (const set of sets[form.operands]) {
      if (!ours.output.subarray(at, at + 16).equals(qemu.output.subarray(at, at + 16)) && differences.length < 10) {
        const show = (output: Buffer) =>
          `${hex(output.readBigUInt64LE(at))} ${form.memory ? "memory" : "fcsr"} ${output.readBigUInt64LE(at + 8).toString(16)}`;
        differences.push({
          form: form.name,
          operands: set.map(hex).join(" "),
          ours: show(ours.output),
          qemu: show(qemu.output),
        });
      }
      at += 16;
    }
  }
  return { compared: size / 16, differences };
}
