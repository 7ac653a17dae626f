// Random instructions of 16 bits, one encoding's at a time.
import { type ShortEncoding, shortBranch, shortJump } from "./compressed-encodings.ts";
import { addi, x } from "./encode.ts";
import { fixed, type InstructionMaker, isShort } from "./random-instruction.ts";

const full = (register: number) => register << 7;
const low = (register: number) => (register - 8) << 2;
const high = (register: number) => (register - 8) << 7;
const second = (register: number) => register << 2;

export function emitShort(maker: InstructionMaker, { name, half }: ShortEncoding): void {
  const { random } = maker;
  const put = (operands: number) => maker.emit(half | operands);
  const short = () => maker.to(isShort);
  /** Bit 12 and bits 6:2. */
  const immediate = (random.below(2) << 12) | (random.below(32) << 2);
  switch (name) {
    case "c.nop":
      put(0);
      return;
    case "c.addi":
    case "c.slli":
      put(full(maker.to()) | (immediate || 4)); // 0 would be a hint, or no operation
      return;
    case "c.addiw":
    case "c.li":
      put(full(maker.to()) | immediate);
      return;
    case "c.lui":
      put(full(maker.to()) | (immediate || 4));
      return;
    case "c.srli":
    case "c.srai":
    case "c.andi":
      put(high(short()) | immediate);
      return;
    case "c.sub":
    case "c.xor":
    case "c.or":
    case "c.and":
    case "c.subw":
    case "c.addw":
      put(high(short()) | low(random.below(8) + 8));
      return;
    case "c.mv":
    case "c.add":
      put(full(maker.to()) | second(maker.to()));
      return;
    case "c.addi4spn":
      put(low(short()) | ((1 + random.below(255)) * 32));
      return;
    case "c.addi16sp": {
      // sp goes back to its place.
      put(immediate || 4);
      maker.emit(0x8002 | full(maker.to()) | second(x.sp));
      maker.emit(0x8002 | full(x.sp) | second(fixed.scratch));
      return;
    }
    case "c.lwsp":
    case "c.ldsp":
      put(full(maker.to()) | immediate);
      return;
    case "c.fldsp":
      put(full(maker.float()) | immediate);
      return;
    case "c.swsp":
    case "c.sdsp":
      put((random.below(64) << 7) | second(maker.from()));
      return;
    case "c.fsdsp":
      put((random.below(64) << 7) | second(maker.float()));
      return;
    case "c.lw":
    case "c.ld":
    case "c.fld":
    case "c.sw":
    case "c.sd":
    case "c.fsd": {
      const pointer = maker.pointer(1, isShort);
      const other = name === "c.lw" || name === "c.ld" ? short() : random.below(8) + 8;
      put(high(pointer) | low(other) | (random.below(8) << 10) | (random.below(4) << 5));
      return;
    }
    case "c.beqz":
    case "c.bnez": {
      // Over one instruction, of two or four bytes.
      const over = random.chance(1, 2) ? 0x0001 : addi(maker.to(), maker.from(), 1);
      const code = shortBranch(half >> 13, random.below(8) + 8, (over & 3) === 3 ? 6 : 4);
      maker.emit(code, over);
      return;
    }
    case "c.j":
      maker.emit(shortJump(4), 0x0001);
      return;
    case "c.ebreak":
      maker.emit(half, 0x0001); // the handler goes on four bytes later
      return;
    default:
      throw new Error(`${name} is the control flow's`);
  }
}
