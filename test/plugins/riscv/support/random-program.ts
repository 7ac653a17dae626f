// Seeded programs of random instructions in random control flow, which end and print their whole state.
import { Assembler } from "./assembler.ts";
import { addi, csr, fcsr, iType, ld, r4Type, rType, sd, sType, uType, x } from "./encode.ts";
import { branchForms, immediateForms, registerForms, shiftForms, unaryForms } from "./forms.ts";
import { type Random, randomFloat, randomInteger } from "./random.ts";

const scratchSize = 2048;
const blockTable = x.s2;
const fuel = 27;
const scratch = x.s0;
// sp points at the scratch memory too; these registers keep their places, the others hold anything.
const fixed = [x.zero, x.sp, scratch, blockTable, fuel];
const free = Array.from({ length: 32 }, (_, i) => i).filter((register) => !fixed.includes(register));
const shortFree = free.filter((register) => register >= 8 && register < 16);

type Count = Map<string, number>;

class Generator {
  readonly random: Random;
  readonly assembler = new Assembler();
  readonly counts: Count = new Map();

  constructor(random: Random) {
    this.random = random;
  }

  emit(name: string, ...code: number[]): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    this.assembler.emit(...code);
  }

  any = () => this.random.below(32);
  to = () => this.random.pick(free);
  amount = (width: number) => this.random.below(width);

  /** One instruction, or the few that make one safe. */
  instruction(): void {
    const kinds = [
      this.registers,
      this.registers,
      this.registers,
      this.immediate,
      this.immediate,
      this.shift,
      this.unary,
      this.load,
      this.store,
      this.atomic,
      this.float,
      this.float,
      this.compressed,
      this.compressed,
      this.compressed,
      this.upper,
      this.skip,
      this.flags,
    ];
    this.random.pick(kinds).call(this);
  }

  registers(): void {
    const [name, opcode, f3, f7] = this.random.pick(registerForms);
    this.emit(name, rType(opcode, f3, f7, this.to(), this.any(), this.any()));
  }

  immediate(): void {
    const [name, opcode, f3] = this.random.pick(immediateForms);
    this.emit(name, iType(opcode, f3, this.to(), this.any(), this.random.below(4096) - 2048));
  }

  shift(): void {
    const [name, opcode, f3, high, amounts] = this.random.pick(shiftForms);
    this.emit(name, iType(opcode, f3, this.to(), this.any(), high | this.amount(amounts)));
  }

  unary(): void {
    // qemu 7.2's ctzw counts in all 64 bits.
    const [name, opcode, f3, immediate] = this.random.pick(unaryForms.filter(([form]) => form !== "ctzw"));
    this.emit(name, iType(opcode, f3, this.to(), this.any(), immediate));
  }

  upper(): void {
    const [name, opcode] = this.random.pick([
      ["lui", 0x37],
      ["auipc", 0x17],
    ] as const);
    this.emit(name, uType(opcode, this.to(), this.random.below(1 << 20)));
  }

  /** A register that points into the scratch memory, at a multiple of `align`. */
  pointer(align: number): number {
    const pointer = this.to();
    const mask = (scratchSize / 2 - 1) & -align;
    this.assembler.emit(iType(0x13, 7, pointer, this.any(), mask), rType(0x33, 0, 0, pointer, pointer, scratch));
    return pointer;
  }

  load(): void {
    const [name, opcode, f3] = this.random.pick([
      ["lb", 0x03, 0],
      ["lh", 0x03, 1],
      ["lw", 0x03, 2],
      ["ld", 0x03, 3],
      ["lbu", 0x03, 4],
      ["lhu", 0x03, 5],
      ["lwu", 0x03, 6],
      ["flw", 0x07, 2],
      ["fld", 0x07, 3],
    ] as const);
    const to = opcode === 0x07 ? this.any() : this.random.chance(1, 20) ? 0 : this.to();
    this.emit(name, iType(opcode, f3, to, this.pointer(1), this.random.below(512)));
  }

  store(): void {
    const [name, opcode, f3] = this.random.pick([
      ["sb", 0x23, 0],
      ["sh", 0x23, 1],
      ["sw", 0x23, 2],
      ["sd", 0x23, 3],
      ["fsw", 0x27, 2],
      ["fsd", 0x27, 3],
    ] as const);
    this.emit(name, sType(opcode, f3, this.pointer(1), this.any(), this.random.below(512)));
  }

  atomic(): void {
    const f3 = this.random.pick([2, 3]);
    const f5 = this.random.pick([0x00, 0x01, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c, 0x02]);
    const pointer = this.pointer(8);
    if (f5 === 0x02) {
      this.emit(
        "lr",
        rType(0x2f, f3, 0x02 << 2, this.random.pick([0, ...free.filter((r) => r !== pointer)]), pointer, 0),
      );
      this.emit("sc", rType(0x2f, f3, 0x03 << 2, this.to(), pointer, this.any()));
    } else {
      this.emit(`amo ${f5}`, rType(0x2f, f3, (f5 << 2) | this.random.below(4), this.to(), pointer, this.any()));
    }
  }

  float(): void {
    const fmt = this.random.below(2);
    const rm = this.random.pick([0, 1, 2, 3, 4, 7, 7, 7]);
    const [f1, f2, f3] = [this.any(), this.any(), this.any()];
    const group = this.random.below(8);
    if (group <= 1) {
      const f5 = this.random.below(4);
      this.emit(`float ${f5}`, rType(0x53, rm, (f5 << 2) | fmt, this.any(), f1, f2));
    } else if (group === 2) {
      const opcode = this.random.pick([0x43, 0x47, 0x4b, 0x4f]);
      this.emit(`fused ${opcode}`, r4Type(opcode, fmt, rm, this.any(), f1, f2, f3));
    } else if (group === 3) {
      this.emit("fsqrt", rType(0x53, rm, 0x2c | fmt, this.any(), f1, 0));
    } else if (group === 4) {
      const f7 = this.random.pick([0x10, 0x14, 0x50]);
      const select = this.random.below(f7 === 0x14 ? 2 : 3);
      this.emit(`float ${f7} ${select}`, rType(0x53, select, f7 | fmt, f7 === 0x50 ? this.to() : this.any(), f1, f2));
    } else if (group === 5) {
      this.emit("fcvt to integer", rType(0x53, rm, 0x60 | fmt, this.to(), f1, this.random.below(4)));
    } else if (group === 6) {
      this.emit("fcvt from integer", rType(0x53, rm, 0x68 | fmt, this.any(), this.any(), this.random.below(4)));
    } else {
      this.emit("fcvt", rType(0x53, rm, 0x20 | (1 - fmt), this.any(), f1, fmt));
      this.emit("fmv", rType(0x53, 0, 0x78 | fmt, this.any(), this.any(), 0));
      this.emit("fclass", rType(0x53, 1, 0x70 | fmt, this.to(), f2, 0));
    }
  }

  flags(): void {
    this.emit("csr fflags", csr(this.random.pick([1, 2, 3]), this.to(), 1, this.any()));
    this.emit("csr frm", csr(5, this.to(), 2, this.random.below(5)));
  }

  /** A branch over one instruction of two or four bytes. */
  skip(): void {
    const over = this.random.chance(1, 2) ? 0x0001 : addi(this.to(), this.any(), 1);
    const size = (over & 3) === 3 ? 4 : 2;
    const offset = 2 + size;
    const register = this.random.pick(shortFree) - 8;
    const f3 = this.random.pick([6, 7]);
    const code = (f3 << 13) | ((offset & 6) << 2) | (register << 7) | 1;
    this.emit("c.branch", code, over);
  }

  compressed(): void {
    const to = this.to();
    const short = () => this.random.pick(shortFree) - 8;
    const immediate = this.random.below(64);
    const high = ((immediate >> 5) << 12) | ((immediate & 31) << 2);
    const kinds: [string, number][] = [
      ["c.addi", high | (to << 7) | 1],
      ["c.addiw", (1 << 13) | high | (to << 7) | 1],
      ["c.li", (2 << 13) | high | (to << 7) | 1],
      ["c.lui", (3 << 13) | (((immediate | 1) >> 5) << 12) | (((immediate & 31) | 1) << 2) | (to << 7) | 1],
      ["c.slli", high | (to << 7) | 2],
      ["c.srli", (4 << 13) | high | (short() << 7) | 1],
      ["c.srai", (4 << 13) | (1 << 10) | high | (short() << 7) | 1],
      ["c.andi", (4 << 13) | (2 << 10) | high | (short() << 7) | 1],
      ["c.arithmetic", (4 << 13) | (3 << 10) | (this.random.below(4) << 5) | (short() << 7) | (short() << 2) | 1],
      ["c.word", (4 << 13) | (7 << 10) | (this.random.below(2) << 5) | (short() << 7) | (short() << 2) | 1],
      ["c.mv", (4 << 13) | (to << 7) | (this.random.pick(free) << 2) | 2],
      ["c.add", (4 << 13) | (1 << 12) | (to << 7) | (this.random.pick(free) << 2) | 2],
      ["c.addi4spn", ((immediate | 1) << 5) | (short() << 2)],
      ["c.lwsp", (2 << 13) | high | (to << 7) | 2],
      ["c.ldsp", (3 << 13) | (high & ~0) | (to << 7) | 2],
      ["c.fldsp", (1 << 13) | high | (this.any() << 7) | 2],
      ["c.swsp", (6 << 13) | (immediate << 7) | (this.any() << 2) | 2],
      ["c.sdsp", (7 << 13) | (immediate << 7) | (this.any() << 2) | 2],
      ["c.fsdsp", (5 << 13) | (immediate << 7) | (this.any() << 2) | 2],
    ];
    const [name, code] = this.random.pick(kinds);
    this.emit(name, code);
  }

  /** Ends a block: a jump of any kind to some other block, or none. */
  leave(block: number, blocks: number): void {
    const near = `block${Math.min(blocks - 1, Math.max(0, block + this.random.below(21) - 10))}`;
    switch (this.random.below(6)) {
      case 0:
      case 1:
      case 2: {
        const [name, f3] = this.random.pick(branchForms);
        this.emit(name);
        this.assembler.branch(f3, this.any(), this.any(), near);
        break;
      }
      case 3:
        this.emit("jal");
        this.assembler.jump(this.random.pick([0, 1, 5]), `block${this.random.below(blocks)}`);
        break;
      case 4: {
        const target = this.to();
        this.assembler.emit(iType(0x13, 7, target, this.any(), 0x1f8), rType(0x33, 0, 0, target, target, blockTable));
        this.emit("jalr", ld(target, target, 0), iType(0x67, 0, this.random.pick([0, 1, target]), target, 0));
        break;
      }
      default: // falls through
    }
  }
}

