/** Reads a plugin folder's package.json: text only, bounded, and never a device, a pipe or a link to elsewhere. */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { reasonOf, VmPluginError } from "../../errors.ts";
import { resolveInside } from "./path.ts";

/** Bytes. npm's largest real ones have a few tens of thousands. */
export const maximalManifestSize = 256 * 1024;

/** How often a manifest that changes while it is read is read again. */
const attempts = 5;

export interface ManifestText {
  /** The package.json, for messages. */
  readonly file: string;
  readonly text: string;
  /** Of the file that was read. */
  readonly status: BigIntStats;
}

/** The text of the folder's manifest; a VMP_MANIFEST_* or VMP_PLUGIN_FOLDER_NOT_FOUND error else. */
export function readManifestText(folder: string): ManifestText {
  if (!isFolder(folder)) throw new VmPluginError("VMP_PLUGIN_FOLDER_NOT_FOUND", { path: folder });
  const file = join(folder, "package.json");
  const real = resolveInside(folder, "package.json");
  if (real === "missing") throw new VmPluginError("VMP_MANIFEST_NOT_FOUND", { path: file });
  if (real === "escape")
    throw new VmPluginError("VMP_MANIFEST_PATH_ESCAPE", { path: file, at: "package.json", value: "it is a link" });
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const found = readOnce(real.path, file);
    if (found !== undefined) return { file, text: decodeManifest(found.bytes, file), status: found.status };
  }
  throw new VmPluginError("VMP_MANIFEST_UNREADABLE", { path: file, reason: "it changes while it is read" });
}

/** VMP_MANIFEST_NOT_UTF8 that names `file`. */
export function decodeManifest(bytes: Uint8Array, file: string): string {
  let text: string;
  try {
    // ignoreBOM keeps the mark in the text, where it can be refused.
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new VmPluginError("VMP_MANIFEST_NOT_UTF8", { path: file }, { cause });
  }
  if (text.startsWith("\ufeff")) throw new VmPluginError("VMP_MANIFEST_NOT_UTF8", { path: file });
  return text;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Undefined when the file changed meanwhile. */
function readOnce(path: string, file: string): { bytes: Uint8Array; status: BigIntStats } | undefined {
  let descriptor: number | undefined;
  try {
    // O_NONBLOCK: opening a pipe that nobody writes would wait for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const status = fstatSync(descriptor, { bigint: true });
    if (!status.isFile())
      throw new VmPluginError("VMP_MANIFEST_UNREADABLE", { path: file, reason: "it is not a file" });
    if (status.size > maximalManifestSize)
      throw new VmPluginError("VMP_MANIFEST_TOO_LARGE", { path: file, size: status.size, limit: maximalManifestSize });
    const buffer = Buffer.allocUnsafe(Number(status.size) + 1);
    let size = 0;
    for (let got = -1; got !== 0 && size < buffer.length; size += got)
      got = readSync(descriptor, buffer, size, buffer.length - size, null);
    const after = fstatSync(descriptor, { bigint: true });
    const same = after.mtimeNs === status.mtimeNs && after.ctimeNs === status.ctimeNs && after.size === status.size;
    return same && BigInt(size) === status.size ? { bytes: buffer.subarray(0, size), status } : undefined;
  } catch (cause) {
    if (cause instanceof VmPluginError) throw cause;
    throw new VmPluginError("VMP_MANIFEST_UNREADABLE", { path: file, reason: reasonOf(cause) }, { cause });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
