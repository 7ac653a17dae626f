// What random instructions are made with: which registers they may read and write, and where they may point, so that
// they are safe to run anywhere.
import type { Assembler } from "./assembler.ts";
import { shortEncodingOf } from "./compressed-encodings.ts";
import { iType, rType, x } from "./encode.ts";
import { encodingOf } from "./encodings.ts";
import type { Random } from "./random.ts";

/** Registers with a place of their own in a random program; sp points at the scratch memory as `scratch` does. */
export const fixed = {
  table: 18,
  digests: 19,
  value: 20,
  temporary: 21,
  pool: 22,
  counters: 23,
  count: 24,
  link: 25,
  scratch: 26,
  fuel: 27,
} as const;
const everyRegister = Array.from({ length: 32 }, (_, register) => register);
/** Not those whose values may differ between ours and qemu's. */
const readable = everyRegister.filter(
  (register) => ![fixed.value, fixed.temporary, fixed.count, fixed.link].includes(register as never),
);
export const free = everyRegister.filter(
  (register) => register !== x.zero && register !== x.sp && !(Object.values(fixed) as number[]).includes(register),
);
export const isShort = (register: number): boolean => register >= 8 && register < 16;

/** Bytes of memory that a program reads and writes, and of memory with fresh values that it only reads. */
export const scratchSize = 2048;
export const poolSize = 2048;

export class InstructionMaker {
  readonly random: Random;
  readonly assembler: Assembler;
  /** Called for each instruction that counts. */
  onInstruction: (name: string, word: number) => void = () => {};
  /** Registers that must keep their value for now. */
  readonly protect = new Set<number>();

  constructor(random: Random, assembler: Assembler) {
    this.random = random;
    this.assembler = assembler;
  }

  /** Emits instructions that count. */
  emit(...words: number[]): void {
    for (const word of words) {
      this.note(word);
      this.assembler.emit(word);
    }
  }

  note(word: number): void {
    const encoding = (word & 3) === 3 ? encodingOf(word) : shortEncodingOf(word);
    this.onInstruction(encoding?.name ?? `unknown ${word.toString(16)}`, word);
  }

  /** An x register to read. */
  from(): number {
    return this.random.pick(readable);
  }

  /** An f register. */
  float(): number {
    return this.random.below(32);
  }

  /** An x register to write. */
  to(isWanted: (register: number) => boolean = () => true): number {
    return this.random.pick(free.filter((register) => !this.protect.has(register) && isWanted(register)));
  }

  /** An x register that points into the first half of the scratch memory, at a multiple of `align`. */
  pointer(align: number, isWanted?: (register: number) => boolean): number {
    const pointer = this.to(isWanted);
    const mask = (scratchSize / 2 - 1) & -align;
    this.emit(iType(0x13, 7, pointer, this.from(), mask), rType(0x33, 0, 0, pointer, pointer, fixed.scratch));
    return pointer;
  }
}
