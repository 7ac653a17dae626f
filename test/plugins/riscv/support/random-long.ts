// Random instructions of 32 bits, one encoding's at a time.
import { addi, csr, iType, sType, x } from "./encode.ts";
import { type Encoding, encodings } from "./encodings.ts";
import { conditionalZero } from "./forms.ts";
import { fixed, type InstructionMaker, poolSize, scratchSize } from "./random-instruction.ts";

interface Fields {
  rd?: number;
  rs1?: number;
  rs2?: number;
  /** Bits 31:20, 31:27, 26:25 and 14:12. */
  immediate?: number;
  rs3?: number;
  order?: number;
  rounding?: number;
}

const fill = (word: number, fields: Fields): number =>
  (word |
    ((fields.rd ?? 0) << 7) |
    ((fields.rounding ?? 0) << 12) |
    ((fields.rs1 ?? 0) << 15) |
    ((fields.rs2 ?? 0) << 20) |
    ((fields.immediate ?? 0) << 20) |
    ((fields.order ?? 0) << 25) |
    ((fields.rs3 ?? 0) << 27)) >>>
  0;

const ctzw = encodings.find(({ name }) => name === "ctzw");
const [frm, counters] = [2, [0xc00, 0xc01, 0xc02]];

export function emitLong(maker: InstructionMaker, encoding: Encoding): void {
  const { random } = maker;
  const { word } = encoding;
  const put = (fields: Fields) => maker.emit(fill(word, fields));
  // Now and then a result is dropped.
  const rd = random.chance(1, 40) ? 0 : maker.to();
  const rs1 = maker.from();
  const rs2 = maker.from();
  const [fd, fs1, fs2, fs3] = [maker.float(), maker.float(), maker.float(), maker.float()];
  const rounding = random.pick([0, 1, 2, 3, 4, 7, 7]);
  const order = random.below(4);
  switch (encoding.format) {
    case "registers":
      if (encoding.name.startsWith("czero")) emitConditionalZero(maker, encoding);
      else put({ rd, rs1, rs2 });
      return;
    case "unary": {
      // qemu 7.2's ctzw counts in all 64 bits: give it one in the low word.
      const seen = encoding === ctzw ? maker.to() : rs1;
      if (encoding === ctzw) maker.emit(iType(0x13, 1, seen, rs1, 0x280 | 31));
      put({ rd, rs1: seen });
      return;
    }
    case "immediate":
      put({ rd, rs1, immediate: random.below(4096) });
      return;
    case "shift":
      put({ rd, rs1, immediate: random.below((encoding.mask & (1 << 25)) === 0 ? 64 : 32) });
      return;
    case "upper":
      maker.emit((word | (random.below(1 << 20) << 12) | (rd << 7)) >>> 0);
      return;
    case "load":
      emitLoad(maker, word, rd);
      return;
    case "floatLoad":
      emitLoad(maker, word, fd);
      return;
    case "store":
    case "floatStore": {
      const value = encoding.format === "store" ? rs2 : fs2;
      const offset = random.below(scratchSize / 2 - 8);
      maker.emit(sType(word & 0x7f, (word >>> 12) & 7, maker.pointer(1), value, offset));
      return;
    }
    case "branch": {
      // Over one instruction, of two or four bytes.
      const over = random.chance(1, 2) ? 0x0001 : addi(maker.to(), rs1, 1);
      maker.emit(fill(word, { rd: (over & 3) === 3 ? 8 : 6, rs1, rs2 }), over);
      return;
    }
    case "fence":
      put({ immediate: random.below(256) });
      return;
    case "controlStatus": {
      const number = random.pick([1, 2, 3]);
      put({ rd, rs1: (word & (1 << 14)) !== 0 ? random.below(32) : rs1, immediate: number });
      if (number !== 1) maker.emit(csr(5, 0, frm, random.below(5))); // it must name a mode again
      if (random.chance(1, 8)) maker.emit(csr(2, 0, random.pick(counters), 0));
      return;
    }
    case "loadReserved": {
      const pointer = maker.pointer(8);
      put({ rd: maker.to((register) => register !== pointer), rs1: pointer, order });
      maker.emit(fill(word | (1 << 27), { rd: maker.to(), rs1: pointer, rs2, order: random.below(4) }));
      return;
    }
    case "atomic":
      put({ rs1: maker.pointer(8), rd, rs2, order });
      return;
    case "floatArithmetic":
      put({ rd: fd, rs1: fs1, rs2: fs2, rounding });
      return;
    case "floatFused":
      put({ rd: fd, rs1: fs1, rs2: fs2, rs3: fs3, rounding });
      return;
    case "floatUnary":
      put({ rd: fd, rs1: fs1, rounding });
      return;
    case "floatSelect":
      put({ rd: fd, rs1: fs1, rs2: fs2 });
      return;
    case "floatCompare":
      put({ rd, rs1: fs1, rs2: fs2 });
      return;
    case "floatToBits":
      put({ rd, rs1: fs1 });
      return;
    case "floatFromBits":
      put({ rd: fd, rs1 });
      return;
    case "floatToInteger":
      put({ rd, rs1: fs1, rounding });
      return;
    case "floatFromInteger":
      put({ rd: fd, rs1, rounding });
      return;
    case "system":
      emitSystem(maker, word);
      return;
    case "jump":
    case "jumpRegister":
      throw new Error(`${encoding.name} is the control flow's`);
  }
}

/** Half of the loads fetch fresh values from memory that nothing writes. */
function emitLoad(maker: InstructionMaker, word: number, rd: number): void {
  const fresh = maker.random.chance(1, 2);
  const reach = fresh ? poolSize : scratchSize / 2;
  const rs1 = fresh ? fixed.pool : maker.pointer(1);
  maker.emit(fill(word, { rd, rs1, immediate: maker.random.below(reach - 8) }));
}

function emitConditionalZero(maker: InstructionMaker, { word }: Encoding): void {
  const f3 = (word >>> 12) & 7;
  const { code, reference } = conditionalZero(f3, maker.to(), maker.from(), maker.from(), fixed.temporary);
  maker.note(code[0] ?? 0);
  maker.assembler.emitAlternatives(code, reference);
}

/** A breakpoint, which the program's handler steps over; or write(1, nothing, 0). */
function emitSystem(maker: InstructionMaker, word: number): void {
  if (word === 0x00100073) maker.emit(word);
  else if (![x.a0, x.a1, x.a2, x.a7].some((register) => maker.protect.has(register)))
    maker.emit(addi(x.a7, 0, 64), addi(x.a0, 0, 1), addi(x.a1, 0, 0), addi(x.a2, 0, 0), word);
}
