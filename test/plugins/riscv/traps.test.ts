import { expect, test } from "vitest";
import { missing } from "../../support/programs.ts";
import { shortEncodingOf } from "./support/compressed-encodings.ts";
import { csr } from "./support/encode.ts";
import { encodingOf, encodings } from "./support/encodings.ts";
import { Random } from "./support/random.ts";
import { signals, type Trap, trapsOf } from "./support/traps.ts";

const skip = missing("qemu-riscv64", "cmake", "g++");
const seed = Number(process.env.VM_PLUGIN_SEED ?? 4);

const nameOf = (word: number) => ((word & 3) === 3 ? encodingOf(word) : shortEncodingOf(word))?.name ?? "unknown";

/** These would leave their place for another's, and perhaps for ever; none of their encodings is reserved. */
const jumps = ["jal", "beq", "bne", "blt", "bge", "bltu", "bgeu", "c.j", "c.beqz", "c.bnez"];
const stays = (word: number) => {
  const name = nameOf(word);
  const fromPlace =
    (name === "jalr" && ((word >>> 15) & 31) === 31) || (/c.jalr|c.jr/.test(name) && ((word >> 7) & 31) === 31);
  return name !== "ecall" && !jumps.includes(name) && !fromPlace;
};

/** Where qemu 7.2 and we part, and why. */
const differences: { why: string; holds: (word: number, ours: Trap, qemu: Trap) => boolean }[] = [
  {
    why: "qemu 7.2 lacks Zicond",
    holds: (word, ours, qemu) =>
      nameOf(word).startsWith("czero") && ours.signal === signals.breakpoint && qemu.signal === signals.illegal,
  },
];

function compare(words: readonly number[]): void {
  const counts = new Map<string, number>();
  const unexpected: string[] = [];
  const show = ({ signal, offset, address }: Trap) =>
    `signal ${signal} at +${offset} address ${BigInt.asUintN(64, address).toString(16)}`;
  const places = words.filter(stays).map((word) => ({ word }));
  for (const { place, ours, qemu } of trapsOf(places)) {
    const { word } = place;
    const same = ours.signal === qemu.signal && ours.offset === qemu.offset && ours.address === qemu.address;
    const known = same ? undefined : differences.find(({ holds }) => holds(word, ours, qemu));
    const kind = same ? `signal ${ours.signal}` : (known?.why ?? "unexpected");
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (kind === "unexpected") {
      unexpected.push(`${word.toString(16)} (${nameOf(word)}): ours ${show(ours)}, qemu ${show(qemu)}`);
    }
  }
  console.log([...counts].map(([kind, count]) => `${kind}: ${count}`).join("; "));
  expect(unexpected.slice(0, 20)).toEqual([]);
}

test.skipIf(skip)("every 16-bit word is illegal where it is under qemu, and ends in the same place", () => {
  compare(Array.from({ length: 0x10000 }, (_, word) => word).filter((word) => (word & 3) !== 3));
});

test.skipIf(skip)("each encoding with any one bit turned is legal or illegal as under qemu", () => {
  const random = new Random(seed);
  const words = encodings.flatMap(({ word, mask }) =>
    [0, 1].flatMap(() => {
      const filled = (word | (random.word() & ~mask)) >>> 0;
      return [filled, ...Array.from({ length: 32 }, (_, bit) => (filled ^ (1 << bit)) >>> 0)];
    }),
  );
  compare(words);
});

test.skipIf(skip)("every value of the fields that tell instructions apart is legal or illegal as under qemu", () => {
  const random = new Random(seed + 1);
  const words: number[] = [];
  const operands = () => random.word() & 0x01ff8f80;
  // funct7 and funct3 of integer and atomic operations; funct7, rs2 and rm of floating-point ones.
  for (let f7 = 0; f7 < 128; f7++) {
    for (let f3 = 0; f3 < 8; f3++) {
      for (const opcode of [0x33, 0x3b, 0x13, 0x1b, 0x2f, 0x0f, 0x43]) {
        for (let i = 0; i < 4; i++) words.push(((f7 << 25) | (f3 << 12) | operands() | opcode) >>> 0);
      }
      for (let rs2 = 0; rs2 < 32; rs2++) {
        words.push(((f7 << 25) | (rs2 << 20) | (f3 << 12) | (operands() & ~0x01f00000) | 0x53) >>> 0);
      }
    }
  }
  for (let immediate = 0; immediate < 4096; immediate++) words.push(((immediate << 20) | 0x73) >>> 0);
  compare(words);
});

test.skipIf(skip)("every control and status register is there or not as under qemu", () => {
  const numbers = Array.from({ length: 4096 }, (_, number) => number);
  compare(numbers.flatMap((number) => [csr(2, 10, number, 0), csr(1, 0, number, 0), csr(6, 11, number, 1)]));
});

test.skipIf(skip)("random words are legal or illegal as under qemu", () => {
  const random = new Random(seed + 2);
  compare(Array.from({ length: 60_000 }, () => (random.word() | 3) >>> 0));
});
