// Every instruction form that is compared with qemu-riscv64: how it is encoded, and what operands it takes.
import { bType, iType, r4Type, rType, uType, x } from "./encode.ts";

/** Registers of a test: results in rd, operands in rs1, rs2, rs3, of the x or f file as the form says. */
export const rd = x.a0;
export const rs1 = x.a1;
export const rs2 = x.a2;
export const rs3 = x.a3;

export type Operands = "integer" | "single" | "double";

export interface Form {
  name: string;
  /** Instructions that take rs1, rs2, rs3 (all loaded) to rd. */
  code: number[];
  /** What rs1, rs2 and rs3 hold, and in which register file: f for single and double. */
  operands: Operands;
  /** Whether rd is an f register. */
  floatResult: boolean;
  /** Whether s3 points at 16 bytes that hold rs1 and rs2, whose contents afterwards count in place of fcsr. */
  memory?: boolean;
}

const integer = (name: string, ...code: number[]): Form => ({ name, code, operands: "integer", floatResult: false });

export const registerForms: [string, number, number, number][] = [
  ["add", 0x33, 0, 0x00],
  ["sub", 0x33, 0, 0x20],
  ["sll", 0x33, 1, 0x00],
  ["slt", 0x33, 2, 0x00],
  ["sltu", 0x33, 3, 0x00],
  ["xor", 0x33, 4, 0x00],
  ["srl", 0x33, 5, 0x00],
  ["sra", 0x33, 5, 0x20],
  ["or", 0x33, 6, 0x00],
  ["and", 0x33, 7, 0x00],
  ["addw", 0x3b, 0, 0x00],
  ["subw", 0x3b, 0, 0x20],
  ["sllw", 0x3b, 1, 0x00],
  ["srlw", 0x3b, 5, 0x00],
  ["sraw", 0x3b, 5, 0x20],
  ["mul", 0x33, 0, 0x01],
  ["mulh", 0x33, 1, 0x01],
  ["mulhsu", 0x33, 2, 0x01],
  ["mulhu", 0x33, 3, 0x01],
  ["div", 0x33, 4, 0x01],
  ["divu", 0x33, 5, 0x01],
  ["rem", 0x33, 6, 0x01],
  ["remu", 0x33, 7, 0x01],
  ["mulw", 0x3b, 0, 0x01],
  ["divw", 0x3b, 4, 0x01],
  ["divuw", 0x3b, 5, 0x01],
  ["remw", 0x3b, 6, 0x01],
  ["remuw", 0x3b, 7, 0x01],
  ["add.uw", 0x3b, 0, 0x04],
  ["sh1add", 0x33, 2, 0x10],
  ["sh2add", 0x33, 4, 0x10],
  ["sh3add", 0x33, 6, 0x10],
  ["sh1add.uw", 0x3b, 2, 0x10],
  ["sh2add.uw", 0x3b, 4, 0x10],
  ["sh3add.uw", 0x3b, 6, 0x10],
  ["andn", 0x33, 7, 0x20],
  ["orn", 0x33, 6, 0x20],
  ["xnor", 0x33, 4, 0x20],
  ["max", 0x33, 6, 0x05],
  ["maxu", 0x33, 7, 0x05],
  ["min", 0x33, 4, 0x05],
  ["minu", 0x33, 5, 0x05],
  ["rol", 0x33, 1, 0x30],
  ["rolw", 0x3b, 1, 0x30],
  ["ror", 0x33, 5, 0x30],
  ["rorw", 0x3b, 5, 0x30],
  ["clmul", 0x33, 1, 0x05],
  ["clmulr", 0x33, 2, 0x05],
  ["clmulh", 0x33, 3, 0x05],
  ["bclr", 0x33, 1, 0x24],
  ["bext", 0x33, 5, 0x24],
  ["binv", 0x33, 1, 0x34],
  ["bset", 0x33, 1, 0x14],
];

export const unaryForms: [string, number, number, number][] = [
  ["clz", 0x13, 1, 0x600],
  ["ctz", 0x13, 1, 0x601],
  ["cpop", 0x13, 1, 0x602],
  ["clzw", 0x1b, 1, 0x600],
  ["ctzw", 0x1b, 1, 0x601],
  ["cpopw", 0x1b, 1, 0x602],
  ["sext.b", 0x13, 1, 0x604],
  ["sext.h", 0x13, 1, 0x605],
  ["zext.h", 0x3b, 4, 0x080],
  ["orc.b", 0x13, 5, 0x287],
  ["rev8", 0x13, 5, 0x6b8],
];

export const immediateForms: [string, number, number][] = [
  ["addi", 0x13, 0],
  ["slti", 0x13, 2],
  ["sltiu", 0x13, 3],
  ["xori", 0x13, 4],
  ["ori", 0x13, 6],
  ["andi", 0x13, 7],
  ["addiw", 0x1b, 0],
];
export const immediates = [0, 1, -1, 5, 31, 32, 63, 64, -64, 255, -256, 1365, -1366, 2047, -2048];

/** Name, opcode, funct3, the bits above the amount, and how many amounts there are. */
export const shiftForms: [string, number, number, number, number][] = [
  ["slli", 0x13, 1, 0x000, 64],
  ["srli", 0x13, 5, 0x000, 64],
  ["srai", 0x13, 5, 0x400, 64],
  ["slliw", 0x1b, 1, 0x000, 32],
  ["srliw", 0x1b, 5, 0x000, 32],
  ["sraiw", 0x1b, 5, 0x400, 32],
  ["slli.uw", 0x1b, 1, 0x080, 64],
  ["rori", 0x13, 5, 0x600, 64],
  ["roriw", 0x1b, 5, 0x600, 32],
  ["bclri", 0x13, 1, 0x480, 64],
  ["bexti", 0x13, 5, 0x480, 64],
  ["binvi", 0x13, 1, 0x680, 64],
  ["bseti", 0x13, 1, 0x280, 64],
];

export const branchForms: [string, number][] = [
  ["beq", 0],
  ["bne", 1],
  ["blt", 4],
  ["bge", 5],
  ["bltu", 6],
  ["bgeu", 7],
];

export function integerForms(): Form[] {
  const forms = registerForms.map(([name, opcode, f3, f7]) => integer(name, rType(opcode, f3, f7, rd, rs1, rs2)));
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
  return forms;
}

export const roundings = [
  ["rne", 0],
  ["rtz", 1],
  ["rdn", 2],
  ["rup", 3],
  ["rmm", 4],
  ["dyn", 7],
] as const;

/** Forms of one floating-point format. fmt: 0 single, 1 double. */
export function floatForms(suffix: "s" | "d"): Form[] {
  const fmt = suffix === "s" ? 0 : 1;
  const operands: Operands = suffix === "s" ? "single" : "double";
  const other = suffix === "s" ? "d" : "s";
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
    // From this format to the other: rs2 names the source's format.
    forms.push(op(`fcvt.${other}.${suffix} ${mode}`, rType(0x53, rm, 0x20 | (1 - fmt), rd, rs1, fmt), true));
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
  const letter = suffix === "s" ? "w" : "d";
  forms.push(
    op(`fclass.${suffix}`, rType(0x53, 1, 0x70 | fmt, rd, rs1, 0), false),
    op(`fmv.x.${letter}`, rType(0x53, 0, 0x70 | fmt, rd, rs1, 0), false),
    fromInteger(`fmv.${letter}.x`, rType(0x53, 0, 0x78 | fmt, rd, rs1, 0)),
  );
  return forms;
}
