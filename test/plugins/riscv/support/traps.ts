// Runs single instructions, each in a place of its own with breakpoints behind it, and says which signal each ended in
// and where: on the plugin, and on qemu-riscv64.
import { Assembler } from "./assembler.ts";
import { addi, csr, fcsr, iType, ld, sd, x } from "./encode.ts";
import { runHarness, runQemu, saveProgram } from "./harness.ts";
import { installHandler } from "./signal-handler.ts";

export interface Trap {
  signal: number;
  /** Of the instruction it ended at: 0 the tested one, 2 or 4 the breakpoint behind it; else wherever it jumped. */
  offset: bigint;
  /** si_addr. */
  address: bigint;
}

export const signals = { illegal: 4, breakpoint: 5, bus: 7, segmentation: 11 };
const shortBreakpoint = 0x9002;
const placeSize = 8;

export interface Place {
  word: number;
  /** What all registers hold but t6, which holds the place's address; else the middle of memory that may be written. */
  pointer?: bigint;
}

export function trapsProgram(places: readonly Place[], options: TrapOptions = {}): { elf: Uint8Array; size: number } {
  const assembler = new Assembler();
  const size = places.length * 32;
  const padding = 0x10000;
  const results = assembler.zeros(size);
  assembler.zeros(padding);
  const cursor = assembler.zeros(24);
  assembler.zeros(padding);
  const scratch = BigInt(assembler.zeros(padding) + padding / 2);
  const pointers = assembler.data(
    new Uint8Array(BigUint64Array.from(places, ({ pointer }) => BigInt.asUintN(64, pointer ?? scratch)).buffer),
  );
  options.before?.(assembler);
  installHandler(assembler, [signals.illegal, signals.breakpoint, signals.bus, signals.segmentation], "handler");
  assembler
    .constant(x.t0, BigInt(cursor))
    .constant(x.t1, BigInt(results))
    .emit(sd(x.t1, x.t0, 0));
  assembler.address(x.t6, "places").constant(x.t2, BigInt(pointers));
  assembler.emit(sd(x.t6, x.t0, 8), sd(x.t2, x.t0, 16)).label("next");
  assembler.emit(ld(x.t2, x.t0, 16), ld(x.ra, x.t2, 0), addi(x.t2, x.t2, 8), sd(x.t2, x.t0, 16));
  for (let register = 2; register < 31; register++) assembler.emit(addi(register, x.ra, 0));
  assembler.emit(csr(1, 0, fcsr, 0), iType(0x67, 0, 0, x.t6, 0));
  // a0 is the signal, a1 points at siginfo, a2 at ucontext.
  assembler.label("handler").constant(x.t0, BigInt(cursor));
  assembler.emit(ld(x.t1, x.t0, 0), ld(x.t6, x.t0, 8), ld(x.t2, x.a2, 176), ld(x.t3, x.a1, 16));
  assembler.emit(sd(x.a0, x.t1, 0), sd(x.t2, x.t1, 8), sd(x.t3, x.t1, 16), sd(x.t6, x.t1, 24));
  assembler.emit(addi(x.t1, x.t1, 32), addi(x.t6, x.t6, placeSize), sd(x.t1, x.t0, 0), sd(x.t6, x.t0, 8));
  assembler.address(x.t2, "end").branch(0, x.t6, x.t2, "done").jump(0, "next");
  assembler.label("done").writeOut(results, size).exit();
  while (assembler.here % placeSize !== 0) assembler.emit(0x0001);
  assembler.label("places");
  for (const { word } of places) {
    // As bytes: an encoding that would be longer is tested with its first four.
    if ((word & 3) === 3) assembler.emitBytes(word & 255, (word >> 8) & 255, (word >> 16) & 255, word >>> 24);
    else assembler.emitBytes(word & 255, (word >> 8) & 255).emit(shortBreakpoint);
    assembler.emit(shortBreakpoint, shortBreakpoint);
  }
  return { elf: assembler.label("end").build(), size };
}

function parse(output: Buffer): Trap[] {
  return Array.from({ length: output.length / 32 }, (_, i) => {
    const at = i * 32;
    const place = output.readBigUInt64LE(at + 24);
    return {
      signal: Number(output.readBigUInt64LE(at)),
      offset: output.readBigUInt64LE(at + 8) - place,
      address: output.readBigUInt64LE(at + 16),
    };
  });
}

export interface TrapOptions {
  /** Emits what runs first; t0 to t2 and the a registers are free. */
  before?: (assembler: Assembler) => void;
}

/** Pairs of outcomes, in the order of the places. */
export function trapsOf<P extends Place>(
  places: readonly P[],
  options: TrapOptions = {},
): { place: P; ours: Trap; qemu: Trap }[] {
  const { elf, size } = trapsProgram(places, options);
  const path = saveProgram(elf);
  const [ours, qemu] = [runHarness(path), runQemu(path)];
  if (ours.output.length !== size || qemu.output.length !== size) {
    throw new Error(`${size} bytes wanted; ours ${ours.output.length} ${ours.errors}, qemu ${qemu.output.length}`);
  }
  const theirs = parse(qemu.output);
  return parse(ours.output).map((trap, i) => ({ place: places[i] as P, ours: trap, qemu: theirs[i] as Trap }));
}
