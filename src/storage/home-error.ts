/** What the system says of a file or folder of the home, as one error with its reason in words. */
import { constants } from "node:os";
import { reasonOf, VmPluginError } from "../errors.ts";

const words: Readonly<Record<string, string>> = {
  EACCES: "you may not use it",
  EEXIST: "something else is in its place",
  EIO: "the disk failed",
  EISDIR: "it is a folder",
  ELOOP: "it is a link",
  EMFILE: "this process has too many open files",
  ENAMETOOLONG: "its name is too long",
  ENOENT: "it is missing",
  ENOSPC: "no space is left",
  ENOTDIR: "a part of the path is not a folder",
  EPERM: "you may not use it",
  EROFS: "it is read-only",
};

/** Why a call of node:fs failed. */
export function failureOf(error: unknown): string {
  const { code = "", errno } = Object(error) as NodeJS.ErrnoException;
  // libuv has no name for it.
  if (errno === -constants.errno.EDQUOT) return "your quota is used up";
  return words[code] ?? reasonOf(error);
}

/** VMP_HOME_UNUSABLE with the reason; an error that has a code of ours stays. */
export function unusable(path: string, error: unknown): VmPluginError {
  if (error instanceof VmPluginError) return error;
  return new VmPluginError("VMP_HOME_UNUSABLE", { path, reason: failureOf(error) }, { cause: error });
}
