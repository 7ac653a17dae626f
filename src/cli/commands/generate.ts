import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join, resolve } from "node:path";
import { reasonOf, VmPluginError } from "../../errors.ts";
import { packageRoot } from "../../package-root.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { print, printJson } from "../output.ts";
import { jsonOption } from "../shared-options.ts";

function required(call: Call, name: string): string {
  const value = call.value(name);
  if (value === undefined)
    throw new VmPluginError("VMP_ARGUMENT_MISSING", { command: "generate", argument: `--${name}` });
  return value;
}

/** The contract as one JavaScript module in `folder`. */
async function bundleContract(file: string, folder: string): Promise<string> {
  const { build } = await import("esbuild");
  const outfile = join(folder, `${basename(file, extname(file))}.mjs`);
  try {
    await build({
      entryPoints: [file],
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      logLevel: "silent",
      alias: { "vm-plugin/contracts": join(packageRoot(), "dist/contracts/index.js") },
    });
  } catch (cause) {
    throw new VmPluginError("VMP_INVALID_ARGUMENT", { what: `--contract ${file}`, reason: reasonOf(cause) }, { cause });
  }
  return outfile;
}

export const generate: Command = {
  name: "generate",
  about: `Writes the C headers, the marshalling, the TypeScript and the reference page of your own extension points.
With --json: { written: [path...], upToDate }.`,
  arguments: [],
  options: {
    contract: {
      value: "FILE",
      help: "TypeScript or JavaScript module that exports contracts of vm-plugin/contracts",
      complete: "file",
    },
    out: { value: "DIR", help: "where to write: DIR/include and DIR/typescript", complete: "folder" },
    check: { help: "write nothing; exit with 3 when what is there differs" },
    json: jsonOption,
  },
  async run(call) {
    const file = resolve(required(call, "contract"));
    const out = resolve(required(call, "out"));
    if (!existsSync(file))
      throw new VmPluginError("VMP_INVALID_ARGUMENT", { what: `--contract ${file}`, reason: "there is no such file" });
    const folder = mkdtempSync(join(tmpdir(), "vm-plugin-generate-"));
    try {
      const contract = await bundleContract(file, folder);
      // A program of its own, so that this command's file stays small for those who run guests.
      const generator = join(packageRoot(), "dist/sdk/generator/main.js");
      const words = ["--contract", contract, "--out", out, ...(call.has("check") ? ["--check"] : [])];
      const { status, stdout } = spawnSync(process.execPath, [generator, ...words], {
        stdio: ["ignore", "pipe", "inherit"],
        encoding: "utf8",
      });
      const written = stdout.split("\n").filter((line) => line !== "");
      // The generator's own status for files that differ.
      const differs = status === 1 && call.has("check");
      if (!call.has("json")) print(stdout);
      else if (status === 0 || differs) printJson({ written, upToDate: !differs });
      if (differs) return exitStatus.unhealthy;
      return status === 0 ? 0 : exitStatus.failed;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
