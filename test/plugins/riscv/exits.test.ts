import { expect, test } from "vitest";
import { missing } from "../../support/programs.ts";
import { Assembler } from "./support/assembler.ts";
import { addi, csr, ebreak, iType, ld, rType, sd, sType, uType, x } from "./support/encode.ts";
import { access, type Exit, kind, parseExits } from "./support/exits.ts";
import { runHarness, saveProgram } from "./support/harness.ts";
import { Random } from "./support/random.ts";

const skip = missing("cmake", "g++");
const start = 0x10000n;
const arena = 1n << 38n;

function exitsOf(assembler: Assembler, options: string[] = [], build?: { writableCode?: boolean }): Exit[] {
  return parseExits(runHarness(saveProgram(assembler.build(build)), options).errors);
}

const jalr = (rd: number, rs1: number, offset: number) => iType(0x67, 0, rd, rs1, offset);
const amoaddW = (rd: number, rs1: number, rs2: number) => rType(0x2f, 2, 0, rd, rs1, rs2);

test.skipIf(skip)("an access outside the arena is a fault at its pc, with its address, size and kind", () => {
  const accesses: [number, number, number][] = [
    [ld(x.a0, x.t0, 0), 8, access.read],
    [iType(0x03, 2, x.a0, x.t0, 0), 4, access.read],
    [iType(0x03, 1, 0, x.t0, 0), 2, access.read],
    [iType(0x03, 4, x.a0, x.t0, 0), 1, access.read],
    [iType(0x07, 2, 3, x.t0, 0), 4, access.read],
    [iType(0x07, 3, 3, x.t0, 0), 8, access.read],
    [sd(x.a0, x.t0, 0), 8, access.write],
    [sType(0x23, 0, x.t0, x.a0, 0), 1, access.write],
    [sType(0x27, 2, x.t0, 3, 0), 4, access.write],
    [amoaddW(x.a0, x.t0, x.a1), 4, access.write],
    [rType(0x2f, 3, 0x02 << 2, x.a0, x.t0, 0), 8, access.read],
    [rType(0x2f, 3, 0x03 << 2, x.a0, x.t0, x.a1), 8, access.write],
  ];
  const random = new Random(3);
  const addresses = [arena, ~7n, 1n << 63n, (1n << 47n) - 8n, ...Array.from({ length: 20 }, () => random.next() & ~7n)];
  const assembler = new Assembler();
  const expected: object[] = [];
  for (const address of addresses.filter((address) => BigInt.asUintN(64, address) >= arena)) {
    assembler.constant(x.t0, address);
    for (const [code, size, how] of accesses) {
      expected.push({
        kind: kind.memoryFault,
        pc: BigInt(assembler.here),
        address: BigInt.asUintN(64, address),
        size,
        access: how,
      });
      assembler.emit(code);
    }
  }
  const exits = exitsOf(assembler.exit(), ["--skip"]);
  expect(exits).toMatchObject(expected);
  expect(exits).toHaveLength(expected.length);
});

test.skipIf(skip)("the last bytes of the arena's size can be named, and not one more", () => {
  const assembler = new Assembler().constant(x.t0, arena);
  for (const size of [1, 2, 4, 8]) {
    const f3 = Math.log2(size);
    assembler.emit(iType(0x03, f3, x.a0, x.t0, -size), iType(0x03, f3, x.a0, x.t0, -size + 1));
  }
  const exits = exitsOf(assembler.exit(), ["--skip"]);
  // Inside, where nothing is mapped, the host faults and knows no size; outside, the engine does.
  expect(exits.map((exit) => [exit.address, exit.size])).toEqual(
    [1n, 2n, 4n, 8n].flatMap((size) => [
      [arena - size, 0],
      [arena - size + 1n, Number(size)],
    ]),
  );
});

