// Forms that access memory, and the compressed forms. s3 points at 16 bytes that hold rs1 and rs2; rs3 is what is stored.
import { scatter, shortBranch, shortJump } from "./compressed-encodings.ts";
import { addi, iType, rType, sType, x } from "./encode.ts";
import { atomicUpdates } from "./encodings.ts";
import { type Form, rd, rs1, rs2, rs3 } from "./forms.ts";

const base = x.s3;
const cell = x.s4;

const memory = (name: string, code: number[], floatResult = false): Form => ({
  name,
  code,
  operands: "integer",
  floatResult,
  memory: true,
});

export function plainAccessForms(): Form[] {
  const forms: Form[] = [];
  for (const offset of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
    for (const [f3, name] of ["lb", "lh", "lw", "ld", "lbu", "lhu", "lwu"].entries()) {
      forms.push(memory(`${name} +${offset}`, [iType(0x03, f3, rd, base, offset)]));
    }
    for (const [f3, name] of ["sb", "sh", "sw", "sd"].entries()) {
      forms.push(memory(`${name} +${offset}`, [sType(0x23, f3, base, rs3, offset)]));
    }
    for (const [name, f3] of [
      ["flh", 1],
      ["flw", 2],
      ["fld", 3],
    ] as const) {
      forms.push(memory(`${name} +${offset}`, [iType(0x07, f3, rd, base, offset)], true));
    }
    for (const [name, f3] of [
      ["fsh", 1],
      ["fsw", 2],
      ["fsd", 3],
    ] as const) {
      const move = rType(0x53, 0, 0x79, rs3, rs3, 0);
      forms.push(memory(`${name} +${offset}`, [move, sType(0x27, f3, base, rs3, offset)]));
    }
  }
  // A negative offset, and a load whose result is dropped.
  forms.push(memory("ld -2048", [addi(cell, base, 1024), addi(cell, cell, 1024), iType(0x03, 3, rd, cell, -2048)]));
  forms.push(memory("ld to x0", [iType(0x03, 3, 0, base, 0), rType(0x33, 0, 0, rd, 0, rs1)]));
  return forms;
}

export function atomicForms(): Form[] {
  const forms: Form[] = [];
  for (const [width, f3, step] of [
    ["w", 2, 4],
    ["d", 3, 8],
  ] as const) {
    const atomic = (f5: number, to: number, value: number, order = 0) =>
      rType(0x2f, f3, (f5 << 2) | order, to, cell, value);
    const load = (to: number, order = 0) => atomic(0x02, to, 0, order);
    const store = (to: number, order = 0) => atomic(0x03, to, rs3, order);
    for (let offset = 0; offset < 16; offset += step) {
      const at = addi(cell, base, offset);
      for (const [name, f5] of atomicUpdates) {
        for (const order of [0, 1, 2, 3]) {
          forms.push(memory(`${name}.${width} +${offset} order ${order}`, [at, atomic(f5, rd, rs3, order)]));
        }
        forms.push(memory(`${name}.${width} to x0`, [at, atomic(f5, 0, rs3), rType(0x33, 0, 0, rd, 0, rs1)]));
      }
      for (const order of [0, 1, 2, 3]) {
        forms.push(memory(`lr.${width} +${offset} order ${order}`, [at, load(rd, order)]));
        const pair = [at, load(x.t0, order), store(rd, 3 - order)];
        forms.push(memory(`lr.${width}, sc.${width} +${offset} order ${order}`, pair));
      }
      forms.push(memory(`sc.${width} without lr`, [at, store(rd)]));
      forms.push(memory(`sc.${width} twice`, [at, load(x.t0), store(rd), store(rd)]));
      forms.push(memory(`sc.${width} elsewhere`, [at, load(x.t0), addi(cell, base, offset ^ step), store(rd)]));
      // The location changes between the two.
      const change = [iType(0x13, 4, x.t0, x.t0, -1), sType(0x23, f3, cell, x.t0, 0)];
      forms.push(memory(`lr.${width}, store, sc.${width}`, [at, load(x.t0), ...change, store(rd)]));
    }
  }
  return forms;
}

