/** Reads a plugin folder's package.json: text only, bounded, and never a device, a pipe or a link to elsewhere. */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { reasonOf, VmPluginError } from "../../errors.ts";
import { resolveInside } from "./path.ts";

/** Bytes. npm's largest real ones have a few tens of thousands. */
const maximalManifestSize = 256 * 1024;

export interface ManifestText {
  /** The package.json, for messages. */
  readonly file: string;
  readonly text: string;
}

/** The text of the folder's manifest; a VMP_MANIFEST_* or VMP_PLUGIN_FOLDER_NOT_FOUND error else. */
export function readManifestText(folder: string): ManifestText {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new VmPluginError("VMP_PLUGIN_FOLDER_NOT_FOUND", { path: folder });
  const file = join(folder, "package.json");
  const real = resolveInside(folder, "package.json");
  if (real === "missing") throw new VmPluginError("VMP_MANIFEST_NOT_FOUND", { path: file });
  if (real === "escape")
    throw new VmPluginError("VMP_MANIFEST_PATH_ESCAPE", { path: file, at: "package.json", value: "it is a link" });
  const bytes = readBounded(real.path, file);
  // ignoreBOM keeps the mark in the text, where it can be refused.
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new VmPluginError("VMP_MANIFEST_NOT_UTF8", { path: file }, { cause });
  }
  if (text.startsWith("\ufeff")) throw new VmPluginError("VMP_MANIFEST_NOT_UTF8", { path: file });
  return { file, text };
}

function readBounded(path: string, file: string): Uint8Array {
  let descriptor: number;
  try {
    // O_NONBLOCK: opening a pipe that nobody writes would wait for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    throw new VmPluginError("VMP_MANIFEST_UNREADABLE", { path: file, reason: reasonOf(cause) }, { cause });
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile())
      throw new VmPluginError("VMP_MANIFEST_UNREADABLE", { path: file, reason: "it is not a file" });
    if (status.size > maximalManifestSize)
      throw new VmPluginError("VMP_MANIFEST_TOO_LARGE", { path: file, size: status.size, limit: maximalManifestSize });
    const buffer = Buffer.allocUnsafe(status.size + 1);
    let size = 0;
    for (let got = -1; got !== 0 && size < buffer.length; size += got)
      got = readSync(descriptor, buffer, size, buffer.length - size, null);
    if (size !== status.size)
      throw new VmPluginError("VMP_MANIFEST_UNREADABLE", { path: file, reason: "it changed while it was read" });
    return buffer.subarray(0, size);
  } finally {
    closeSync(descriptor);
  }
}
