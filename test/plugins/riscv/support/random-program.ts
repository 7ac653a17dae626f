// Seeded programs of random instructions in random control flow, which end and print digests of their state on the way,
// how often each block ran, and the whole state at the end.
import { Assembler } from "./assembler.ts";
import { shortEncodings } from "./compressed-encodings.ts";
import { addi, csr, fcsr, fmvXD, iType, ld, rType, sd, sType, x } from "./encode.ts";
import { branchForms, encodings } from "./encodings.ts";
import { type Random, randomFloat, randomInteger } from "./random.ts";
import { fixed, free, InstructionMaker, isShort, poolSize, scratchSize } from "./random-instruction.ts";
import { emitLong } from "./random-long.ts";
import { emitShort } from "./random-short.ts";
import { installHandler } from "./signal-handler.ts";

const tableSize = 64;
const functionCount = 16;
/** The counters are reached by 12-bit offsets to both sides of one register. */
const mostParts = 1000;
const placed = ["jal", "jalr", "c.jr", "c.jalr"];
/** Each runs a signal handler, a system call, or throws decoded code away. */
const slow = ["ebreak", "c.ebreak", "ecall", "fence.i"];
const usualLong = encodings.filter(({ name }) => !placed.includes(name) && !slow.includes(name));
const usualShort = shortEncodings.filter(({ name }) => !placed.includes(name) && !slow.includes(name));
const slowLong = encodings.filter(({ name }) => slow.includes(name));
const slowShort = shortEncodings.filter(({ name }) => slow.includes(name));

/** A block or a function: where it starts, and how often one run of it runs each encoding. */
export interface Part {
  readonly name: string;
  readonly address: number;
  readonly runs: Map<string, number>;
}

export interface ProgramOptions {
  blocks: number;
  /** Blocks run. */
  fuel: number;
  /** Blocks run between digests: a power of two, 2048 at most, that divides fuel. */
  interval: number;
}

export interface RandomProgram {
  /** The program, and the same for a machine without Zicond. */
  elf: Uint8Array;
  reference: Uint8Array;
  parts: Part[];
  /** The random instructions, in order. */
  words: number[];
  /** What it prints: pairs of a digest and the address after the block before it; 32-bit counts of parts; the state. */
  output: { digests: number; counts: number; state: number };
}

class Program {
  readonly random: Random;
  readonly options: ProgramOptions;
  readonly assembler = new Assembler();
  readonly maker: InstructionMaker;
  readonly parts: Part[] = [];
  readonly words: number[] = [];
  #repetitions = 1;
  #labels = 0;

  constructor(random: Random, options: ProgramOptions) {
    this.random = random;
    this.options = options;
    this.maker = new InstructionMaker(random, this.assembler);
    this.maker.onInstruction = (name, word) => {
      this.words.push(word);
      const runs = this.parts.at(-1)?.runs;
      runs?.set(name, (runs.get(name) ?? 0) + this.#repetitions);
    };
  }

  #label(): string {
    return `label${this.#labels++}`;
  }

  /** Starts a part, which counts its runs. */
  begin(name: string): void {
    const offset = 4 * this.parts.length - 2048;
    this.assembler.label(name);
    this.parts.push({ name, address: this.assembler.here, runs: new Map() });
    const { count, counters } = fixed;
    this.assembler.emit(iType(0x03, 2, count, counters, offset), addi(count, count, 1));
    this.assembler.emit(sType(0x23, 2, counters, count, offset));
  }

  instruction(): void {
    const { random, maker } = this;
    if (random.chance(1, 300)) {
      if (random.chance(3, 4)) emitLong(maker, random.pick(slowLong));
      else emitShort(maker, random.pick(slowShort));
    } else if (random.chance(2, 5)) emitShort(maker, random.pick(usualShort));
    else emitLong(maker, random.pick(usualLong));
  }

  instructions(count: number): void {
    for (let i = 0; i < count; i++) this.instruction();
  }

  /** A loop of a few rounds. */
  loop(): void {
    const { random, maker, assembler } = this;
    const counter = maker.to();
    const start = this.#label();
    const rounds = 2 + random.below(6);
    maker.emit(addi(counter, 0, rounds));
    maker.protect.add(counter);
    this.#repetitions = rounds;
    assembler.label(start);
    this.instructions(1 + random.below(5));
    if (isShort(counter) && random.chance(1, 2)) {
      maker.emit(0x107d | (counter << 7) | (31 << 2)); // c.addi counter, -1
      maker.note(0xe001);
      assembler.shortBranch(7, counter, start);
    } else {
      maker.emit(addi(counter, counter, -1));
      maker.note(0x1063);
      assembler.branch(1, counter, 0, start);
    }
    this.#repetitions = 1;
    maker.protect.delete(counter);
  }

