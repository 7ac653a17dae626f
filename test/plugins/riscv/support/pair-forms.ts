// Every pair of instructions that often follow each other in compiled code, as engines may run them as one. Their
// registers overlap in all the ways that they can: the second may read, write or leave what the first wrote.
import { addi, bType, iType, type Register, rType, sType, uType, x } from "./encode.ts";
import { type Form, rd, rs1, rs2, rs3 } from "./forms.ts";

const base = x.s3;

type Instruction = (to: Register, a: Register, b: Register) => number;

const registers =
  (opcode: number, f3: number, f7: number): Instruction =>
  (to, a, b) =>
    rType(opcode, f3, f7, to, a, b);
const immediate =
  (opcode: number, f3: number, value: number): Instruction =>
  (to, a) =>
    iType(opcode, f3, to, a, value);
const load =
  (f3: number, offset: number): Instruction =>
  (to) =>
    iType(0x03, f3, to, base, offset);
const store =
  (f3: number, offset: number): Instruction =>
  (_, a) =>
    sType(0x23, f3, base, a, offset);

const plain: [string, Instruction][] = [
  ["addi", immediate(0x13, 0, -7)],
  ["add", registers(0x33, 0, 0x00)],
  ["addiw", immediate(0x1b, 0, 100)],
  ["addw", registers(0x3b, 0, 0x00)],
  ["sub", registers(0x33, 0, 0x20)],
  ["subw", registers(0x3b, 0, 0x20)],
  ["slli", immediate(0x13, 1, 3)],
  ["srli", immediate(0x13, 5, 5)],
  ["slliw", immediate(0x1b, 1, 7)],
  ["srliw", immediate(0x1b, 5, 9)],
  ["andi", immediate(0x13, 7, 0x7f)],
  ["and", registers(0x33, 7, 0x00)],
  ["or", registers(0x33, 6, 0x00)],
  ["xor", registers(0x33, 4, 0x00)],
  ["mul", registers(0x33, 0, 0x01)],
  ["li", (to) => addi(to, 0, 1000)],
  ["lui", (to) => uType(0x37, to, 0x81234)],
  ["mv", (to, a) => addi(to, a, 0)],
  ["lbu", load(4, 3)],
  ["lw", load(2, 4)],
  ["lwu", load(6, 1)],
  ["ld", load(3, 8)],
  ["sb", store(0, 2)],
  ["sw", store(2, 9)],
  ["sd", store(3, 5)],
];

const branches: [string, number][] = [
  ["beq", 0],
  ["bne", 1],
  ["blt", 4],
  ["bge", 5],
  ["bltu", 6],
  ["bgeu", 7],
];

export function pairForms(): Form[] {
  const forms: Form[] = [];
  const form = (name: string, ...code: number[]) =>
    forms.push({ name, code, operands: "integer", floatResult: false, memory: true });
  for (const [firstName, first] of plain) {
    for (const [secondName, second] of plain) {
      form(`${firstName}, ${secondName} of its result`, first(rd, rs1, rs2), second(rd, rd, rs3));
      const mixed = rType(0x33, 0, 0, rd, rd, rs3);
      form(`${firstName}, ${secondName} beside it`, first(rd, rs1, rs2), second(rs3, rs2, rd), mixed);
    }
    for (const [name, f3] of branches) {
      const skip = addi(rd, rd, 1);
      form(`${firstName}, ${name} of its result`, first(rd, rs1, rs2), bType(f3, rd, rs3, 8), skip);
      form(`${firstName}, ${name} beside it`, first(rd, rs1, rs2), bType(f3, rs1, rs2, 8), skip);
    }
    // To the instruction after the next, by a register: li and auipc give the address.
    const landing = [uType(0x17, x.t1, 0), addi(x.t1, x.t1, 20)];
    form(`${firstName}, jr`, ...landing, first(rd, rs1, rs2), iType(0x67, 0, 0, x.t1, 0), addi(rd, rd, 1));
  }
  return forms;
}
