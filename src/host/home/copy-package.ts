/** Copies a package's folder, and notices when it changes meanwhile. */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { VmPluginError } from "../../errors.ts";
import { bundledDependencies, notPacked } from "./bundled-dependencies.ts";
import { type TreeFile, walkFiles } from "./tree.ts";

/**
 * `to` is an empty folder; it is left half filled when this rejects: VMP_PACKAGE_FILE_REFUSED, _TOO_LARGE or _CHANGED. `copied`
 * hears of each file. Folders without files are not taken along.
 */
export async function copyPackage(
  from: string,
  to: string,
  copied: (done: number, total: number) => void,
): Promise<void> {
  const skip = notPacked(bundledDependencies(from));
  const { files } = await walkFiles(from, skip);
  for (const [index, file] of files.entries()) {
    await mkdir(dirname(join(to, file.path)), { recursive: true, mode: 0o700 });
    await copyFile(file, from, to);
    copied(index + 1, files.length);
  }
  const signatures = (list: readonly TreeFile[]) =>
    list.map(({ path, signature }) => `${path} ${signature}`).join("\n");
  if (signatures((await walkFiles(from, skip)).files) !== signatures(files))
    throw new VmPluginError("VMP_PACKAGE_CHANGED", { path: from });
}

async function copyFile({ path, size, executable }: TreeFile, from: string, to: string): Promise<void> {
  // O_NONBLOCK: a pipe that took the file's place would be waited for.
  const source = await open(join(from, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!(await source.stat()).isFile()) throw new VmPluginError("VMP_PACKAGE_CHANGED", { path: join(from, path) });
    const target = await open(join(to, path), "wx", executable ? 0o700 : 0o600);
    try {
      if ((await copyBytes(source, target, size)) !== size)
        throw new VmPluginError("VMP_PACKAGE_CHANGED", { path: join(from, path) });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Stops behind `limit` bytes: a file that grows must not fill the disk. */
async function copyBytes(source: FileHandle, target: FileHandle, limit: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(Math.min(limit + 1, 2 ** 20));
  let copied = 0;
  while (copied <= limit) {
    const { bytesRead } = await source.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) break;
    await target.writeFile(buffer.subarray(0, bytesRead));
    copied += bytesRead;
  }
  return copied;
}
