/**
 * A plugin's content as it is installed. Its files are listed in one file of the folder, a line each, sorted by path:
 * the SHA-256 of the file in hexadecimal digits, "x" for an executable or "-", the path, separated by single spaces. The SHA-256
 * of that list is the content's hash and the folder's name, so that the hash stands for every path, bit and byte.
 */
import { chmodSync, readFileSync } from "node:fs";
import { chmod, open, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { reasonOf } from "../../errors.ts";
import { walkFiles } from "./tree.ts";

/** Where the list stands in the folder. */
export const listFile = ".vm-plugin.files";
/** The name of the bundled module, beside the module that the manifest names: what it finds by its own address still lies there. */
export const moduleName = ".vm-plugin.mjs";
/** How the names of both begin; no file of a package may have such a name. */
export const reservedPrefix = ".vm-plugin.";

const firstLine = "vm-plugin files 1";

/** SHA-256 of each file by its path, as the list says. Throws when there is no list, or one that is not ours. */
export function readFileList(folder: string): Readonly<Record<string, string>> {
  const [first, ...lines] = readFileSync(join(folder, listFile), "utf8").split("\n");
  if (first !== firstLine || lines.pop() !== "") throw new Error("the list of its files is damaged");
  const files: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const [, hash, path] = /^([0-9a-f]{64}) [x-] (.+)$/s.exec(line) ?? [];
    if (hash === undefined || path === undefined) throw new Error("the list of its files is damaged");
    files[path] = hash;
  }
  return files;
}

/**
 * Writes the list, brings everything to the disk, makes it read-only and answers the content's hash. The folder itself stays
 * writable: renaming it to another parent needs that.
 */
export async function sealContent(folder: string): Promise<string> {
  const { files, folders } = await walkFiles(folder);
  const list = await listOf(folder, files, 0o500, 0o400);
  await writeFile(join(folder, listFile), list, { flag: "wx" });
  await synchronize(join(folder, listFile), 0o400);
  for (const path of folders.reverse()) await synchronize(join(folder, path), 0o500);
  await synchronize(folder);
  return sha256(list);
}

/** The last step, once the folder is in its place. */
export function closeContent(folder: string): void {
  chmodSync(folder, 0o500);
}

/** Why the folder is not the whole content of this hash; undefined when it is. */
export async function contentProblem(folder: string, hash: string): Promise<string | undefined> {
  try {
    const list = readFileSync(join(folder, listFile), "utf8");
    if ((await sha256(list)) !== hash) return "the list of its files was changed";
    const { files } = await walkFiles(folder);
    const found = await listOf(
      folder,
      files.filter(({ path }) => path !== listFile),
    );
    if (found === list) return undefined;
    const expected = new Set(list.split("\n"));
    const wrong = found.split("\n").find((line) => !expected.has(line)) ?? "";
    return wrong === "" ? "a file is missing" : `${wrong.slice(67)} was added or changed`;
  } catch (error) {
    return reasonOf(error);
  }
}

interface ListedFile {
  readonly path: string;
  readonly executable: boolean;
}

/** With modes, every file is brought to the disk and gets one of them. */
async function listOf(
  folder: string,
  files: readonly ListedFile[],
  executableMode?: number,
  mode?: number,
): Promise<string> {
  const { createHash } = await import("node:crypto");
  const lines: string[] = [];
  for (const { path, executable } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const hash = createHash("sha256");
    const file = await open(join(folder, path));
    try {
      for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 2 ** 20 })) hash.update(chunk);
      const wanted = executable ? executableMode : mode;
      if (wanted !== undefined) {
        await file.sync();
        await file.chmod(wanted);
      }
    } finally {
      await file.close();
    }
    lines.push(`${hash.digest("hex")} ${executable ? "x" : "-"} ${path}\n`);
  }
  return `${firstLine}\n${lines.join("")}`;
}

/** Brings a file or a folder's names to the disk. */
export async function synchronize(path: string, mode?: number): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  if (mode !== undefined) await chmod(path, mode);
}

async function sha256(text: string): Promise<string> {
  const { createHash } = await import("node:crypto");
  return createHash("sha256").update(text).digest("hex");
}

/** The path of the bundle of the module at `entry`, a path of a manifest. */
export function bundledModule(entry: string): string {
  return join(dirname(entry), moduleName);
}
