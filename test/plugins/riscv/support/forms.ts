// Every instruction form that is compared with qemu-riscv64: how it is encoded, and what operands it takes.
import { addi, bType, ecall, iType, jType, type Register, r4Type, rType, uType, x } from "./encode.ts";
import {
  branchForms,
  type FloatLetter,
  floatFormats,
  immediateForms,
  registerForms,
  shiftForms,
  unaryForms,
} from "./encodings.ts";

/** Registers of a test: results in rd, operands in rs1, rs2, rs3, of the x or f file as the form says. */
export const rd = x.a0;
export const rs1 = x.a1;
export const rs2 = x.a2;
export const rs3 = x.a3;

export type Operands = "integer" | "half" | "single" | "double";

export interface Form {
  name: string;
  /** Instructions that take rs1, rs2, rs3 (all loaded) to rd. */
  code: number[];
  /** What rs1, rs2 and rs3 hold, and in which register file: f for all but integer. */
  operands: Operands;
  /** Whether rd is an f register. */
  floatResult: boolean;
  /** Whether s3 points at 16 bytes that hold rs1 and rs2, whose contents afterwards count in place of fcsr. */
  memory?: boolean;
  /** What qemu runs in place of the code where it lacks an instruction: as long, with the same effect. */
  reference?: number[];
}

const integer = (name: string, ...code: number[]): Form => ({ name, code, operands: "integer", floatResult: false });

export const immediates = [0, 1, -1, 5, 31, 32, 63, 64, -64, 255, -256, 1365, -1366, 2047, -2048];

const nop = addi(0, 0, 0);

/** czero.eqz (5) and czero.nez (7), which qemu 7.2 lacks, padded, and the same by older instructions. */
export function conditionalZero(f3: number, to: Register, value: Register, condition: Register, temporary: Register) {
  // temporary = all ones where the value is kept.
  const keep =
    f3 === 5
      ? [rType(0x33, 3, 0, temporary, 0, condition), rType(0x33, 0, 0x20, temporary, 0, temporary)]
      : [iType(0x13, 3, temporary, condition, 1), rType(0x33, 0, 0x20, temporary, 0, temporary)];
  return {
    code: [rType(0x33, f3, 0x07, to, value, condition), nop, nop],
    reference: [...keep, rType(0x33, 7, 0, to, value, temporary)],
  };
}

export function integerForms(): Form[] {
  const forms = registerForms.map(([name, opcode, f3, f7]): Form => {
    if (f7 !== 0x07) return integer(name, rType(opcode, f3, f7, rd, rs1, rs2));
    return { ...integer(name), ...conditionalZero(f3, rd, rs1, rs2, x.t0) };
  });
  for (const [name, opcode, f3, immediate] of unaryForms) {
    const code = [iType(opcode, f3, rd, rs1, immediate)];
    // qemu 7.2 looks for ctzw's bit in all 64: give it one in the low word (bseti rs1, rs1, 31).
    if (name === "ctzw") code.unshift(iType(0x13, 1, rs1, rs1, 0x280 | 31));
    forms.push(integer(name, ...code));
  }
  for (const [name, opcode, f3] of immediateForms) {
    for (const immediate of immediates) {
      forms.push(integer(`${name} ${immediate}`, iType(opcode, f3, rd, rs1, immediate)));
    }
  }
  for (const [name, opcode, f3, high, amounts] of shiftForms) {
    for (let amount = 0; amount < amounts; amount += amount < 4 || amount > amounts - 4 ? 1 : 5) {
      forms.push(integer(`${name} ${amount}`, iType(opcode, f3, rd, rs1, high | amount)));
    }
  }
  for (const upper of [0, 1, 0x7ffff, 0x80000, 0xfffff, 0x12345]) {
    forms.push(integer(`lui ${upper}`, uType(0x37, rd, upper)), integer(`auipc ${upper}`, uType(0x17, rd, upper)));
  }
  for (const [name, f3] of branchForms) {
    // rd = 1 when the branch is taken.
    const code = [iType(0x13, 0, rd, 0, 1), bType(f3, rs1, rs2, 8), iType(0x13, 0, rd, 0, 0)];
    forms.push(integer(name, ...code));
  }
  return [...forms, ...jumpForms()];
}

