// RISC-V encodings written down from the manual's tables, apart from the decoder under test.

export type Register = number;
/** ABI names of the x registers that the tests use. */
export const x = {
  zero: 0,
  ra: 1,
  sp: 2,
  gp: 3,
  tp: 4,
  t0: 5,
  t1: 6,
  t2: 7,
  s0: 8,
  s1: 9,
  a0: 10,
  a1: 11,
  a2: 12,
  a3: 13,
  a4: 14,
  a5: 15,
  a7: 17,
  s2: 18,
  s3: 19,
  s4: 20,
  s5: 21,
  t3: 28,
  t4: 29,
  t5: 30,
  t6: 31,
};

const bits = (value: number, high: number, low: number) => (value >> low) & ((1 << (high - low + 1)) - 1);

export const rType = (opcode: number, f3: number, f7: number, rd: Register, rs1: Register, rs2: Register) =>
  ((f7 << 25) | (rs2 << 20) | (rs1 << 15) | (f3 << 12) | (rd << 7) | opcode) >>> 0;
export const iType = (opcode: number, f3: number, rd: Register, rs1: Register, immediate: number) =>
  (((immediate & 0xfff) << 20) | (rs1 << 15) | (f3 << 12) | (rd << 7) | opcode) >>> 0;
export const sType = (opcode: number, f3: number, rs1: Register, rs2: Register, immediate: number) =>
  ((bits(immediate, 11, 5) << 25) | (rs2 << 20) | (rs1 << 15) | (f3 << 12) | (bits(immediate, 4, 0) << 7) | opcode) >>>
  0;
export const bType = (f3: number, rs1: Register, rs2: Register, offset: number) =>
  ((bits(offset, 12, 12) << 31) |
    (bits(offset, 10, 5) << 25) |
    (rs2 << 20) |
    (rs1 << 15) |
    (f3 << 12) |
    (bits(offset, 4, 1) << 8) |
    (bits(offset, 11, 11) << 7) |
    0x63) >>>
  0;
export const uType = (opcode: number, rd: Register, upper: number) => ((upper << 12) | (rd << 7) | opcode) >>> 0;
export const jType = (rd: Register, offset: number) =>
  ((bits(offset, 20, 20) << 31) |
    (bits(offset, 10, 1) << 21) |
    (bits(offset, 11, 11) << 20) |
    (bits(offset, 19, 12) << 12) |
    (rd << 7) |
    0x6f) >>>
  0;
export const r4Type = (opcode: number, fmt: number, rm: number, rd: number, rs1: number, rs2: number, rs3: number) =>
  ((rs3 << 27) | (fmt << 25) | (rs2 << 20) | (rs1 << 15) | (rm << 12) | (rd << 7) | opcode) >>> 0;

export const addi = (rd: Register, rs1: Register, immediate: number) => iType(0x13, 0, rd, rs1, immediate);
export const ld = (rd: Register, rs1: Register, offset: number) => iType(0x03, 3, rd, rs1, offset);
export const sd = (rs2: Register, rs1: Register, offset: number) => sType(0x23, 3, rs1, rs2, offset);
export const ecall = 0x00000073;
export const ebreak = 0x00100073;
export const fmvDX = (fd: number, rs1: Register) => rType(0x53, 0, 0x79, fd, rs1, 0);
export const fmvXD = (rd: Register, fs1: number) => rType(0x53, 0, 0x71, rd, fs1, 0);
/** csrrw, csrrs, csrrc (1 to 3) and their immediate forms (5 to 7). */
export const csr = (f3: number, rd: Register, number: number, rs1: number) => iType(0x73, f3, rd, rs1, number);
export const fcsr = 0x003;
