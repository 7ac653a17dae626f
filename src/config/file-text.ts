/** Reads a configuration's file: text only, bounded, and never a device, a pipe or a link. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { VmPluginError } from "../errors.ts";
import { failureOf } from "../storage/home-error.ts";
import { maximalSize } from "./formats/format.ts";

/** Undefined where there is no file. VMP_CONFIGURATION_UNREADABLE or _TOO_LARGE where it is no sound one. */
export function readConfigurationText(path: string): string | undefined {
  const unreadable = (reason: string, cause?: unknown) =>
    new VmPluginError("VMP_CONFIGURATION_UNREADABLE", { path, reason }, { cause });
  let descriptor: number;
  try {
    // O_NONBLOCK: opening a pipe that nobody writes would wait for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(failureOf(error), error);
  }
  let bytes: Uint8Array;
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw unreadable("it is not a regular file");
    if (status.size > maximalSize)
      throw new VmPluginError("VMP_CONFIGURATION_TOO_LARGE", { path, size: status.size, limit: maximalSize });
    const buffer = Buffer.allocUnsafe(status.size + 1);
    let size = 0;
    for (let got = -1; got !== 0 && size < buffer.length; size += got)
      got = readSync(descriptor, buffer, size, buffer.length - size, null);
    if (size !== status.size) throw unreadable("it changed while it was read");
    bytes = buffer.subarray(0, size);
  } catch (error) {
    throw error instanceof VmPluginError ? error : unreadable(failureOf(error), error);
  } finally {
    closeSync(descriptor);
  }
  try {
    // A byte order mark is kept in the text by ignoreBOM, where each format's parser would have its own way with it.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.startsWith("\ufeff")) return text;
  } catch {}
  throw unreadable("it is not UTF-8 text without a byte order mark");
}
