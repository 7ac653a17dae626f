// A program that overwrites code which it has run already.
import { Assembler } from "./assembler.ts";
import { addi, iType, sType, x } from "./encode.ts";

const ret = iType(0x67, 0, 0, x.ra, 0);

/** Calls `patched`, overwrites its first instruction with addi a0, a0, 64, runs `between`, and calls it again: 1 + 64. */
export function patchingProgram(between: (assembler: Assembler) => void): Assembler {
  const assembler = new Assembler().emit(addi(x.a0, 0, 0)).jump(x.ra, "patched");
  assembler.address(x.t0, "patched").constant(x.t1, BigInt(addi(x.a0, x.a0, 64)));
  assembler.emit(sType(0x23, 2, x.t0, x.t1, 0));
  between(assembler);
  assembler.jump(x.ra, "patched").systemCall(93);
  return assembler.label("patched").emit(addi(x.a0, x.a0, 1), ret);
}
