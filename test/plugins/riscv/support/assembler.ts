// Puts instructions and data together into a static ELF program.
import { codeOffset, elf } from "../../../support/elf.ts";
import { shortBranch, shortJump } from "./compressed-encodings.ts";
import { addi, bType, ecall, iType, jType, type Register, rType, uType, x } from "./encode.ts";

const codeAddress = 0x10000;

export class Assembler {
  readonly dataAddress: number;
  #code: number[] = [];
  #data: Uint8Array[] = [];
  #dataSize = 0;
  #zeroSize = 0;
  #fixups: { at: number; label: string; reach: number; encode: (offset: number) => number }[] = [];
  #labels = new Map<string, number>();
  #alternatives: { at: number; words: number[] }[] = [];

  constructor(options: { dataAddress?: number } = {}) {
    this.dataAddress = options.dataAddress ?? 0x1000000;
  }

  get here(): number {
    return codeAddress + this.#code.length;
  }

  /** Appends instructions: 32-bit ones, or 16-bit ones when their low two bits are not both set. */
  emit(...instructions: number[]): this {
    for (const word of instructions) {
      const size = (word & 3) === 3 ? 4 : 2;
      for (let i = 0; i < size; i++) this.#code.push((word >>> (8 * i)) & 0xff);
    }
    return this;
  }

  /** Appends instructions of four bytes each, in whose place others stand when `reference` is built. */
  emitAlternatives(words: number[], reference: number[]): this {
    if (words.length !== reference.length) throw new Error("alternatives of unequal length");
    this.#alternatives.push({ at: this.here, words: reference });
    return this.emit(...words);
  }

  /** Appends bytes that need not be an instruction. */
  emitBytes(...bytes: number[]): this {
    for (const byte of bytes) this.#code.push(byte);
    return this;
  }

  label(name: string): this {
    this.#labels.set(name, this.here);
    return this;
  }

  #emitFixup(label: string, reach: number, encode: (offset: number) => number): this {
    this.#fixups.push({ at: this.here, label, reach, encode });
    return this.emit(encode(0));
  }

  branch(f3: number, rs1: Register, rs2: Register, label: string): this {
    return this.#emitFixup(label, 4096, (offset) => bType(f3, rs1, rs2, offset));
  }

  jump(rd: Register, label: string): this {
    return this.#emitFixup(label, 1 << 20, (offset) => jType(rd, offset));
  }

  /** c.beqz or c.bnez: f3 6 or 7. */
  shortBranch(f3: number, register: Register, label: string): this {
    return this.#emitFixup(label, 256, (offset) => shortBranch(f3, register, offset));
  }

  shortJump(label: string): this {
    return this.#emitFixup(label, 2048, (offset) => shortJump(offset));
  }

  /** rd = any 64-bit constant. */
  constant(rd: Register, value: bigint): this {
    const signed = BigInt.asIntN(64, value);
    if (signed >= -2048n && signed < 2048n) return this.emit(addi(rd, x.zero, Number(signed)));
    const low = BigInt.asIntN(12, signed);
    if (BigInt.asIntN(32, signed) === signed) {
      const upper = Number(BigInt.asUintN(20, (signed - low) >> 12n));
      return this.emit(uType(0x37, rd, upper), iType(0x1b, 0, rd, rd, Number(low)));
    }
    this.constant(rd, (signed - low) >> 12n);
    return this.emit(rType(0x13, 1, 0, rd, rd, 12), addi(rd, rd, Number(low)));
  }

  /** rd = the address of a label. */
  address(rd: Register, label: string): this {
    const at = this.here;
    this.#fixups.push({
      at,
      label,
      reach: 2 ** 31,
      encode: (offset) => uType(0x17, rd, ((offset + 0x800) >> 12) & 0xfffff),
    });
    this.emit(uType(0x17, rd, 0));
    this.#fixups.push({ at: at + 4, label, reach: 2 ** 31, encode: (offset) => addi(rd, rd, (offset + 4) & 0xfff) });
    return this.emit(addi(rd, rd, 0));
  }

  /** Appends initialised data; its address is the answer. */
  data(bytes: Uint8Array): number {
    const address = this.dataAddress + this.#dataSize;
    const padded = new Uint8Array((bytes.length + 15) & ~15);
    padded.set(bytes);
    this.#data.push(padded);
    this.#dataSize += padded.length;
    return address;
  }

  /** Zeroed memory far behind the data. */
  zeros(size: number): number {
    const address = this.dataAddress + 0x1000000 + this.#zeroSize;
    this.#zeroSize += (size + 15) & ~15;
    return address;
  }

  systemCall(number: number): this {
    return this.constant(x.a7, BigInt(number)).emit(ecall);
  }

  writeOut(address: number, size: number): this {
    return this.constant(x.a0, 1n).constant(x.a1, BigInt(address)).constant(x.a2, BigInt(size)).systemCall(64);
  }

  exit(code = 0): this {
    return this.constant(x.a0, BigInt(code)).systemCall(93);
  }

  #put(at: number, word: number): void {
    const size = (word & 3) === 3 ? 4 : 2;
    for (let i = 0; i < size; i++) this.#code[at - codeAddress + i] = (word >>> (8 * i)) & 0xff;
  }

  /** The program; with `reference`, that with the alternatives. */
  build(options: { writableCode?: boolean; reference?: boolean } = {}): Uint8Array {
    for (const { at, label, reach, encode } of this.#fixups) {
      const target = this.#labels.get(label);
      if (target === undefined) throw new Error(`no label ${label}`);
      if (Math.abs(target - at) >= reach) throw new Error(`${label} is ${target - at} bytes away`);
      this.#put(at, encode(target - at));
    }
    const code = Uint8Array.from(this.#code);
    for (const { at, words } of options.reference ? this.#alternatives : []) {
      code.set(new Uint8Array(Uint32Array.from(words).buffer), at - codeAddress);
    }
    const data = new Uint8Array(this.#dataSize);
    let filled = 0;
    for (const part of this.#data) {
      data.set(part, filled);
      filled += part.length;
    }
    const dataOffset = codeOffset + roundToPage(code.length);
    return elf({
      entry: codeAddress,
      code: Buffer.concat([Buffer.concat([code], roundToPage(code.length)), data]),
      headers: [
        { address: codeAddress, fileSize: code.length, flags: options.writableCode ? 7 : 5 },
        {
          address: this.dataAddress,
          offset: dataOffset,
          fileSize: data.length,
          memorySize: Math.max(data.length, 1),
          flags: 6,
        },
        {
          address: this.dataAddress + 0x1000000,
          offset: dataOffset,
          fileSize: 0,
          memorySize: Math.max(this.#zeroSize, 1),
          flags: 6,
        },
      ],
    });
  }
}

const roundToPage = (size: number): number => (size + 0xfff) & -0x1000;
