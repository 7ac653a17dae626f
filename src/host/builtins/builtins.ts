/** The built-in plugins: one file that the package's build wrote (builtin-index.ts), so that start-up validates nothing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reasonOf, VmPluginError } from "../../errors.ts";
import type { HostFacts } from "../host-facts.ts";
import { type Manifest, platform } from "../manifest/manifest.ts";
import type { BuiltinFiles, PluginRecord } from "../plugin-record.ts";

/** dist/builtins.json. Folders and files are relative to the package's root. */
export interface BuiltinIndex {
  readonly format: 1;
  readonly facts: HostFacts;
  readonly plugins: readonly { readonly manifest: Manifest; readonly folder: string; readonly files: BuiltinFiles }[];
}

export const builtinIndexPath = "dist/builtins.json";

export interface Builtins {
  readonly facts: HostFacts;
  readonly records: readonly PluginRecord[];
}

/** One file read. VMP_BUILTINS_NOT_BUILT or VMP_BUILTINS_MALFORMED else. */
export function readBuiltins(packageRoot: string): Builtins {
  const path = join(packageRoot, builtinIndexPath);
  let index: BuiltinIndex;
  try {
    index = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") throw new VmPluginError("VMP_BUILTINS_NOT_BUILT", { path });
    throw new VmPluginError("VMP_BUILTINS_MALFORMED", { path, reason: reasonOf(cause) }, { cause });
  }
  if (index?.format !== 1 || typeof index.facts !== "object" || !Array.isArray(index.plugins))
    throw new VmPluginError("VMP_BUILTINS_MALFORMED", { path, reason: "it is of another format" });
  // One that is for other systems alone is none here.
  const here = index.plugins.filter(
    ({ manifest: { entry } }) => entry.module !== undefined || entry.native?.[platform] !== undefined,
  );
  const records = here.map(({ manifest, folder, files }): PluginRecord => {
    const module = files.module && { ...files.module, path: join(packageRoot, files.module.path) };
    return { manifest, folder: join(packageRoot, folder), builtin: { ...files, module } };
  });
  return { facts: index.facts, records };
}