/** rd = how far the link is from the instruction that left it, and more where the target was missed. */
function jumpForms(): Form[] {
  const here = uType(0x17, x.t0, 0);
  const distance = rType(0x33, 0, 0x20, rd, x.t1, x.t0);
  const far = addi(rd, rd, 256);
  const back = addi(x.t1, x.t1, 64);
  const fences = [0x0ff0000f, 0x0330000f, 0x0000000f, 0x0100000f, 0x8330000f]; // iorw, rw, none, pause, tso
  return [
    integer("jal", here, jType(x.t1, 8), far, distance),
    integer("jal to x0", here, addi(x.t1, x.t0, 0), jType(0, 8), back, distance),
    // Over the jump back, back, and over it again: forward and backward.
    integer("jal backward", here, jType(x.t1, 12), back, jType(0, 8), jType(0, -8), distance),
    integer("jalr", here, iType(0x67, 0, x.t1, x.t0, 12), far, distance),
    integer("jalr to its own base", here, addi(x.t1, x.t0, 0), iType(0x67, 0, x.t1, x.t1, 16), far, distance),
    integer("jalr, odd target", here, iType(0x67, 0, x.t1, x.t0, 13), far, distance),
    integer("jalr, negative offset", here, addi(x.t2, x.t0, 2047), iType(0x67, 0, x.t1, x.t2, -2031), far, distance),
    ...fences.map((word) => integer(`fence ${word.toString(16)}`, word, addi(rd, rs1, 0))),
    integer("fence.i", 0x0000100f, addi(rd, rs1, 0)),
    // write(1, nothing, 0) gives 0; the other registers stay.
    integer(
      "ecall",
      addi(x.t1, x.a1, 0),
      ...[addi(x.a7, 0, 64), addi(x.a0, 0, 1), addi(x.a1, 0, 0), addi(x.a2, 0, 0)],
      ecall,
      rType(0x33, 0, 0, rd, rd, x.t1),
    ),
  ];
}

export const roundings = [
  ["rne", 0],
  ["rtz", 1],
  ["rdn", 2],
  ["rup", 3],
  ["rmm", 4],
  ["dyn", 7],
] as const;

/** Forms of one floating-point format, and of the conversions from it to the others. */
export function floatForms(suffix: FloatLetter): Form[] {
  const { fmt, moved } = floatFormats[suffix];
  const operands = ({ s: "single", d: "double", h: "half" } as const)[suffix];
  const others = (Object.keys(floatFormats) as FloatLetter[]).filter((other) => other !== suffix);
  const op = (name: string, code: number, floatResult: boolean): Form => ({
    name,
    code: [code],
    operands,
    floatResult,
  });
  const fromInteger = (name: string, code: number): Form => ({
    name,
    code: [code],
    operands: "integer",
    floatResult: true,
  });
  const forms: Form[] = [];
  for (const [mode, rm] of roundings) {
    for (const [name, f5] of [
      ["fadd", 0x00],
      ["fsub", 0x01],
      ["fmul", 0x02],
      ["fdiv", 0x03],
    ] as const) {
      forms.push(op(`${name}.${suffix} ${mode}`, rType(0x53, rm, (f5 << 2) | fmt, rd, rs1, rs2), true));
    }
    forms.push(op(`fsqrt.${suffix} ${mode}`, rType(0x53, rm, 0x2c | fmt, rd, rs1, 0), true));
    for (const [name, opcode] of [
      ["fmadd", 0x43],
      ["fmsub", 0x47],
      ["fnmsub", 0x4b],
      ["fnmadd", 0x4f],
    ] as const) {
      forms.push(op(`${name}.${suffix} ${mode}`, r4Type(opcode, fmt, rm, rd, rs1, rs2, rs3), true));
    }
    for (const [index, type] of ["w", "wu", "l", "lu"].entries()) {
      forms.push(op(`fcvt.${type}.${suffix} ${mode}`, rType(0x53, rm, 0x60 | fmt, rd, rs1, index), false));
      forms.push(fromInteger(`fcvt.${suffix}.${type} ${mode}`, rType(0x53, rm, 0x68 | fmt, rd, rs1, index)));
    }
    // rs2 names the source's format.
    for (const other of others) {
      const to = floatFormats[other].fmt;
      forms.push(op(`fcvt.${other}.${suffix} ${mode}`, rType(0x53, rm, 0x20 | to, rd, rs1, fmt), true));
    }
  }
  for (const [f3, name] of ["fsgnj", "fsgnjn", "fsgnjx"].entries()) {
    forms.push(op(`${name}.${suffix}`, rType(0x53, f3, 0x10 | fmt, rd, rs1, rs2), true));
  }
  for (const [f3, name] of ["fmin", "fmax"].entries()) {
    forms.push(op(`${name}.${suffix}`, rType(0x53, f3, 0x14 | fmt, rd, rs1, rs2), true));
  }
  for (const [f3, name] of ["fle", "flt", "feq"].entries()) {
    forms.push(op(`${name}.${suffix}`, rType(0x53, f3, 0x50 | fmt, rd, rs1, rs2), false));
  }
  forms.push(
    op(`fclass.${suffix}`, rType(0x53, 1, 0x70 | fmt, rd, rs1, 0), false),
    op(`fmv.x.${moved}`, rType(0x53, 0, 0x70 | fmt, rd, rs1, 0), false),
    fromInteger(`fmv.${moved}.x`, rType(0x53, 0, 0x78 | fmt, rd, rs1, 0)),
  );
  return forms;
}
