import { expect, test } from "vitest";
import { missing } from "../../support/programs.ts";
import { Assembler } from "./support/assembler.ts";
import { fmvDX, fmvXD, iType, rType, sd, sType, x } from "./support/encode.ts";
import { access, kind, parseExits } from "./support/exits.ts";
import { runHarness, saveProgram } from "./support/harness.ts";

const skip = missing("cmake", "g++");
const device = 0x50000000n;
const options = ["--device", `${device}`];

// The harness's device answers a read with offset | size << 16, repeated in every byte's place.
const answer = (offset: number, size: number) =>
  BigInt.asUintN(64, BigInt(offset | (size << 16)) * 0x0101010101010101n);
const signed = (width: number) => (value: bigint) => BigInt.asUintN(64, BigInt.asIntN(width, value));
const unsigned = (width: number) => (value: bigint) => BigInt.asUintN(width, value);
const boxedHalf = (value: bigint) => (0xffffffffffffn << 16n) | BigInt.asUintN(16, value);
const boxed = (value: bigint) => (0xffffffffn << 32n) | BigInt.asUintN(32, value);

test.skipIf(skip)("a load from a device gets the device's answer, extended as the load says", () => {
  const load = (f3: number, offset: number) => iType(0x03, f3, x.a0, x.a1, offset);
  const floatLoad = (f3: number, offset: number) => iType(0x07, f3, x.a0, x.a1, offset);
  const loads: [number[], number, number, (value: bigint) => bigint][] = [
    [[load(0, 0xf0)], 0xf0, 1, signed(8)],
    [[load(1, 0xf1)], 0xf1, 2, signed(16)],
    [[load(2, 0xf2)], 0xf2, 4, signed(32)],
    [[load(3, 0xf3)], 0xf3, 8, unsigned(64)],
    [[load(4, 0xf4)], 0xf4, 1, unsigned(8)],
    [[load(5, 0xf5)], 0xf5, 2, unsigned(16)],
    [[load(6, 0xf6)], 0xf6, 4, unsigned(32)],
    [[0x41c8], 4, 4, signed(32)], // c.lw a0, 4(a1)
    [[floatLoad(1, 0xf7), fmvXD(x.a0, x.a0)], 0xf7, 2, boxedHalf],
    [[floatLoad(2, 0xf7), fmvXD(x.a0, x.a0)], 0xf7, 4, boxed],
    [[floatLoad(3, 0xf8), fmvXD(x.a0, x.a0)], 0xf8, 8, unsigned(64)],
    [[iType(0x03, 3, 0, x.a1, 0), rType(0x33, 0, 0, x.a0, 0, 0)], 0, 8, () => 0n], // to x0
  ];
  const assembler = new Assembler();
  const results = assembler.zeros(loads.length * 8);
  assembler.constant(x.a1, device).constant(x.s1, BigInt(results));
  loads.forEach(([code], index) => {
    assembler.emit(...code, sd(x.a0, x.s1, index * 8));
  });
  assembler.writeOut(results, loads.length * 8).exit();
  const { errors, output } = runHarness(saveProgram(assembler.build()), options);
  expect(errors).toBe("");
  const got = loads.map((_, index) => output.readBigUInt64LE(index * 8));
  expect(got).toEqual(loads.map(([, offset, size, extend]) => extend(answer(offset, size))));
});

test.skipIf(skip)("a store to a device reaches it with its address, size and data", () => {
  const assembler = new Assembler().constant(x.a1, device).constant(x.a2, 0x1122334455667788n);
  assembler.emit(fmvDX(x.a2, x.a2), ...[0, 1, 2, 3].map((f3) => sType(0x23, f3, x.a1, x.a2, 16 + f3)));
  assembler.emit(sType(0x27, 2, x.a1, x.a2, 32), sType(0x27, 3, x.a1, x.a2, 40));
  assembler.emit(sType(0x27, 1, x.a1, x.a2, 48), 0xc190); // c.sw a2, 0(a1)
  const before = assembler.here;
  const { errors, code } = runHarness(saveProgram(assembler.exit(5).build()), [...options, "--time"]);
  expect(code).toBe(5);
  expect(errors.split("\n").slice(0, 8)).toEqual([
    "device write offset=10 size=1 data=88",
    "device write offset=11 size=2 data=7788",
    "device write offset=12 size=4 data=55667788",
    "device write offset=13 size=8 data=1122334455667788",
    "device write offset=20 size=4 data=55667788",
    "device write offset=28 size=8 data=1122334455667788",
    "device write offset=30 size=2 data=7788",
    "device write offset=0 size=4 data=55667788",
  ]);
  // Each counts once: the code before, all of four bytes but the last, and the two that load the exit's registers.
  expect(errors).toContain(`instructions=${(before - 2 - 0x10000) / 4 + 1 + 2}`);
});

test.skipIf(skip)("an atomic operation on a device stays a fault", () => {
  const assembler = new Assembler().constant(x.a1, device).emit(rType(0x2f, 2, 0, x.a0, x.a1, x.a2));
  const { errors } = runHarness(saveProgram(assembler.exit().build()), options);
  expect(parseExits(errors)).toMatchObject([{ kind: kind.memoryFault, address: device, access: access.write }]);
});
