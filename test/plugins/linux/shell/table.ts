/** The tables of shell scripts in cases/, and what one root makes of each of them. */
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Case {
  readonly name: string;
  readonly script: string;
}

const folder = fileURLToPath(new URL("cases", import.meta.url));

/** One for each file of cases/; in it a line of "### NAME" begins a script. */
export const tables: readonly { readonly name: string; readonly cases: readonly Case[] }[] = readdirSync(folder)
  .filter((file) => file.endsWith(".sh"))
  .sort()
  .map((file) => {
    const [, ...parts] = readFileSync(join(folder, file), "utf8").split(/^### (.*)\n/m);
    const cases = parts.flatMap((name, index) => (index % 2 === 0 ? [{ name, script: parts[index + 1] ?? "" }] : []));
    return { name: file.replace(".sh", ""), cases };
  });

/** Runs every script in a process and a folder of its own, one after the other. */
const driver = `
cd /batch/$1 || exit 99
for number in $(/bin/ls scripts); do
  mkdir /work/$1/$number && cd /work/$1/$number || exit 98
  /bin/sh /batch/$1/scripts/$number </dev/null >/batch/$1/$number.stdout 2>/batch/$1/$number.stderr
  echo $? >/batch/$1/$number.status
done
`;

/** Puts a table's scripts into the root; the command in the guest that runs them all. */
export function placeTable(root: string, table: string, cases: readonly Case[]): string[] {
  mkdirSync(join(root, "batch", table, "scripts"), { recursive: true });
  mkdirSync(join(root, "work", table), { recursive: true });
  writeFileSync(join(root, "batch/driver"), driver);
  for (const [index, { script }] of cases.entries()) {
    writeFileSync(join(root, "batch", table, "scripts", numberOf(index)), script);
  }
  return ["/busybox", "sh", "/batch/driver", table];
}

const numberOf = (index: number) => String(index).padStart(3, "0");

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    return `(${(error as NodeJS.ErrnoException).code})`;
  }
}

/** They hold the times at which their members were made. */
const dated = /\.(tar|tgz|tbz|gz|cpio|a)$/;

/** Every file below, with its kind, mode and content or target; times and the sizes of folders are left out. */
function listTree(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      const { mode, nlink } = lstatSync(path);
      const line = `${entry.name} ${mode.toString(8)}`;
      if (entry.isDirectory()) return [line, ...listTree(path).map((below) => `${entry.name}/${below}`)];
      if (entry.isSymbolicLink()) return [`${line} -> ${readlinkSync(path)}`];
      if (!entry.isFile() || dated.test(entry.name)) return [line];
      return [`${line} ${nlink} ${createHash("sha256").update(readText(path), "latin1").digest("hex")}`];
    });
}

/** What a script left behind: its status, its streams and the files in its folder. */
export function readResult(root: string, table: string, index: number) {
  const [status, stdout, stderr] = ["status", "stdout", "stderr"].map((what) =>
    readText(join(root, "batch", table, `${numberOf(index)}.${what}`)),
  );
  let files: string[];
  try {
    files = listTree(join(root, "work", table, numberOf(index)));
  } catch (error) {
    files = [`(${(error as NodeJS.ErrnoException).code})`];
  }
  return { status, stdout, stderr, files };
}
