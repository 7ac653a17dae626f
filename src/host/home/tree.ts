/** Walks folders that hold a plugin. Links are never followed. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { VmPluginError } from "../../errors.ts";

/** Files and folders, and bytes, that a plugin may have. */
export const largestContent = { entries: 20_000, bytes: 512 * 2 ** 20 } as const;

export interface TreeFile {
  /** Relative, with /. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly executable: boolean;
  /** Differs when the file was replaced or written to. */
  readonly signature: string;
}

export interface Tree {
  readonly files: readonly TreeFile[];
  /** Relative, each behind the one that it lies in. */
  readonly folders: string[];
}

/**
 * Every regular file below `root`. `skip` leaves a file or folder out by its relative path. VMP_PACKAGE_FILE_REFUSED names what is
 * neither file nor folder, or has a name that cannot be listed; VMP_PACKAGE_TOO_LARGE.
 */
export async function walkFiles(root: string, skip: (path: string) => boolean = () => false): Promise<Tree> {
  const files: TreeFile[] = [];
  const folders: string[] = [];
  const pending = [""];
  let bytes = 0;
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const name of (await readdir(join(root, folder))).sort()) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (skip(path)) continue;
      const refuse = (reason: string) =>
        new VmPluginError("VMP_PACKAGE_FILE_REFUSED", { path: join(root, path), reason });
      // U+FFFD stands where a name is not UTF-8.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
      if (/[\u0000-\u001f\u007f\\\ufffd]/.test(name))
        throw refuse("its name is not printable UTF-8, or has a backslash");
      const status = await lstat(join(root, path), { bigint: true });
      if (status.isDirectory()) {
        folders.push(path);
        pending.push(path);
      } else if (status.isFile()) {
        const { dev, ino, size, mode, mtimeNs, ctimeNs } = status;
        const signature = [dev, ino, size, mode, mtimeNs, ctimeNs].join();
        files.push({ path, size: Number(size), executable: (mode & 0o111n) !== 0n, signature });
        bytes += Number(size);
      } else throw refuse(status.isSymbolicLink() ? "it is a link" : "it is neither a file nor a folder");
      refuseTooLarge(root, files.length + folders.length, bytes);
    }
  }
  return { files, folders };
}

function refuseTooLarge(path: string, entries: number, bytes: number): void {
  if (entries > largestContent.entries)
    throw new VmPluginError("VMP_PACKAGE_TOO_LARGE", { path, what: "files", limit: largestContent.entries });
  if (bytes > largestContent.bytes)
    throw new VmPluginError("VMP_PACKAGE_TOO_LARGE", { path, what: "bytes", limit: largestContent.bytes });
}
