/** A guest that makes a system call that no Linux has, and ends at once with status 7. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const loadAddress = 0x10000;
const fileHeader = 64;
const programHeader = 56;

/** addi rd, x0, value (RISC-V unprivileged specification, 2.4). */
const load = (register: number, value: number) => ((value << 20) | (register << 7) | 0x13) >>> 0;
const a0 = 10;
const a7 = 17;
const ecall = 0x73;
const exit = 93;
const code = [load(a7, 1000), ecall, load(a0, 7), load(a7, exit), ecall];

/** Path of the program: a static ELF file for riscv64, made of one segment. */
export function unknownCallGuest(): string {
  const start = fileHeader + programHeader;
  const file = Buffer.alloc(start + code.length * 4);
  file.write("\x7fELF\x02\x01\x01", "latin1");
  file.writeUInt16LE(2, 16); // ET_EXEC
  file.writeUInt16LE(243, 18); // EM_RISCV
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(loadAddress + start), 24);
  file.writeBigUInt64LE(BigInt(fileHeader), 32);
  file.writeUInt16LE(fileHeader, 52);
  file.writeUInt16LE(programHeader, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, 64); // PT_LOAD
  file.writeUInt32LE(5, 68); // readable and executable
  file.writeBigUInt64LE(BigInt(loadAddress), 80);
  file.writeBigUInt64LE(BigInt(loadAddress), 88);
  file.writeBigUInt64LE(BigInt(file.length), 96);
  file.writeBigUInt64LE(BigInt(file.length), 104);
  file.writeBigUInt64LE(4096n, 112);
  for (const [index, word] of code.entries()) file.writeUInt32LE(word, start + index * 4);
  const path = join(mkdtempSync(join(tmpdir(), "vmp-")), "unknown-call");
  writeFileSync(path, file, { mode: 0o755 });
  return path;
}