  /** A call of a function with ra, or t0 for those of an even number, in any of the ways to call one. */
  call(index: number): void {
    const { random, maker, assembler } = this;
    const link = index % 2 === 0 ? x.t0 : x.ra;
    if (random.chance(1, 2)) {
      maker.note(0x6f);
      assembler.jump(link, `function${index}`);
      return;
    }
    const target = maker.to((register) => register !== link);
    assembler.address(target, `function${index}`);
    if (link === x.ra && random.chance(1, 2)) maker.emit(0x9002 | (target << 7));
    else maker.emit(iType(0x67, 0, link, target, random.below(2)));
  }

  /** Odd ones are leaves, even ones call an odd one. */
  functionBody(index: number): void {
    const { random, maker } = this;
    const link = index % 2 === 0 ? x.t0 : x.ra;
    this.begin(`function${index}`);
    maker.protect.add(x.t0).add(link); // a leaf's caller may be a function
    this.instructions(1 + random.below(8));
    if (link === x.t0 && random.chance(3, 4)) {
      this.call(2 * random.below(functionCount / 2) + 1);
      this.instructions(1 + random.below(4));
    }
    maker.protect.clear();
    maker.emit(random.chance(1, 2) ? 0x8002 | (link << 7) : iType(0x67, 0, 0, link, 0));
  }

  block(index: number): void {
    const { random, maker, assembler, options } = this;
    const { fuel, count, link } = fixed;
    this.begin(`block${index}`);
    const go = this.#label();
    assembler.emit(addi(fuel, fuel, -1));
    assembler.emit(iType(0x13, 7, count, fuel, options.interval - 1));
    assembler.branch(1, count, 0, go).jump(link, "checkpoint").label(go);
    this.instructions(2 + random.below(16));
    if (random.chance(1, 6)) this.loop();
    if (random.chance(1, 5)) this.call(random.below(functionCount));
    if (random.chance(1, 2)) this.instructions(random.below(6));
    this.leave(index);
    maker.protect.clear();
  }

  /**
   * A jump of any kind to some other block, or none. Backward only by what the fuel holds: whatever the registers hold, no
   * round trip lasts.
   */
  leave(index: number): void {
    const { random, maker, assembler } = this;
    const { blocks } = this.options;
    const ahead = (most: number) => `block${(index + 1 + random.below(most)) % blocks}`;
    const [, f3] = random.pick(branchForms);
    switch (random.below(6)) {
      case 0:
      case 1:
        if (index + 4 >= blocks) break;
        maker.note(0x63 | (f3 << 12));
        assembler.branch(f3, maker.from(), maker.from(), ahead(4));
        break;
      case 2: {
        const bit = maker.to();
        maker.emit(iType(0x13, 7, bit, fixed.fuel, 1 << random.below(8)));
        maker.note(0x63);
        assembler.branch(random.below(2), bit, 0, `block${Math.max(0, index - random.below(4))}`);
        break;
      }
      case 3:
        maker.note(0x6f);
        assembler.jump(random.pick([0, x.ra, x.t0]), ahead(20));
        break;
      case 4: {
        const target = maker.to();
        maker.emit(rType(0x33, 4, 0, target, maker.from(), fixed.fuel), iType(0x13, 7, target, target, 0x1f8));
        maker.emit(rType(0x33, 0, 0, target, target, fixed.table), ld(target, target, 0));
        const plain = random.below(3);
        if (plain === 0) maker.emit(iType(0x67, 0, random.pick([0, x.ra, target]), target, random.below(2)));
        else maker.emit((plain === 1 ? 0x8002 : 0x9002) | (target << 7));
        break;
      }
      default: // falls into the next
    }
    if (index === blocks - 1) assembler.jump(0, "block0");
  }

  /** Adds a digest of everything to the list; the end of the program when the fuel is used up. */
  checkpoint(): void {
    const { assembler } = this;
    const { count, value, temporary, digests, link, scratch, fuel } = fixed;
    // count = count * 31 + register
    const add = (register: number) =>
      assembler.emit(
        rType(0x13, 1, 0, temporary, count, 5),
        rType(0x33, 0, 0x20, count, temporary, count),
        rType(0x33, 0, 0, count, count, register),
      );
    assembler.label("checkpoint").emit(addi(count, 0, 0));
    for (const register of free) add(register);
    for (let i = 0; i < 32; i++) {
      assembler.emit(fmvXD(value, i));
      add(value);
    }
    assembler.emit(csr(2, value, fcsr, 0));
    add(value);
    for (let at = 0; at < scratchSize; at += 8) {
      assembler.emit(ld(value, scratch, at));
      add(value);
    }
    assembler.emit(sd(count, digests, 0), sd(link, digests, 8), addi(digests, digests, 16));
    assembler.branch(1, fuel, 0, "on").jump(0, "done").label("on");
    assembler.emit(iType(0x67, 0, 0, link, 0));
  }

