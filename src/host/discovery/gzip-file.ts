/** A gzip file of one member (RFC 1952), inflated piece by piece within limits. */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";
import { reasonOf, VmPluginError } from "../../errors.ts";

export interface InflateLimits {
  /** Bytes of the file itself. */
  readonly compressed: number;
  /** Bytes that it may inflate to. */
  readonly total: number;
  /** How many times its own size it may inflate to, once that is more than `ratioFrom` bytes. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

const blockSize = 64 * 1024;
const trailerSize = 8;

export class GzipFile {
  readonly path: string;
  readonly status: BigIntStats;
  readonly #descriptor: number;
  readonly #limits: InflateLimits;

  /** VMP_ARCHIVE_UNREADABLE for what is no regular file, VMP_ARCHIVE_TOO_LARGE. To be closed. */
  constructor(path: string, limits: InflateLimits) {
    this.path = path;
    this.#limits = limits;
    try {
      // O_NONBLOCK: opening a pipe that nobody writes would wait for ever.
      this.#descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code === "ELOOP" ? "it is a link" : reasonOf(cause);
      throw new VmPluginError("VMP_ARCHIVE_UNREADABLE", { path, reason }, { cause });
    }
    this.status = fstatSync(this.#descriptor, { bigint: true });
    try {
      if (!this.status.isFile())
        throw new VmPluginError("VMP_ARCHIVE_UNREADABLE", { path, reason: "it is not a file" });
      if (this.status.size > limits.compressed) throw this.#tooLarge("it", `${limits.compressed} bytes`);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** What is read must be the whole: its length and checksum are compared at the end. `progress` hears of bytes of the file. */
  async *inflate(progress?: (done: number, total: number) => void): AsyncGenerator<Buffer> {
    const size = Number(this.status.size);
    const start = headerLength(this.#read(0, Math.min(size, blockSize)));
    if (start === undefined) throw this.#malformed("it is not compressed with gzip");
    const raw = createInflateRaw({ chunkSize: blockSize });
    pipeline(Readable.from(this.#blocks(start, size)), raw, () => {});
    let [total, checksum] = [0, 0xffffffff];
    try {
      for await (const chunk of raw as AsyncIterable<Buffer>) {
        total += chunk.length;
        this.#bound(total, size);
        checksum = addToChecksum(checksum, chunk);
        yield chunk;
        progress?.(start + raw.bytesWritten, size);
      }
    } catch (cause) {
      if (cause instanceof VmPluginError || !(cause as NodeJS.ErrnoException).code?.startsWith("Z_")) throw cause;
      throw this.#malformed(`its compressed data is damaged or cut off (${reasonOf(cause)})`, cause);
    } finally {
      raw.destroy();
    }
    this.#checkEnd(start + raw.bytesWritten, total, (checksum ^ 0xffffffff) >>> 0);
    this.#refuseChange();
  }

  #bound(total: number, size: number): void {
    const { ratio, ratioFrom } = this.#limits;
    if (total > this.#limits.total) throw this.#tooLarge("its content", `${this.#limits.total} bytes`);
    if (total > ratioFrom && total > ratio * size)
      throw this.#tooLarge("its content", `${ratio} times the size of the archive`);
  }

  #checkEnd(end: number, total: number, checksum: number): void {
    const size = Number(this.status.size);
    if (end + trailerSize > size) throw this.#malformed("it is cut off");
    if (end + trailerSize < size) throw this.#malformed("something follows the compressed data");
    const trailer = this.#read(end, trailerSize);
    if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== total % 2 ** 32)
      throw this.#malformed("its checksum is wrong");
  }

  #refuseChange(): void {
    const now = fstatSync(this.#descriptor, { bigint: true });
    const { size, mtimeNs, ctimeNs } = this.status;
    if (now.size !== size || now.mtimeNs !== mtimeNs || now.ctimeNs !== ctimeNs)
      throw new VmPluginError("VMP_ARCHIVE_UNREADABLE", { path: this.path, reason: "it changed while it was read" });
  }

  *#blocks(start: number, end: number): Generator<Buffer> {
    for (let at = start; at < end; at += blockSize) yield this.#read(at, Math.min(blockSize, end - at));
  }

  #read(at: number, length: number): Buffer {
    const block = Buffer.allocUnsafe(length);
    let size = 0;
    try {
      for (let got = -1; got !== 0 && size < length; size += got)
        got = readSync(this.#descriptor, block, size, length - size, at + size);
    } catch (cause) {
      throw new VmPluginError("VMP_ARCHIVE_UNREADABLE", { path: this.path, reason: reasonOf(cause) }, { cause });
    }
    if (size < length) this.#refuseChange();
    return block.subarray(0, size);
  }

  #malformed(reason: string, cause?: unknown): VmPluginError {
    return new VmPluginError("VMP_ARCHIVE_MALFORMED", { path: this.path, reason }, { cause });
  }

  #tooLarge(what: string, limit: string): VmPluginError {
    return new VmPluginError("VMP_ARCHIVE_TOO_LARGE", { path: this.path, what, limit });
  }
}

/** RFC 1952, section 2.3; undefined for what is none, or not whole in `bytes`. */
function headerLength(bytes: Buffer): number | undefined {
  if (bytes.length < 10 || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return undefined;
  const flags = bytes[3] as number;
  if ((flags & 0xe0) !== 0) return undefined;
  let at = 10;
  if (flags & 4) at += bytes.length < at + 2 ? bytes.length : 2 + bytes.readUInt16LE(at);
  // The file's name, then a comment, each ended by a zero byte.
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end === -1) return undefined;
    at = end + 1;
  }
  if (flags & 2) at += 2;
  return at < bytes.length ? at : undefined;
}

/** CRC-32 of RFC 1952, section 8. */
const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function addToChecksum(checksum: number, bytes: Buffer): number {
  let sum = checksum;
  for (let index = 0; index < bytes.length; index++)
    sum = (sum >>> 8) ^ (table[(sum ^ (bytes[index] as number)) & 0xff] as number);
  return sum;
}
