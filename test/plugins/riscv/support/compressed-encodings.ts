// The table of the 16-bit encodings, from the manual's "RVC Instruction Set Listings": fixed bits and their places. What
// a more special one takes comes before the general one.

export interface ShortEncoding {
  readonly name: string;
  readonly half: number;
  readonly mask: number;
}

const table: [string, number, number][] = [
  ["c.addi4spn", 0x0000, 0xe003],
  ["c.fld", 0x2000, 0xe003],
  ["c.lw", 0x4000, 0xe003],
  ["c.ld", 0x6000, 0xe003],
  ["c.fsd", 0xa000, 0xe003],
  ["c.sw", 0xc000, 0xe003],
  ["c.sd", 0xe000, 0xe003],
  ["c.nop", 0x0001, 0xef83],
  ["c.addi", 0x0001, 0xe003],
  ["c.addiw", 0x2001, 0xe003],
  ["c.li", 0x4001, 0xe003],
  ["c.addi16sp", 0x6101, 0xef83],
  ["c.lui", 0x6001, 0xe003],
  ["c.srli", 0x8001, 0xec03],
  ["c.srai", 0x8401, 0xec03],
  ["c.andi", 0x8801, 0xec03],
  ["c.sub", 0x8c01, 0xfc63],
  ["c.xor", 0x8c21, 0xfc63],
  ["c.or", 0x8c41, 0xfc63],
  ["c.and", 0x8c61, 0xfc63],
  ["c.subw", 0x9c01, 0xfc63],
  ["c.addw", 0x9c21, 0xfc63],
  ["c.j", 0xa001, 0xe003],
  ["c.beqz", 0xc001, 0xe003],
  ["c.bnez", 0xe001, 0xe003],
  ["c.slli", 0x0002, 0xe003],
  ["c.fldsp", 0x2002, 0xe003],
  ["c.lwsp", 0x4002, 0xe003],
  ["c.ldsp", 0x6002, 0xe003],
  ["c.jr", 0x8002, 0xf07f],
  ["c.mv", 0x8002, 0xf003],
  ["c.ebreak", 0x9002, 0xffff],
  ["c.jalr", 0x9002, 0xf07f],
  ["c.add", 0x9002, 0xf003],
  ["c.fsdsp", 0xa002, 0xe003],
  ["c.swsp", 0xc002, 0xe003],
  ["c.sdsp", 0xe002, 0xe003],
];

export const shortEncodings: readonly ShortEncoding[] = table.map(([name, half, mask]) => ({ name, half, mask }));

/** The encoding that 16 bits have, whether or not their operands are reserved. */
export const shortEncodingOf = (half: number): ShortEncoding | undefined =>
  shortEncodings.find(({ half: fixed, mask }) => (half & mask) === fixed);

/** Bits of value moved: [from, width, to]. */
export function scatter(value: number, ...moves: [number, number, number][]): number {
  return moves.reduce((word, [from, width, to]) => word | (((value >> from) & ((1 << width) - 1)) << to), 0);
}

/** c.beqz and c.bnez (funct3 6 and 7) on one of x8 to x15. */
export const shortBranch = (f3: number, register: number, offset: number): number =>
  (f3 << 13) | scatter(offset, [8, 1, 12], [3, 2, 10], [6, 2, 5], [1, 2, 3], [5, 1, 2]) | ((register - 8) << 7) | 1;
export const shortJump = (offset: number): number =>
  (5 << 13) |
  scatter(offset, [11, 1, 12], [4, 1, 11], [8, 2, 9], [10, 1, 8], [6, 1, 7], [7, 1, 6], [1, 3, 3], [5, 1, 2]) |
  1;
