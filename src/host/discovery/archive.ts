/**
 * Plugins as `npm pack` writes them: a gzip-compressed tar archive with one folder. Archives come from strangers: what is
 * unusual is refused, nothing is inflated without a bound, and nothing is written but regular files and folders.
 */
import { type BigIntStats, closeSync, constants, fchmodSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { reasonOf, VmPluginError } from "../../errors.ts";
import { decodeManifest, maximalManifestSize } from "../manifest/file.ts";
import { ArchiveNames } from "./archive-names.ts";
import { GzipFile, type InflateLimits } from "./gzip-file.ts";
import { type TarEntry, tarEntries } from "./tar-entries.ts";

export interface ArchiveLimits extends InflateLimits {
  /** Files and folders, also those that only a path names. */
  readonly entries: number;
  /** Bytes of one file. */
  readonly file: number;
}

const MiB = 2 ** 20;

export const archiveLimits: ArchiveLimits = {
  compressed: 512 * MiB,
  total: 512 * MiB,
  ratio: 200,
  ratioFrom: MiB,
  entries: 20_000,
  file: 256 * MiB,
};

export interface ArchiveOptions {
  /** Default: archiveLimits. */
  readonly limits?: Partial<ArchiveLimits> | undefined;
  /** Hears how many bytes of the archive have been read. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

export interface ArchiveManifest {
  /** For messages: the archive, a colon, and the manifest in it. */
  readonly file: string;
  readonly text: string;
  /** Of the archive. */
  readonly status: BigIntStats;
}

/** The manifest in an archive that was read and checked whole; writes nothing. A VMP_ARCHIVE_* or VMP_MANIFEST_* error else. */
export async function readArchiveManifest(path: string, options: ArchiveOptions = {}): Promise<ArchiveManifest> {
  let bytes: Buffer | undefined;
  let file = "";
  const status = await readArchive(path, options, async (inside, entry) => {
    if (inside !== "package.json" || entry.kind !== "file") return;
    file = `${path}:${entry.path}`;
    if (entry.size > maximalManifestSize)
      throw new VmPluginError("VMP_MANIFEST_TOO_LARGE", { path: file, size: entry.size, limit: maximalManifestSize });
    const pieces: Buffer[] = [];
    for await (const piece of entry.content()) pieces.push(piece);
    bytes = Buffer.concat(pieces);
  });
  if (bytes === undefined)
    throw new VmPluginError("VMP_ARCHIVE_MALFORMED", { path, reason: "there is no package.json in its folder" });
  return { file, text: decodeManifest(bytes, file), status };
}

/**
 * Writes the archive's content, without the folder that all of it lies in, into the empty folder `into`. Files get the mode
 * 0644, executable ones 0755, folders 0755. A VMP_ARCHIVE_* error else; what was written then is the caller's to remove.
 */
export async function extractArchive(path: string, into: string, options: ArchiveOptions = {}): Promise<void> {
  const folders = new Set([""]);
  await readArchive(path, options, async (inside, entry) => {
    try {
      if (entry.kind === "folder") makeFolder(into, inside, folders);
      else {
        makeFolder(into, parentOf(inside), folders);
        await writeFile(join(into, inside), entry);
      }
    } catch (cause) {
      if (cause instanceof VmPluginError) throw cause;
      throw new VmPluginError("VMP_ARCHIVE_NOT_EXTRACTED", { path, reason: reasonOf(cause) }, { cause });
    }
  });
}

/** Every entry by its path below the top folder, in order. The status is that of the file that was read. */
async function readArchive(
  path: string,
  { limits, progress }: ArchiveOptions,
  visit: (inside: string, entry: TarEntry) => Promise<void>,
): Promise<BigIntStats> {
  const bounds = { ...archiveLimits, ...limits };
  const names = new ArchiveNames();
  const archive = new GzipFile(path, bounds);
  try {
    for await (const entry of tarEntries(path, archive.inflate(progress))) {
      if (entry.size > bounds.file)
        throw new VmPluginError("VMP_ARCHIVE_TOO_LARGE", { path, what: entry.path, limit: `${bounds.file} bytes` });
      const name = names.add(entry.path, entry.kind);
      if ("reason" in name)
        throw new VmPluginError("VMP_ARCHIVE_ENTRY_REFUSED", { path, entry: entry.path, reason: name.reason });
      if (names.count > bounds.entries)
        throw new VmPluginError("VMP_ARCHIVE_TOO_LARGE", {
          path,
          what: "the number of its entries",
          limit: bounds.entries,
        });
      await visit(name.inside, entry);
    }
    return archive.status;
  } finally {
    archive.close();
  }
}

function parentOf(path: string): string {
  const parent = dirname(path);
  return parent === "." ? "" : parent;
}

/** With its parents. Only what was made here is written into: no link can stand there. */
function makeFolder(into: string, path: string, made: Set<string>): void {
  if (made.has(path)) return;
  makeFolder(into, parentOf(path), made);
  mkdirSync(join(into, path), { mode: 0o755 });
  made.add(path);
}

async function writeFile(path: string, entry: TarEntry): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const descriptor = openSync(path, flags, 0o600);
  try {
    for await (const piece of entry.content())
      for (let at = 0; at < piece.length; ) at += writeSync(descriptor, piece, at);
    // Not at open, where the process's mask would have its say.
    fchmodSync(descriptor, entry.executable ? 0o755 : 0o644);
  } finally {
    closeSync(descriptor);
  }
}
