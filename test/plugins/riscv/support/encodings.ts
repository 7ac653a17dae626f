// The table of encodings: every 32-bit instruction of RV64GC with Zba, Zbb, Zbc, Zbs, Zfh and Zicond, written down from the
// manual's listings apart from the decoder under test, by what is fixed in each.
import { iType, r4Type, rType } from "./encode.ts";

export type Format =
  | "registers"
  | "unary"
  | "immediate"
  | "shift"
  | "upper"
  | "load"
  | "store"
  | "branch"
  | "jump"
  | "jumpRegister"
  | "fence"
  | "system"
  | "controlStatus"
  | "atomic"
  | "loadReserved"
  | "floatLoad"
  | "floatStore"
  | "floatArithmetic"
  | "floatFused"
  | "floatUnary"
  | "floatSelect"
  | "floatCompare"
  | "floatToBits"
  | "floatFromBits"
  | "floatToInteger"
  | "floatFromInteger";

export interface Encoding {
  /** As the manual spells it. */
  readonly name: string;
  readonly format: Format;
  /** The bits that are fixed, and their places. */
  readonly word: number;
  readonly mask: number;
}

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
  ["czero.eqz", 0x33, 5, 0x07],
  ["czero.nez", 0x33, 7, 0x07],
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

export const atomicUpdates: [string, number][] = [
  ["amoadd", 0x00],
  ["amoswap", 0x01],
  ["amoxor", 0x04],
  ["amoor", 0x08],
  ["amoand", 0x0c],
  ["amomin", 0x10],
  ["amomax", 0x14],
  ["amominu", 0x18],
  ["amomaxu", 0x1c],
];

const funct3 = 0x0000707f;
const funct7 = 0xfe00707f;
const unaryMask = 0xfff0707f;
const atomicMask = 0xf800707f;

/** The formats in the order of their fmt field, how their bits are called in moves, and the width of their accesses. */
export const floatFormats = {
  s: { fmt: 0, moved: "w", width: 2 },
  d: { fmt: 1, moved: "d", width: 3 },
  h: { fmt: 2, moved: "h", width: 1 },
} as const;
export type FloatLetter = keyof typeof floatFormats;

function floatEncodings(letter: FloatLetter): Encoding[] {
  const { fmt, moved, width } = floatFormats[letter];
  const others = (Object.keys(floatFormats) as FloatLetter[]).filter((other) => other !== letter);
  const operation = (name: string, format: Format, mask: number, f7: number, f3 = 0, second = 0): Encoding => ({
    name,
    format,
    mask,
    word: rType(0x53, f3, f7 | fmt, 0, 0, second),
  });
  const rounds = 0xfe00007f;
  const roundsUnary = 0xfff0007f;
  return [
    { name: `fl${moved}`, format: "floatLoad", word: iType(0x07, width, 0, 0, 0), mask: funct3 },
    { name: `fs${moved}`, format: "floatStore", word: iType(0x27, width, 0, 0, 0), mask: funct3 },
    ...(["fmadd", "fmsub", "fnmsub", "fnmadd"] as const).map(
      (name, i): Encoding => ({
        name: `${name}.${letter}`,
        format: "floatFused",
        word: r4Type(0x43 + 4 * i, fmt, 0, 0, 0, 0, 0),
        mask: 0x0600007f,
      }),
    ),
    ...["fadd", "fsub", "fmul", "fdiv"].map((name, i) =>
      operation(`${name}.${letter}`, "floatArithmetic", rounds, i << 2),
    ),
    operation(`fsqrt.${letter}`, "floatUnary", roundsUnary, 0x2c),
    ...["fsgnj", "fsgnjn", "fsgnjx"].map((name, i) => operation(`${name}.${letter}`, "floatSelect", funct7, 0x10, i)),
    ...["fmin", "fmax"].map((name, i) => operation(`${name}.${letter}`, "floatSelect", funct7, 0x14, i)),
    ...["fle", "flt", "feq"].map((name, i) => operation(`${name}.${letter}`, "floatCompare", funct7, 0x50, i)),
    ...["w", "wu", "l", "lu"].flatMap((type, i) => [
      operation(`fcvt.${type}.${letter}`, "floatToInteger", roundsUnary, 0x60, 0, i),
      operation(`fcvt.${letter}.${type}`, "floatFromInteger", roundsUnary, 0x68, 0, i),
    ]),
    ...others.map((other) =>
      operation(`fcvt.${letter}.${other}`, "floatUnary", roundsUnary, 0x20, 0, floatFormats[other].fmt),
    ),
    operation(`fclass.${letter}`, "floatToBits", unaryMask, 0x70, 1),
    operation(`fmv.x.${moved}`, "floatToBits", unaryMask, 0x70),
    operation(`fmv.${moved}.x`, "floatFromBits", unaryMask, 0x78),
  ];
}

