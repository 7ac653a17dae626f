/** Hand-made ELF64 files (System V gABI, chapters 4 and 5). */

export interface ProgramHeader {
  readonly type?: number;
  readonly flags?: number;
  readonly offset?: bigint | number;
  readonly address?: bigint | number;
  readonly fileSize?: bigint | number;
  readonly memorySize?: bigint | number;
  readonly align?: bigint | number;
}

export interface ElfOptions {
  readonly class?: number;
  readonly data?: number;
  readonly version?: number;
  readonly type?: number;
  readonly machine?: number;
  readonly entry?: bigint | number;
  readonly headersOffset?: bigint | number;
  readonly sectionsOffset?: bigint | number;
  readonly headerSize?: number;
  readonly headerCount?: number;
  readonly headers?: readonly ProgramHeader[];
  /** What lies at codeOffset; `exit42` by default. */
  readonly code?: Buffer;
  /** Total size of the file: cut or filled with zeros. */
  readonly size?: number;
}

/** li a0, 42; li a7, 93 (exit); ecall */
export const exit42 = Buffer.from("1305a002" + "9308d005" + "73000000", "hex");
/** mov edi, 42; mov eax, 60 (exit); syscall */
const exit42OnX86 = Buffer.from("bf2a000000" + "b83c000000" + "0f05", "hex");
export const codeOffset = 0x1000;

/** A riscv64 program of one segment that ends with status 42, but for what the options change. */
export function elf(options: ElfOptions = {}): Buffer {
  const headers = options.headers ?? [{}];
  const code = options.code ?? exit42;
  const file = Buffer.alloc(Math.max(codeOffset + code.length, 64 + 56 * headers.length));
  code.copy(file, codeOffset);
  file.write("\x7fELF", 0, "latin1");
  file[4] = options.class ?? 2;
  file[5] = options.data ?? 1;
  file[6] = options.version ?? 1;
  file.writeUInt16LE(options.type ?? 2, 16);
  file.writeUInt16LE(options.machine ?? 243, 18);
  file.writeUInt32LE(options.version ?? 1, 20);
  file.writeBigUInt64LE(BigInt(options.entry ?? 0x11000), 24);
  file.writeBigUInt64LE(BigInt(options.headersOffset ?? 64), 32);
  file.writeBigUInt64LE(BigInt(options.sectionsOffset ?? 0), 40);
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(options.headerSize ?? 56, 54);
  file.writeUInt16LE(options.headerCount ?? headers.length, 56);
  headers.forEach((header, index) => {
    const at = 64 + 56 * index;
    file.writeUInt32LE(header.type ?? 1, at);
    file.writeUInt32LE(header.flags ?? 5, at + 4);
    file.writeBigUInt64LE(BigInt(header.offset ?? codeOffset), at + 8);
    file.writeBigUInt64LE(BigInt(header.address ?? 0x11000), at + 16);
    file.writeBigUInt64LE(BigInt(header.address ?? 0x11000), at + 24);
    file.writeBigUInt64LE(BigInt(header.fileSize ?? code.length), at + 32);
    file.writeBigUInt64LE(BigInt(header.memorySize ?? header.fileSize ?? code.length), at + 40);
    file.writeBigUInt64LE(BigInt(header.align ?? 0x1000), at + 48);
  });
  const size = options.size ?? file.length;
  return size <= file.length ? file.subarray(0, size) : Buffer.concat([file, Buffer.alloc(size - file.length)]);
}

/** The same for either processor. */
export function elfFor(architecture: "riscv64" | "x86_64", options: ElfOptions = {}): Buffer {
  return elf(architecture === "riscv64" ? options : { machine: 62, code: exit42OnX86, ...options });
}