test.skipIf(skip)("an access that the host refuses leaves pc, registers and the count of instructions exact", () => {
  const assembler = new Assembler();
  const text = Number(start);
  assembler
    .constant(x.t0, BigInt(text))
    .constant(x.t1, 0x900000n)
    .emit(addi(x.a0, x.zero, 7));
  const before = (assembler.here - text) / 4;
  const readOnly = assembler.here;
  assembler.emit(sd(x.a0, x.t0, 0));
  const unmapped = assembler.here;
  assembler.emit(ld(x.a0, x.t1, 16));
  const paired = assembler.here;
  assembler.emit(addi(x.t2, x.t1, 8), ld(x.a0, x.t2, 0)); // runs as one with the addition before it
  const pairedStores = assembler.here;
  assembler.emit(sd(x.a0, x.sp, 0), sd(x.a0, x.t1, 0));
  const update = assembler.here;
  assembler.emit(amoaddW(x.a0, x.t0, x.a0));
  // The loads changed nothing: exit with what is still in a0.
  assembler.systemCall(93);
  const outcome = runHarness(saveProgram(assembler.build()), ["--skip"]);
  expect(outcome.code).toBe(7);
  expect(parseExits(outcome.errors)).toMatchObject([
    { kind: kind.memoryFault, pc: BigInt(readOnly), address: start, access: access.write, instructions: before },
    { pc: BigInt(unmapped), address: 0x900010n, access: access.read, instructions: before },
    { pc: BigInt(paired + 4), address: 0x900008n, access: access.read, instructions: before + 1 },
    { pc: BigInt(pairedStores + 4), address: 0x900000n, access: access.write, instructions: before + 2 },
    { pc: BigInt(update), address: start, access: access.write, instructions: before + 2 },
  ]);
});

test.skipIf(skip)("instructions are fetched only where the guest may execute", () => {
  const assembler = new Assembler();
  const data = assembler.data(new Uint8Array(16));
  const targets = [BigInt(data), 0x700000n, arena, 1n << 63n, arena - 2n, 0xfffffffffffffffen];
  for (const target of targets) assembler.constant(x.t0, target).emit(jalr(x.ra, x.t0, 0));
  // An odd target: its lowest bit is cleared.
  assembler
    .address(x.t0, "end")
    .emit(jalr(x.ra, x.t0, 1))
    .label("end")
    .exit();
  expect(exitsOf(assembler, ["--skip"])).toMatchObject(
    targets.map((target) => ({ kind: kind.memoryFault, pc: target, address: target, access: access.execute })),
  );
});

test.skipIf(skip)("an instruction that runs into a page that is not executable faults there", () => {
  const assembler = new Assembler();
  while (assembler.here < Number(start) + 4094) assembler.emit(0x0001);
  assembler.emitBytes(0x13, 0x05); // the first half of addi a0, ...
  expect(exitsOf(assembler)).toMatchObject([
    { kind: kind.memoryFault, pc: start + 4094n, address: start + 4096n, access: access.execute, instructions: 2047 },
  ]);
});

test.skipIf(skip)("code decoded after such a fault does not slip in behind the instruction before it", () => {
  // The second visit of the page's end must fault again, and not run on into what was decoded since.
  const assembler = new Assembler().address(x.ra, "other").jump(0, "end").label("other");
  assembler
    .emit(addi(x.a0, x.a0, 1), addi(x.t0, x.a0, -2))
    .branch(1, x.t0, 0, "again")
    .systemCall(93);
  assembler.label("again").jump(0, "end");
  while (assembler.here < Number(start) + 4092) assembler.emit(0x0001);
  assembler.label("end").emit(0x0001).emitBytes(0x13, 0x05);
  const outcome = runHarness(saveProgram(assembler.build()), ["--skip"]);
  expect(outcome.code).toBe(2);
  expect(parseExits(outcome.errors)).toMatchObject([{ pc: start + 4094n }, { pc: start + 4094n }]);
});

