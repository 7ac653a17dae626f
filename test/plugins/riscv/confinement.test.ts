import { expect, test } from "vitest";
import { missing } from "../../support/programs.ts";
import type { Assembler } from "./support/assembler.ts";
import { iType, sType, x } from "./support/encode.ts";
import { type Encoding, encodings } from "./support/encodings.ts";
import { Random } from "./support/random.ts";
import { signals, type Trap, trapsOf } from "./support/traps.ts";

const skip = missing("qemu-riscv64", "cmake", "g++");
const seed = Number(process.env.VM_PLUGIN_SEED ?? 11);

const accesses = encodings.filter(({ format }) =>
  ["load", "store", "floatLoad", "floatStore", "atomic", "loadReserved", "jumpRegister"].includes(format),
);
const isAtomic = ({ format }: Encoding) => format === "atomic" || format === "loadReserved";
const sizeOf = ({ format, word }: Encoding) => (format === "jumpRegister" ? 2 : 1 << ((word >>> 12) & 3));

/** rd = a0, rs1 = a1, rs2 = a2 (lr has none). */
function withOperands({ format, word }: Encoding, offset: number): number {
  if (format === "store" || format === "floatStore") return sType(word & 0x7f, (word >>> 12) & 7, x.a1, x.a2, offset);
  if (format === "atomic") return (word | (x.a2 << 20) | (x.a1 << 15) | (x.a0 << 7)) >>> 0;
  if (format === "loadReserved") return (word | (x.a1 << 15) | (x.a0 << 7)) >>> 0;
  return iType(word & 0x7f, (word >>> 12) & 7, x.a0, x.a1, offset);
}

const show = (trap: Trap) => `signal ${trap.signal} at +${trap.offset}, address ${trap.address.toString(16)}`;

test.skipIf(skip)("a wild address is a fault at its instruction, for every access and jump", () => {
  const random = new Random(seed);
  const high = [1n << 38n, (1n << 47n) - 1n, 1n << 47n, (1n << 63n) - 1n, 1n << 63n, ~0n, ~4095n];
  const places = accesses.flatMap((encoding) =>
    Array.from({ length: 60 }, (_, i) => {
      // Far from what the program maps: the null page, above the arena, or far below the stack.
      const wild = i < high.length ? (high[i] as bigint) : random.next() | (1n << 40n);
      const aligned = isAtomic(encoding) ? wild & ~7n : wild;
      const offset = isAtomic(encoding) ? 0 : random.below(4096) - 2048;
      const pointer = BigInt.asUintN(64, i % 10 === 9 ? BigInt(random.below(4096)) & ~7n : aligned);
      return {
        encoding,
        word: withOperands(encoding, offset),
        pointer,
        target: BigInt.asUintN(64, pointer + BigInt(offset)),
      };
    }),
  );
  const wrong: string[] = [];
  for (const { place, ours, qemu } of trapsOf(places)) {
    const jumps = place.encoding.format === "jumpRegister";
    const address = jumps ? place.target & ~1n : place.target;
    // Without a reservation sc may fail before it looks at the memory, and qemu's does.
    const isStore = place.encoding.name.startsWith("sc.");
    if (isStore && ours.signal === signals.breakpoint) continue;
    const exact = ours.signal === signals.segmentation && ours.address === address && (jumps || ours.offset === 0n);
    // qemu loses si_addr where the host's address is not canonical.
    if (!exact || (!isStore && (qemu.signal !== ours.signal || qemu.offset !== ours.offset))) {
      wrong.push(`${place.encoding.name} of ${address.toString(16)}: ours ${show(ours)}; qemu ${show(qemu)}`);
    }
  }
  console.log(`seed ${seed}: ${places.length} wild accesses of ${accesses.length} encodings`);
  expect(wrong.slice(0, 10)).toEqual([]);
});

/** Two pages at `where`, the second of which may not be accessed. */
const where = 0x60000000n;
const pages = (assembler: Assembler) =>
  assembler
    .constant(x.a0, where)
    .constant(x.a1, 8192n)
    .constant(x.a2, 3n)
    .constant(x.a3, 0x32n) // private, fixed, anonymous
    .constant(x.a4, -1n)
    .constant(x.a5, 0n)
    .systemCall(222)
    .constant(x.a0, where + 4096n)
    .constant(x.a1, 4096n)
    .systemCall(215);

test.skipIf(skip)(
  "an access that runs into a missing page is a fault there, and one that ends before it is none",
  () => {
    const places = accesses
      .filter((encoding) => !isAtomic(encoding) && encoding.format !== "jumpRegister")
      .flatMap((encoding) =>
        Array.from({ length: 10 }, (_, back) => ({
          encoding,
          back,
          word: withOperands(encoding, 0),
          pointer: where + 4096n - BigInt(back),
        })),
      );
    const outcomes = trapsOf(places, { before: pages });
    expect(
      outcomes.filter(({ ours, qemu }) => show(ours) !== show(qemu)).map(({ place }) => place.encoding.name),
    ).toEqual([]);
    for (const { place, ours } of outcomes) {
      const faults = place.back < sizeOf(place.encoding);
      expect(ours.signal, `${place.encoding.name}, ${place.back} before`).toBe(
        faults ? signals.segmentation : signals.breakpoint,
      );
      if (faults) expect([ours.offset, ours.address]).toEqual([0n, where + 4096n]);
    }
  },
);

test.skipIf(skip)("a misaligned atomic access is a bus error at its instruction", () => {
  const places = accesses.filter(isAtomic).flatMap((encoding) =>
    Array.from({ length: sizeOf(encoding) - 1 }, (_, i) => ({
      encoding,
      word: withOperands(encoding, 0),
      pointer: where + 64n + BigInt(i + 1),
    })),
  );
  for (const { place, ours, qemu } of trapsOf(places, { before: pages })) {
    const { name } = place.encoding;
    expect([ours.signal, ours.offset, ours.address], name).toEqual([signals.bus, 0n, place.pointer]);
    // qemu's sc looks for a reservation first.
    if (!name.startsWith("sc.")) expect([qemu.signal, qemu.offset], name).toEqual([signals.bus, 0n]);
  }
});