  /** Steps over a breakpoint: puts back every register of ucontext, and goes on four bytes behind. */
  handler(): void {
    const { assembler } = this;
    const { count, temporary } = fixed;
    const registersAt = 176; // in struct ucontext, pc first
    assembler.label("handler").emit(addi(temporary, x.a2, 0), ld(count, temporary, registersAt), addi(count, count, 4));
    for (let i = 1; i < 32; i++) {
      if (i !== count && i !== temporary) assembler.emit(ld(i, temporary, registersAt + 8 * i));
    }
    assembler.emit(iType(0x67, 0, 0, count, 0));
  }
}

const words = (values: bigint[]) => new Uint8Array(new BigUint64Array(values).buffer);

export function randomProgram(random: Random, options: ProgramOptions): RandomProgram {
  const program = new Program(random, options);
  const { assembler } = program;
  const { blocks, fuel, interval } = options;
  if (blocks + functionCount > mostParts) throw new Error("more blocks than counters");
  const someFloat = () =>
    BigInt.asUintN(
      64,
      random.pick([
        () => randomFloat(random, 11, 52),
        () => (-1n << 32n) | randomFloat(random, 8, 23),
        () => (-1n << 16n) | randomFloat(random, 5, 10),
      ])(),
    );
  const integers = assembler.data(words(Array.from({ length: 32 }, () => randomInteger(random))));
  const floats = assembler.data(words(Array.from({ length: 32 }, someFloat)));
  const memory = assembler.data(words(Array.from({ length: scratchSize / 8 }, () => random.next())));
  const pool = assembler.data(
    words(Array.from({ length: poolSize / 8 }, () => (random.chance(1, 2) ? randomInteger(random) : someFloat()))),
  );
  const fuelWord = assembler.data(words([BigInt(fuel)])); // so that the code is the same for every amount
  const table = assembler.zeros(tableSize * 8);
  const sizes = { digests: (fuel / interval) * 16, counts: 4096, state: (free.length + 33) * 8 };
  installHandler(assembler, [5], "handler");
  const counts = assembler.zeros(sizes.counts);
  const state = assembler.zeros(sizes.state);
  const digests = assembler.zeros(sizes.digests);
  assembler.constant(fixed.table, BigInt(table));
  for (let i = 0; i < tableSize; i++) {
    assembler.address(x.t0, `block${random.below(blocks)}`).emit(sd(x.t0, fixed.table, i * 8));
  }
  assembler.constant(x.t0, BigInt(floats));
  for (let i = 0; i < 32; i++) assembler.emit(iType(0x07, 3, i, x.t0, i * 8));
  assembler.constant(fixed.scratch, BigInt(memory)).emit(addi(x.sp, fixed.scratch, 0));
  assembler.constant(fixed.fuel, BigInt(fuelWord)).emit(ld(fixed.fuel, fixed.fuel, 0));
  assembler.constant(fixed.pool, BigInt(pool)).constant(fixed.counters, BigInt(counts + 2048));
  assembler.constant(fixed.digests, BigInt(digests)).constant(31, BigInt(integers));
  for (const register of free) assembler.emit(ld(register, 31, register * 8));
  assembler.jump(0, "block0");
  const functions = Array.from({ length: functionCount }, (_, i) => Math.floor((i * blocks) / functionCount));
  for (let block = 0; block < blocks; block++) {
    program.block(block);
    const index = functions.indexOf(block);
    if (index >= 0) {
      const over = `over${index}`;
      assembler.jump(0, over);
      program.functionBody(index);
      assembler.label(over);
    }
  }
  program.checkpoint();
  program.handler();
  assembler.label("done").constant(x.sp, BigInt(state));
  free.forEach((register, i) => {
    assembler.emit(sd(register, x.sp, i * 8));
  });
  for (let i = 0; i < 32; i++) assembler.emit(sType(0x27, 3, x.sp, i, (free.length + i) * 8));
  assembler.emit(csr(2, x.a0, fcsr, 0), sd(x.a0, x.sp, (free.length + 32) * 8));
  assembler
    .writeOut(digests, sizes.digests)
    .writeOut(counts, sizes.counts)
    .writeOut(state, sizes.state)
    .writeOut(memory, scratchSize)
    .exit();
  return {
    elf: assembler.build(),
    reference: assembler.build({ reference: true }),
    parts: program.parts,
    words: program.words,
    output: { ...sizes, state: sizes.state + scratchSize },
  };
}