test.skipIf(skip)("reserved and unknown encodings are illegal, with their bytes", () => {
  const encodings: [number, number][] = [
    [0x0000, 2], // defined as illegal
    [0x2001, 2], // c.addiw to x0
    [0x4002, 2], // c.lwsp to x0
    [0x6002, 2], // c.ldsp to x0
    [0x6081, 2], // c.lui 0
    [0x6101, 2], // c.addi16sp 0
    [0x8002, 2], // c.jr x0
    [0x8000, 2], // quadrant 0, funct3 4
    [0x9c41, 2], // reserved arithmetic
    [0xffffffff, 4],
    [0x0000001f, 4], // a longer encoding
    [rType(0x53, 5, 0x01, 1, 2, 3), 4], // fadd.d, reserved rounding mode
    [rType(0x53, 6, 0x00, 1, 2, 3), 4],
    [rType(0x53, 0, 0x03, 1, 2, 3), 4], // quadruple precision
    [rType(0x33, 0, 0x7f, 1, 2, 3), 4],
    [iType(0x13, 1, 1, 2, 0x040), 4], // slli by 64
    [iType(0x1b, 1, 1, 2, 0x020), 4], // slliw by 32
    [rType(0x2f, 2, 0x02 << 2, 1, 2, 3), 4], // lr.w with rs2
    [rType(0x2f, 4, 0x00, 1, 2, 3), 4], // amoadd of 16 bytes
    [iType(0x73, 0, 0, 0, 0x105), 4], // wfi
    [iType(0x73, 0, 0, 0, 0x302), 4], // mret
    [csr(2, 1, 0x300, 0), 4], // mstatus
    [csr(2, 1, 0x100, 0), 4], // sstatus
    [csr(1, 0, 0xc00, 0), 4], // a write to cycle
    [csr(2, 1, 0xc02, 5), 4], // likewise to instret
    [csr(6, 1, 0xc01, 1), 4], // and to time
  ];
  const assembler = new Assembler();
  const expected: object[] = [];
  for (const [encoding, size] of encodings) {
    expected.push({ kind: kind.illegal, pc: BigInt(assembler.here), size, encoding: BigInt(encoding) });
    assembler.emitBytes(...Array.from({ length: size }, (_, i) => (encoding >>> (8 * i)) & 0xff));
  }
  const exits = exitsOf(assembler.exit(), ["--skip"]);
  expect(exits).toMatchObject(expected);
  expect(exits).toHaveLength(expected.length);
});

test.skipIf(skip)("a dynamic rounding mode that frm does not define makes the instruction illegal", () => {
  const add = rType(0x53, 7, 0x01, 1, 2, 3);
  const convert = rType(0x53, 7, 0x69, 1, 2, 0);
  const still = rType(0x53, 0, 0x01, 1, 2, 3); // its own rounding mode
  const assembler = new Assembler().emit(csr(5, 0, 2, 5));
  const at = BigInt(assembler.here);
  assembler.emit(add, convert, still, csr(5, 0, 2, 4), add).exit();
  const exits = exitsOf(assembler, ["--skip"]);
  expect(exits).toMatchObject([
    { kind: kind.illegal, pc: at, encoding: BigInt(add) },
    { kind: kind.illegal, pc: at + 4n, encoding: BigInt(convert) },
  ]);
  expect(exits).toHaveLength(2);
});

test.skipIf(skip)("breakpoints stop at the instruction, system calls behind it", () => {
  const assembler = new Assembler().emit(ebreak, 0x9002).systemCall(93);
  const exits = exitsOf(assembler, ["--skip"]);
  expect(exits).toMatchObject([
    { kind: kind.breakpoint, pc: start, instructions: 0 },
    { kind: kind.breakpoint, pc: start + 4n, instructions: 0 },
  ]);
  const call = new Assembler().emit(0x0001, addi(x.a7, 0, 93), 0x00000073);
  expect(exitsOf(call, ["--once"])).toMatchObject([{ kind: kind.systemCall, pc: start + 6n, instructions: 2 }]);
});

