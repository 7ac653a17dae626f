/** A guest that makes a system call that no Linux has, and ends at once with status 7. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { elf } from "../support/elf.ts";
import { folder } from "../support/folder.ts";

/** addi rd, x0, value (RISC-V unprivileged specification, 2.4). */
const load = (register: number, value: number) => ((value << 20) | (register << 7) | 0x13) >>> 0;
const a0 = 10;
const a7 = 17;
const ecall = 0x73;
const exit = 93;
const code = Uint32Array.of(load(a7, 1000), ecall, load(a0, 7), load(a7, exit), ecall);

/** Path of the program. */
export function unknownCallGuest(): string {
  const path = join(folder(), "unknown-call");
  writeFileSync(path, elf({ code: Buffer.from(code.buffer) }), { mode: 0o755 });
  return path;
}
