import { expect, test } from "vitest";
import { missing } from "../../support/programs.ts";
import { Assembler } from "./support/assembler.ts";
import { addi, iType, sType, x } from "./support/encode.ts";
import { access, kind, parseExits } from "./support/exits.ts";
import { runHarness, runQemu, saveProgram } from "./support/harness.ts";

const skip = missing("qemu-riscv64", "cmake", "g++");
const fenceI = 0x0000100f;
const ret = iType(0x67, 0, 0, x.ra, 0);

/** Calls `patched`, overwrites its first instruction with addi a0, a0, 64, runs `between`, and calls it again: 1 + 64. */
function patching(between: (assembler: Assembler) => void): Assembler {
  const assembler = new Assembler().emit(addi(x.a0, 0, 0)).jump(x.ra, "patched");
  assembler.address(x.t0, "patched").constant(x.t1, BigInt(addi(x.a0, x.a0, 64)));
  assembler.emit(sType(0x23, 2, x.t0, x.t1, 0));
  between(assembler);
  assembler.jump(x.ra, "patched").systemCall(93);
  return assembler.label("patched").emit(addi(x.a0, x.a0, 1), ret);
}

function exitCodes(assembler: Assembler): (number | null)[] {
  const path = saveProgram(assembler.build({ writableCode: true }));
  return [runHarness(path).code, runQemu(path).code];
}

test.skipIf(skip)("code that the guest wrote runs after FENCE.I", () => {
  expect(exitCodes(patching((assembler) => assembler.emit(fenceI)))).toEqual([65, 65]);
});

test.skipIf(skip)("code that the guest wrote runs after the system call that flushes the instruction cache", () => {
  const flush = (assembler: Assembler) =>
    assembler
      .emit(addi(x.s1, x.a0, 0))
      .constant(x.a0, 0n)
      .constant(x.a1, 0n)
      .constant(x.a2, 0n)
      .systemCall(259)
      .emit(addi(x.a0, x.s1, 0));
  expect(exitCodes(patching(flush))).toEqual([65, 65]);
});

test.skipIf(skip)("an instruction that FENCE.I itself follows in a line is decoded again", () => {
  // The patched instruction lies right behind the fence, in a line decoded before.
  const assembler = new Assembler().emit(addi(x.a0, 0, 0), addi(x.s1, 0, 2)).label("again");
  assembler
    .emit(fenceI)
    .label("patched")
    .emit(addi(x.a0, x.a0, 1));
  assembler.address(x.t0, "patched").constant(x.t1, BigInt(addi(x.a0, x.a0, 64)));
  assembler
    .emit(sType(0x23, 2, x.t0, x.t1, 0), addi(x.s1, x.s1, -1))
    .branch(1, x.s1, 0, "again")
    .systemCall(93);
  expect(exitCodes(assembler)).toEqual([65, 65]);
});

test.skipIf(skip)("a page that stops being executable is not run from what was decoded before", () => {
  const assembler = new Assembler().jump(x.ra, "other");
  assembler.constant(x.a0, 0x11000n).constant(x.a1, 4096n).constant(x.a2, 3n).systemCall(226).jump(x.ra, "other");
  while (assembler.here < 0x11000) assembler.emit(0x0001);
  assembler.label("other").emit(ret);
  const { errors } = runHarness(saveProgram(assembler.build()));
  expect(parseExits(errors)).toMatchObject([
    { kind: kind.memoryFault, pc: 0x11000n, address: 0x11000n, access: access.execute },
  ]);
});

test.skipIf(skip)("more code pages than the cache holds run as they should, and again", () => {
  // 1,500 pages with a call in each to the next, run twice.
  const assembler = new Assembler().emit(addi(x.s1, 0, 2), addi(x.a0, 0, 0)).label("again");
  for (let page = 0; page < 1500; page++) {
    assembler.emit(addi(x.a0, x.a0, 1)).jump(0, `page${page}`);
    assembler.emitBytes(...new Array(4088).fill(0)).label(`page${page}`);
  }
  assembler
    .emit(addi(x.s1, x.s1, -1))
    .branch(0, x.s1, 0, "done")
    .address(x.t0, "again")
    .emit(iType(0x67, 0, 0, x.t0, 0));
  assembler
    .label("done")
    .emit(iType(0x13, 5, x.a0, x.a0, 4))
    .systemCall(93); // 3000 / 16
  expect(exitCodes(assembler)).toEqual([187, 187]);
});