const short = (register: number) => register - 8;
const ci = (f3: number, op: number, register: number, immediate: number) =>
  (f3 << 13) | scatter(immediate, [5, 1, 12], [0, 5, 2]) | (register << 7) | op;
const ca = (f6: number, f2: number, to: number, from: number) =>
  (f6 << 10) | (short(to) << 7) | (f2 << 5) | (short(from) << 2) | 1;
export function compressedForms(): Form[] {
  const forms: Form[] = [];
  const first = addi(rd, rs1, 0);
  const plain = (name: string, ...code: number[]) =>
    forms.push({ name, code, operands: "integer", floatResult: false });
  for (const immediate of [-32, -17, -1, 0, 1, 5, 30, 31]) {
    plain(`c.addi ${immediate}`, first, ci(0, 1, rd, immediate));
    plain(`c.addiw ${immediate}`, first, ci(1, 1, rd, immediate));
    plain(`c.li ${immediate}`, ci(2, 1, rd, immediate));
    plain(`c.andi ${immediate}`, first, (4 << 13) | (2 << 10) | ci(0, 1, short(rd), immediate));
    if (immediate !== 0) plain(`c.lui ${immediate}`, ci(3, 1, rd, immediate));
  }
  for (const amount of [0, 1, 5, 31, 32, 33, 62, 63]) {
    plain(`c.slli ${amount}`, first, ci(0, 2, rd, amount));
    plain(`c.srli ${amount}`, first, (4 << 13) | ci(0, 1, short(rd), amount));
    plain(`c.srai ${amount}`, first, (4 << 13) | (1 << 10) | ci(0, 1, short(rd), amount));
  }
  for (const [f2, name] of ["c.sub", "c.xor", "c.or", "c.and"].entries()) plain(name, first, ca(0x23, f2, rd, rs2));
  for (const [f2, name] of ["c.subw", "c.addw"].entries()) plain(name, first, ca(0x27, f2, rd, rs2));
  plain("c.mv", (4 << 13) | (rd << 7) | (rs2 << 2) | 2);
  plain("c.add", first, (4 << 13) | (1 << 12) | (rd << 7) | (rs2 << 2) | 2);
  plain("c.nop", first, 0x0001);
  const one = addi(rd, x.zero, 1);
  const zero = addi(rd, x.zero, 0);
  plain("c.beqz", one, shortBranch(6, rs1, 6), zero);
  plain("c.bnez", one, shortBranch(7, rs1, 6), zero);
  plain("c.j", one, shortJump(6), zero);
  const landing = [iType(0x17, 0, x.t0, 0, 0), addi(x.t0, x.t0, 18), one];
  plain("c.jr", ...landing, (4 << 13) | (x.t0 << 7) | 2, zero);
  plain("c.jalr", ...landing, (4 << 13) | (1 << 12) | (x.t0 << 7) | 2, zero, rType(0x33, 0, 0x20, rd, x.ra, x.t0));
  for (const immediate of [4, 8, 16, 64, 516, 1020]) {
    const code = scatter(immediate, [4, 2, 11], [6, 4, 7], [2, 1, 6], [3, 1, 5]) | (short(rd) << 2);
    plain(`c.addi4spn ${immediate}`, addi(x.sp, rs1, 0), code);
  }
  for (const immediate of [-512, -16, 16, 32, 64, 128, 256, 496]) {
    const code =
      (3 << 13) | scatter(immediate, [9, 1, 12], [4, 1, 6], [6, 1, 5], [7, 2, 3], [5, 1, 2]) | (x.sp << 7) | 1;
    plain(`c.addi16sp ${immediate}`, addi(x.sp, rs1, 0), code, addi(rd, x.sp, 0));
  }
  return [...forms, ...compressedAccessForms()];
}

