/**
 * npm run generate: writes headers, TypeScript and the reference page from the contracts.
 *   --check                      writes nothing; exit status 1, with the names of files that differ (125: it failed)
 *   --contract FILE --out DIR    the contracts that FILE exports, into DIR/include and DIR/typescript
 *   --runtime MODULE             with --contract: what the generated TypeScript imports, default "vm-plugin/contracts/runtime"
 */
import { basename, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Contract } from "../../contracts/language/index.ts";
import { describe, reasonOf, VmPluginError } from "../../errors.ts";
import { differing, leftBehind, write } from "./files.ts";
import type { ContractSource, Output } from "./outputs.ts";
import { outputsOf } from "./outputs.ts";
import { ownFolders, ownOutputs } from "./own-outputs.ts";

/** The contracts that a module exports, by whatever names. VMP_INVALID_ARGUMENT when it cannot be run, or exports none. */
async function exportedContracts(file: string): Promise<ContractSource[]> {
  const what = `contract ${basename(file)}`;
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(resolve(file)).href);
  } catch (cause) {
    throw new VmPluginError("VMP_INVALID_ARGUMENT", { what, reason: reasonOf(cause) }, { cause });
  }
  const isContract = (value: unknown): value is Contract =>
    typeof value === "object" && value !== null && "declarations" in value && "version" in value;
  const found = [...new Set(Object.values(module).filter(isContract))];
  if (found.length === 0) throw new VmPluginError("VMP_INVALID_ARGUMENT", { what, reason: "it exports no contract" });
  return found.map((contract) => ({ contract, source: basename(file) }));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      contract: { type: "string" },
      out: { type: "string" },
      runtime: { type: "string", default: "vm-plugin/contracts/runtime" },
    },
  });
  let outputs: Output[];
  let root: string;
  if (values.contract === undefined) {
    root = fileURLToPath(new URL("../../../", import.meta.url));
    outputs = ownOutputs();
  } else {
    if (values.out === undefined)
      throw new VmPluginError("VMP_ARGUMENT_MISSING", { command: "generate", argument: "--out" });
    root = resolve(values.out);
    const { runtime } = values;
    outputs = outputsOf(await exportedContracts(values.contract), {
      include: "include",
      typescript: "typescript",
      runtime,
      foreign: runtime,
      isOwn: false,
    });
  }
  if (!values.check) {
    for (const path of write(root, outputs)) console.log(path);
    return 0;
  }
  const paths = differing(root, outputs);
  for (const path of paths) console.error(`${path} differs from its contract: run npm run generate`);
  const stale = values.contract === undefined ? leftBehind(root, Object.values(ownFolders), outputs) : [];
  for (const path of stale) console.error(`${path} belongs to no contract any longer: remove it`);
  return paths.length + stale.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(`vm-plugin: ${describe(error)}`);
    if (!(error instanceof VmPluginError)) console.error(error);
    // As the command's own failures: 1 says that files differ.
    process.exitCode = 125;
  }
}