const withFunct3 = (format: Format, opcode: number, ...names: (string | undefined)[]): Encoding[] =>
  names.flatMap((name, f3) =>
    name === undefined ? [] : [{ name, format, word: iType(opcode, f3, 0, 0, 0), mask: funct3 }],
  );

export const encodings: readonly Encoding[] = [
  { name: "lui", format: "upper", word: 0x37, mask: 0x7f },
  { name: "auipc", format: "upper", word: 0x17, mask: 0x7f },
  { name: "jal", format: "jump", word: 0x6f, mask: 0x7f },
  { name: "jalr", format: "jumpRegister", word: 0x67, mask: funct3 },
  ...branchForms.map(
    ([name, f3]): Encoding => ({ name, format: "branch", word: iType(0x63, f3, 0, 0, 0), mask: funct3 }),
  ),
  ...withFunct3("load", 0x03, "lb", "lh", "lw", "ld", "lbu", "lhu", "lwu"),
  ...withFunct3("store", 0x23, "sb", "sh", "sw", "sd"),
  ...immediateForms.map(
    ([name, opcode, f3]): Encoding => ({ name, format: "immediate", word: iType(opcode, f3, 0, 0, 0), mask: funct3 }),
  ),
  ...shiftForms.map(([name, opcode, f3, high, amounts]): Encoding => {
    const mask = amounts === 64 ? 0xfc00707f : funct7;
    return { name, format: "shift", word: iType(opcode, f3, 0, 0, high), mask };
  }),
  ...registerForms.map(
    ([name, opcode, f3, f7]): Encoding => ({
      name,
      format: "registers",
      word: rType(opcode, f3, f7, 0, 0, 0),
      mask: funct7,
    }),
  ),
  ...unaryForms.map(
    ([name, opcode, f3, high]): Encoding => ({
      name,
      format: "unary",
      word: iType(opcode, f3, 0, 0, high),
      mask: unaryMask,
    }),
  ),
  ...withFunct3("fence", 0x0f, "fence", "fence.i"),
  { name: "ecall", format: "system", word: 0x00000073, mask: 0xffffffff },
  { name: "ebreak", format: "system", word: 0x00100073, mask: 0xffffffff },
  ...withFunct3("controlStatus", 0x73, undefined, "csrrw", "csrrs", "csrrc", undefined, "csrrwi", "csrrsi", "csrrci"),
  ...(["w", "d"] as const).flatMap((width, i): Encoding[] => {
    const atomic = (name: string, f5: number): Encoding => ({
      name: `${name}.${width}`,
      format: f5 === 0x02 ? "loadReserved" : "atomic",
      word: rType(0x2f, 2 + i, f5 << 2, 0, 0, 0),
      mask: f5 === 0x02 ? 0xf9f0707f : atomicMask,
    });
    return [...atomicUpdates.map(([name, f5]) => atomic(name, f5)), atomic("lr", 0x02), atomic("sc", 0x03)];
  }),
  ...floatEncodings("s"),
  ...floatEncodings("d"),
  ...floatEncodings("h"),
];

const byOpcode = new Map<number, Encoding[]>();
for (const encoding of encodings) {
  const opcode = encoding.word & 0x7f;
  byOpcode.set(opcode, [...(byOpcode.get(opcode) ?? []), encoding]);
}

/** The encoding of a 32-bit instruction, by the table alone. */
export const encodingOf = (word: number): Encoding | undefined =>
  byOpcode.get(word & 0x7f)?.find(({ mask, word: fixed }) => (word & mask) >>> 0 === fixed);