export interface RandomProgram {
  elf: Uint8Array;
  /** How often each encoding occurs in it. */
  counts: Count;
}

export function randomProgram(random: Random, options: { blocks: number; fuel: number }): RandomProgram {
  const generator = new Generator(random);
  const { assembler } = generator;
  const words = (values: bigint[]) => new Uint8Array(new BigUint64Array(values).buffer);
  const integers = assembler.data(words(Array.from({ length: 32 }, () => randomInteger(random))));
  const floats = assembler.data(
    words(
      Array.from({ length: 32 }, () =>
        random.chance(1, 2) ? randomFloat(random, 11, 52) : (0xffffffffn << 32n) | randomFloat(random, 8, 23),
      ),
    ),
  );
  const memory = assembler.data(words(Array.from({ length: scratchSize / 8 }, () => random.next())));
  const state = assembler.zeros(65 * 8);
  const table = assembler.zeros(64 * 8);
  assembler.constant(blockTable, BigInt(table));
  for (let i = 0; i < 64; i++) {
    assembler.address(x.t0, `block${random.below(options.blocks)}`).emit(sd(x.t0, blockTable, i * 8));
  }
  assembler.constant(x.t0, BigInt(floats));
  for (let i = 0; i < 32; i++) assembler.emit(iType(0x07, 3, i, x.t0, i * 8));
  assembler.constant(scratch, BigInt(memory)).constant(x.sp, BigInt(memory)).constant(fuel, BigInt(options.fuel));
  assembler.constant(31, BigInt(integers));
  for (const register of free) assembler.emit(ld(register, 31, register * 8));
  for (let block = 0; block < options.blocks; block++) {
    assembler.label(`block${block}`).emit(addi(fuel, fuel, -1));
    assembler.branch(1, fuel, x.zero, `go${block}`).jump(0, "done").label(`go${block}`);
    for (let count = random.below(16); count >= 0; count--) generator.instruction();
    generator.leave(block, options.blocks);
  }
  assembler.label("done").constant(x.sp, BigInt(state));
  for (const register of free) assembler.emit(sd(register, x.sp, register * 8));
  for (let i = 0; i < 32; i++) assembler.emit(sType(0x27, 3, x.sp, i, 256 + i * 8));
  assembler.emit(csr(2, x.a0, fcsr, 0), sd(x.a0, x.sp, 512));
  assembler
    .writeOut(state, 65 * 8)
    .writeOut(memory, scratchSize)
    .exit();
  return { elf: assembler.build(), counts: generator.counts };
}