function compressedAccessForms(): Form[] {
  const forms: Form[] = [];
  const word = (offset: number) => scatter(offset, [3, 3, 10], [2, 1, 6], [6, 1, 5]);
  const double = (offset: number) => scatter(offset, [3, 3, 10], [6, 2, 5]);
  const value = short(rs3) << 2;
  const result = short(rd) << 2;
  const pointer = short(rs1) << 7;
  const floatValue = rType(0x53, 0, 0x79, rs3, rs3, 0);
  // The pointer lies `offset` below the cell, so that every bit of the offset counts.
  for (const offset of [0, 4, 8, 16, 32, 64, 120, 124]) {
    const at = addi(rs1, base, -offset);
    forms.push(memory(`c.lw ${offset}`, [at, (2 << 13) | word(offset) | pointer | result]));
    forms.push(memory(`c.sw ${offset}`, [at, (6 << 13) | word(offset) | pointer | value]));
  }
  for (const offset of [0, 8, 16, 32, 64, 128, 248]) {
    const at = addi(rs1, base, -offset);
    forms.push(memory(`c.ld ${offset}`, [at, (3 << 13) | double(offset) | pointer | result]));
    forms.push(memory(`c.sd ${offset}`, [at, (7 << 13) | double(offset) | pointer | value]));
    forms.push(memory(`c.fld ${offset}`, [at, (1 << 13) | double(offset) | pointer | result], true));
    forms.push(memory(`c.fsd ${offset}`, [at, floatValue, (5 << 13) | double(offset) | pointer | value]));
  }
  for (const offset of [0, 4, 8, 16, 32, 64, 128, 252]) {
    const at = addi(x.sp, base, -offset);
    const load = scatter(offset, [5, 1, 12], [2, 3, 4], [6, 2, 2]) | (rd << 7) | 2;
    forms.push(memory(`c.lwsp ${offset}`, [at, (2 << 13) | load]));
    forms.push(memory(`c.swsp ${offset}`, [at, (6 << 13) | scatter(offset, [2, 4, 9], [6, 2, 7]) | (rs3 << 2) | 2]));
  }
  for (const offset of [0, 8, 16, 32, 64, 128, 256, 504]) {
    const at = addi(x.sp, base, -offset);
    const load = scatter(offset, [5, 1, 12], [3, 2, 5], [6, 3, 2]) | (rd << 7) | 2;
    const store = scatter(offset, [3, 3, 10], [6, 3, 7]) | (rs3 << 2) | 2;
    forms.push(memory(`c.ldsp ${offset}`, [at, (3 << 13) | load]));
    forms.push(memory(`c.sdsp ${offset}`, [at, (7 << 13) | store]));
    forms.push(memory(`c.fldsp ${offset}`, [at, (1 << 13) | load], true));
    forms.push(memory(`c.fsdsp ${offset}`, [at, floatValue, (5 << 13) | store]));
  }
  return forms;
}

/** The floating-point control registers through every CSR instruction. */
export function controlStatusForms(): Form[] {
  const forms: Form[] = [];
  for (const [number, register] of [
    [1, "fflags"],
    [2, "frm"],
    [3, "fcsr"],
  ] as const) {
    for (const [f3, name] of [
      [1, "csrrw"],
      [2, "csrrs"],
      [3, "csrrc"],
    ] as const) {
      forms.push({
        name: `${name} ${register}`,
        code: [iType(0x73, f3, rd, rs1, number)],
        operands: "integer",
        floatResult: false,
      });
      forms.push({
        name: `${name} ${register}, x0`,
        code: [iType(0x73, f3, rd, 0, number)],
        operands: "integer",
        floatResult: false,
      });
      for (const immediate of [0, 1, 5, 21, 31]) {
        forms.push({
          name: `${name}i ${register}, ${immediate}`,
          code: [iType(0x73, f3 + 4, rd, immediate, number)],
          operands: "integer",
          floatResult: false,
        });
      }
    }
  }
  return forms;
}
