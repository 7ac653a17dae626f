import { expect, test } from "vitest";
import { Assembler } from "./support/assembler.ts";
import { addi, fmvXD, iType, rType, sd, sType, x } from "./support/encode.ts";
import { parseExits } from "./support/exits.ts";
import { buildHarness, missing, runHarness, saveProgram } from "./support/harness.ts";

const skip = missing("cmake", "g++");
const device = 0x50000000n;

// The device answers a read with offset | size << 16, in every one of the eight bytes' places.
const answer = (offset: number, size: number) =>
  BigInt.asUintN(64, BigInt(offset | (size << 16)) * 0x0101010101010101n);

test.skipIf(skip)("a load from a device gets the device's answer, extended as the load says", () => {
  const loads: [number, number, number, (value: bigint) => bigint][] = [
    [0, 0xf0, 1, (v) => BigInt.asUintN(64, BigInt.asIntN(8, v))],
    [1, 0xf1, 2, (v) => BigInt.asUintN(64, BigInt.asIntN(16, v))],
    [2, 0xf2, 4, (v) => BigInt.asUintN(64, BigInt.asIntN(32, v))],
    [3, 0xf3, 8, (v) => v],
    [4, 0xf4, 1, (v) => BigInt.asUintN(8, v)],
    [5, 0xf5, 2, (v) => BigInt.asUintN(16, v)],
    [6, 0xf6, 4, (v) => BigInt.asUintN(32, v)],
  ];
  const assembler = new Assembler();
  const results = assembler.zeros(128);
  assembler.constant(x.t0, device).constant(x.s1, BigInt(results));
  const expected: bigint[] = [];
  for (const [f3, offset, size, extend] of loads) {
    assembler.emit(iType(0x03, f3, x.a0, x.t0, offset), sd(x.a0, x.s1, expected.length * 8));
    expected.push(extend(answer(offset, size)));
  }
  assembler.emit(0x4108 | 0, sd(x.a0, x.s1, expected.length * 8)); // c.lw a0, 0(a0) is replaced below
  expected.push(0n);
  const program = new Assembler();
  program.constant(x.t0, device).constant(x.a1, device).constant(x.s1, BigInt(results));
  loads.forEach(([f3, offset], index) => {
    program.emit(iType(0x03, f3, x.a0, x.t0, offset), sd(x.a0, x.s1, index * 8));
  });
  program.emit(0x4188, sd(x.a0, x.s1, 56)); // c.lw a0, 0(a1)
  program.emit(iType(0x07, 2, 1, x.t0, 0xf7), fmvXD(x.a0, 1), sd(x.a0, x.s1, 64)); // flw
  program.emit(iType(0x07, 3, 1, x.t0, 0xf8), fmvXD(x.a0, 1), sd(x.a0, x.s1, 72)); // fld
  program.emit(iType(0x03, 3, 0, x.t0, 0)); // to x0
  program.zeros(128);
  program.writeOut(results, 80).exit();
  expected.pop();
  expected.push(
    BigInt.asUintN(64, BigInt.asIntN(32, answer(0, 4))),
    (0xffffffffn << 32n) | BigInt.asUintN(32, answer(0xf7, 4)),
    answer(0xf8, 8),
  );
  const outcome = runHarness(buildHarness(), saveProgram(program.build()), ["--device", `${device}`]);
  expect(outcome.errors).toBe("");
  expect([...new BigUint64Array(outcome.output.buffer.slice(outcome.output.byteOffset, outcome.output.byteOffset + 80))]).toEqual(
    expected,
  );
});
