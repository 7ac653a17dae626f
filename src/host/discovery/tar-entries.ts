/** The files and folders of a tar archive (POSIX pax interchange format and GNU long names); everything else is refused. */
import { Header } from "tar";
import { reasonOf, VmPluginError } from "../../errors.ts";

export interface TarEntry {
  readonly path: string;
  readonly kind: "file" | "folder";
  /** Bytes. */
  readonly size: number;
  readonly executable: boolean;
  /** May be left unread, until the next entry is asked for. */
  content(): AsyncGenerator<Buffer>;
}

const block = 512;

/** Bytes. A path and what else an entry says of itself. */
const maximalRecord = 64 * 1024;

const kinds: Readonly<Record<string, string>> = {
  Link: "it is a link",
  SymbolicLink: "it is a link",
  NextFileHasLongLinkpath: "it is a link",
  CharacterDevice: "it is a device",
  BlockDevice: "it is a device",
  FIFO: "it is a pipe",
  SparseFile: "it is a sparse file",
};

/** VMP_ARCHIVE_MALFORMED or VMP_ARCHIVE_ENTRY_REFUSED, naming `archive`, for what is not plain. Ends where the archive ends. */
export async function* tarEntries(archive: string, chunks: AsyncGenerator<Buffer>): AsyncGenerator<TarEntry> {
  try {
    yield* entriesOf(archive, new ByteReader(archive, chunks));
  } finally {
    await chunks.return(undefined);
  }
}

async function* entriesOf(archive: string, reader: ByteReader): AsyncGenerator<TarEntry> {
  let records: Records = {};
  for (;;) {
    const bytes = await reader.take(block);
    if (bytes.every((byte) => byte === 0)) return await reader.expectEnd();
    const header = decode(archive, bytes);
    const { path = "", type } = header;
    const refuse = (reason: string) =>
      new VmPluginError("VMP_ARCHIVE_ENTRY_REFUSED", { path: archive, entry: records.path ?? path, reason });
    if (type === "ExtendedHeader" || type === "GlobalExtendedHeader" || type === "NextFileHasLongPath") {
      const size = header.size ?? 0;
      if (size > maximalRecord) throw refuse("what it says of itself is too long");
      const record = await reader.take(size);
      await reader.skip(padding(size));
      const added = type === "NextFileHasLongPath" ? longPath(record) : paxRecords(record);
      if (added === undefined || added.path === "") throw refuse("what it says of itself is damaged");
      if (added.sparse) throw refuse("it is a sparse file");
      if (type === "GlobalExtendedHeader" && Object.keys(added).length > 0)
        throw refuse("it speaks for the entries that follow");
      if (Object.keys(added).some((key) => key in records)) throw refuse("it is described twice");
      records = { ...records, ...added };
      continue;
    }
    if (type !== "File" && type !== "Directory")
      throw refuse(kinds[String(type)] ?? "it is neither a file nor a folder");
    const folder = type === "Directory";
    // The library takes any folder's size for 0. Others skip that many bytes: the rest would be read differently.
    const size = records.size ?? (folder ? folderSize(bytes) : header.size);
    if (size === undefined || !Number.isSafeInteger(size)) throw refuse("its size is not a number");
    if (folder && size !== 0) throw refuse("it is a folder with content");
    let left = size;
    const content = async function* (): AsyncGenerator<Buffer> {
      while (left > 0) {
        const piece = await reader.some(left);
        left -= piece.length;
        yield piece;
      }
    };
    const executable = ((header.mode ?? 0) & 0o111) !== 0;
    yield { path: records.path ?? path, kind: folder ? "folder" : "file", size, executable, content };
    await reader.skip(left + padding(size));
    records = {};
  }
}

/** What an entry's extended header says in place of its own header. */
interface Records {
  readonly path?: string;
  readonly size?: number;
  readonly sparse?: true;
}

function decode(archive: string, bytes: Buffer): Header {
  try {
    const header = new Header(bytes);
    if (header.cksumValid) return header;
  } catch (cause) {
    throw new VmPluginError("VMP_ARCHIVE_MALFORMED", { path: archive, reason: reasonOf(cause) }, { cause });
  }
  throw new VmPluginError("VMP_ARCHIVE_MALFORMED", { path: archive, reason: "it is not a tar archive, or damaged" });
}

/** The field as it stands in the header: ASCII, octal. */
function folderSize(header: Buffer): number | undefined {
  return /^[0 \0]*$/.test(header.toString("latin1", 124, 136)) ? 0 : 1;
}

function padding(size: number): number {
  return (block - (size % block)) % block;
}

/** Undefined for what is no path that zero bytes end. */
function longPath(record: Buffer): Records | undefined {
  const end = record.indexOf(0);
  const length = end === -1 ? record.length : end;
  const path = utf8(record.subarray(0, length));
  return path === undefined || record.subarray(length).some((byte) => byte !== 0) ? undefined : { path };
}

/** `length key=value\n`, again and again (POSIX.1-2017, pax, "pax Extended Header"); undefined where that is not so. */
function paxRecords(bytes: Buffer): Records | undefined {
  const found: { path?: string; size?: number; sparse?: true } = {};
  for (let at = 0; at < bytes.length; ) {
    const digits = /^[1-9]\d{0,5} /.exec(bytes.toString("latin1", at, at + 7))?.[0];
    if (digits === undefined) return undefined;
    const end = at + Number(digits);
    const text = end > bytes.length ? undefined : utf8(bytes.subarray(at + digits.length, end));
    const [, key, value] = /^([^=\0]+)=([^\0]*)\n$/s.exec(text ?? "") ?? [];
    if (key === undefined || value === undefined) return undefined;
    if (key === "path") found.path = value;
    if (key === "size") found.size = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (key.startsWith("GNU.sparse")) found.sparse = true;
    at = end;
  }
  return found;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Takes a stream apart by counts of bytes. VMP_ARCHIVE_MALFORMED when it has fewer. */
class ByteReader {
  readonly #archive: string;
  readonly #chunks: AsyncGenerator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(archive: string, chunks: AsyncGenerator<Buffer>) {
    this.#archive = archive;
    this.#chunks = chunks;
  }

  /** At least one byte, at most `length`. */
  async some(length: number): Promise<Buffer> {
    if (!(await this.#fill())) throw this.#malformed("it ends in the midst of an entry, or without an end mark");
    const piece = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  async take(length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let left = length; left > 0; ) {
      const piece = await this.some(left);
      pieces.push(piece);
      left -= piece.length;
    }
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) left -= (await this.some(left)).length;
  }

  /** A second block of zeros, and nothing else up to the end of the stream. */
  async expectEnd(): Promise<void> {
    let size = 0;
    while (await this.#fill()) {
      if (!this.#rest.every((byte) => byte === 0)) throw this.#malformed("something follows its end mark");
      size += this.#rest.length;
      this.#rest = Buffer.alloc(0);
    }
    if (size < block) throw this.#malformed("its end mark is cut off");
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.#rest = value;
    }
    return true;
  }

  #malformed(reason: string): VmPluginError {
    return new VmPluginError("VMP_ARCHIVE_MALFORMED", { path: this.#archive, reason });
  }
}
