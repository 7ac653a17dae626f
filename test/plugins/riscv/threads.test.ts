import { expect, test } from "vitest";
import { missing } from "../../support/programs.ts";
import { Assembler } from "./support/assembler.ts";
import { addi, ld, rType, sd, x } from "./support/encode.ts";
import { runHarness, saveProgram } from "./support/harness.ts";

const skip = missing("cmake", "g++");
const threads = 4;
const rounds = 20_000;

const amo = (f5: number, order: number, rd: number, address: number, value: number) =>
  rType(0x2f, 3, (f5 << 2) | order, rd, address, value);

/** Every virtual CPU runs `body` rounds times on three words at s0; the last to finish prints them. */
function sharedWords(body: (assembler: Assembler) => void): bigint[] {
  const assembler = new Assembler();
  const words = assembler.zeros(32);
  assembler.constant(x.s0, BigInt(words)).constant(x.s1, BigInt(rounds)).constant(x.s2, 1n).label("round");
  body(assembler);
  assembler.emit(addi(x.s1, x.s1, -1)).branch(1, x.s1, 0, "round");
  assembler.emit(addi(x.t0, x.s0, 24), amo(0x00, 3, x.t1, x.t0, x.s2), addi(x.t1, x.t1, 1 - threads));
  assembler.branch(1, x.t1, 0, "done").writeOut(words, 24).label("done").exit();
  const path = saveProgram(assembler.build());
  const { output, errors } = runHarness(path, ["--threads", `${threads}`]);
  expect(errors).toBe("");
  return [0, 8, 16].map((at) => output.readBigUInt64LE(at));
}

const total = BigInt(threads * rounds);

test.skipIf(skip)("atomic additions of several virtual CPUs lose nothing", () => {
  const [sum] = sharedWords((assembler) => assembler.emit(amo(0x00, 0, 0, x.s0, x.s2)));
  expect(sum).toBe(total);
});

test.skipIf(skip)("load-reserved and store-conditional of several virtual CPUs lose nothing", () => {
  const [sum] = sharedWords((assembler) => {
    assembler.label("retry").emit(amo(0x02, 2, x.t0, x.s0, 0), addi(x.t0, x.t0, 1), amo(0x03, 1, x.t1, x.s0, x.t0));
    assembler.branch(1, x.t1, 0, "retry");
  });
  expect(sum).toBe(total);
});

test.skipIf(skip)("a spin lock made of acquire and release guards plain accesses", () => {
  const [lock, sum, other] = sharedWords((assembler) => {
    assembler
      .label("take")
      .emit(amo(0x01, 2, x.t0, x.s0, x.s2))
      .branch(1, x.t0, 0, "take");
    assembler.emit(ld(x.t1, x.s0, 8), addi(x.t1, x.t1, 1), sd(x.t1, x.s0, 8), ld(x.t2, x.s0, 16), addi(x.t2, x.t2, 2));
    assembler.emit(sd(x.t2, x.s0, 16), amo(0x01, 1, 0, x.s0, 0));
  });
  expect([lock, sum, other]).toEqual([0n, total, 2n * total]);
});
