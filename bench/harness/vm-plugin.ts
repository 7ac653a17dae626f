/** The command line of this checkout, as a user runs it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "./process-time.ts";
import { scratchFolder } from "./toolchain.ts";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

interface PackageFile {
  readonly bin: { readonly "vm-plugin": string };
}

export interface RunOptions {
  readonly engine: string;
  /** Folders of plugins to use without installing them. */
  readonly plugins?: readonly string[];
  /** The guest's "/"; the program is named as the guest sees it. */
  readonly root?: string;
  /** Further words of the command line, before the program. */
  readonly options?: readonly string[];
}

/** `vm-plugin run` of a program, without npx and without what the user has installed. */
export function runCommand(options: RunOptions, program: string, ...words: readonly string[]): Command {
  const { bin } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as PackageFile;
  const main = join(repository, bin["vm-plugin"]);
  if (!existsSync(main)) throw new Error(`${main} is missing; run npm run build first`);
  const plugins = (options.plugins ?? []).flatMap((folder) => ["--plugin", folder]);
  const root = options.root === undefined ? [] : ["--root", options.root];
  const further = options.options ?? [];
  return {
    program: process.execPath,
    arguments: [main, "run", "--engine", options.engine, ...plugins, ...root, ...further, program, ...words],
    environment: { VM_PLUGIN_HOME: join(scratchFolder(), "no-home") },
  };
}

/** An embedded guest of test/guests; the architecture as manifests name it. */
export function guestPath(architecture: string, program: string): string {
  return join(repository, "test/guests", architecture, program);
}
