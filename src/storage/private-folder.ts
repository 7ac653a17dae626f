/** Folders whose content is trusted because nobody else can change it. */
import { accessSync, constants, mkdirSync, type Stats, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { VmPluginError } from "../errors.ts";
import { unusable } from "./home-error.ts";

/**
 * Makes the folder and its missing parents, 0700. VMP_HOME_NOT_PRIVATE when it belongs to another user or when group or
 * others may write to it; VMP_HOME_UNUSABLE when it cannot be made, entered or written.
 */
export function privateFolder(path: string): void {
  let status: Stats;
  try {
    makeFolders(resolve(path));
    status = statSync(path);
    if (!status.isDirectory()) throw new VmPluginError("VMP_HOME_UNUSABLE", { path, reason: "it is not a folder" });
    // The permission bits do not tell a read-only file system.
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(path, error);
  }
  refuseShared(path, status);
}

/** VMP_HOME_NOT_PRIVATE where another user owns it, or where group or others may write to it. */
export function refuseShared(path: string, status: Stats): void {
  const user = process.geteuid?.() ?? status.uid;
  if (status.uid !== user)
    throw new VmPluginError("VMP_HOME_NOT_PRIVATE", {
      path,
      reason: `it belongs to user ${status.uid}, this is user ${user}`,
    });
  if ((status.mode & 0o022) !== 0) {
    const mode = (status.mode & 0o777).toString(8).padStart(3, "0");
    throw new VmPluginError("VMP_HOME_NOT_PRIVATE", { path, reason: `others may write to it, its mode is ${mode}` });
  }
}

/** Not by mkdir's own option: in a folder that takes no folders, as /proc, Node tries for ever. */
function makeFolders(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const parent = dirname(path);
  if (parent !== path) makeFolders(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