test.skipIf(skip)("misaligned atomic operations say so", () => {
  const assembler = new Assembler().constant(x.t0, BigInt(new Assembler().dataAddress) + 2n);
  const at = BigInt(assembler.here);
  const address = BigInt(assembler.dataAddress) + 2n;
  assembler.emit(
    amoaddW(x.a0, x.t0, x.a1),
    rType(0x2f, 2, 0x08, x.a0, x.t0, 0),
    rType(0x2f, 3, 0x0c, x.a0, x.t0, x.a1),
  );
  expect(exitsOf(assembler.exit(), ["--skip"])).toMatchObject([
    { kind: kind.misaligned, pc: at, address, size: 4, access: access.write },
    { kind: kind.misaligned, pc: at + 4n, address, size: 4, access: access.read },
    { kind: kind.misaligned, pc: at + 8n, address, size: 8, access: access.write },
  ]);
});

const loops: [string, (assembler: Assembler) => Assembler][] = [
  ["a jump to itself", (a) => a.label("loop").jump(0, "loop")],
  ["a compressed jump to itself", (a) => a.emit(0xa001)],
  [
    "a branch back",
    (a) =>
      a
        .label("loop")
        .emit(addi(x.t0, x.t0, 1))
        .branch(0, 0, 0, "loop"),
  ],
  ["an indirect jump", (a) => a.emit(uType(0x17, x.t0, 0), jalr(0, x.t0, 4))],
  ["a call in its own page", (a) => a.label("loop").jump(x.ra, "loop")],
  [
    "jumps between pages",
    (a) => {
      a.label("here").jump(0, "there");
      while (a.here < 0x12000) a.emit(0x0001);
      return a.label("there").jump(0, "here");
    },
  ],
  // What is decoded first lies in front: a jump from there to what is decoded next leads forward, though it goes back.
  ...[2, 32].map((between): [string, (assembler: Assembler) => Assembler] => [
    `a jump back over ${between} instructions decoded later, from where control runs into what was decoded before`,
    (a) =>
      a
        .jump(0, "later")
        .label("earlier")
        .emit(...Array<number>(between).fill(addi(x.t0, x.t0, 1)))
        .label("later")
        .emit(...Array<number>(12).fill(addi(x.t1, x.t1, 1)))
        .jump(0, "earlier"),
  ]),
];

test.skipIf(skip).each(loops)("%s leaves when the budget is used up and when asked to stop", (_, make) => {
  const budget = exitsOf(make(new Assembler()), ["--once", "--budget", "1000"]);
  expect(budget).toMatchObject([{ kind: kind.budget }]);
  expect(budget[0]?.instructions).toBeGreaterThanOrEqual(1000);
  expect(budget[0]?.instructions).toBeLessThan(1064);
  expect(exitsOf(make(new Assembler()), ["--once", "--interrupt", "20"])).toMatchObject([{ kind: kind.interrupted }]);
});

test.skipIf(skip)("a budget of nothing leaves at once", () => {
  expect(exitsOf(new Assembler().exit(), ["--once", "--budget", "0"])).toMatchObject([
    { kind: kind.budget, pc: start, instructions: 0 },
  ]);
});

test.skipIf(skip)("an address space of an unknown kind is refused with a message", () => {
  expect(exitsOf(new Assembler().exit(), ["--space-kind", "9"])).toMatchObject([
    { kind: kind.engineError, message: "the address space is of a kind unknown to this engine" },
  ]);
});

test.skipIf(skip)("random bytes run as code without harm to the host", () => {
  for (let seed = 1; seed <= 8; seed++) {
    const random = new Random(seed);
    const assembler = new Assembler();
    const bytes = Array.from({ length: 1 << 15 }, () => random.below(256));
    // Half of the words get the low bits of an instruction, as most random words are illegal.
    for (let at = 0; at < bytes.length; at += 4) {
      if (random.chance(1, 2)) bytes[at] = random.pick([0x03, 0x13, 0x23, 0x33, 0x63, 0x67, 0x6f, 0x93, 0x2f, 0x53]);
    }
    assembler.emitBytes(...bytes);
    const program = saveProgram(assembler.build({ writableCode: true }));
    const options = ["--skip", "--interrupt", "100", "--budget", "100000"];
    const outcome = runHarness(program, options);
    // Asked to stop, or ended by a system call that chance made; a signal would leave no code.
    expect(outcome.code, `seed ${seed}: ${outcome.errors.slice(-300)}`).not.toBeNull();
  }
});
