import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join, resolve } from "node:path";
import { reasonOf, VmPluginError } from "../../errors.ts";
import { packageRoot } from "../../package-root.ts";
import { exitStatus } from "../exit-status.ts";
import { describeOptions, type OptionDescription, parseOptions, refuseArguments } from "../options.ts";

const described = {
  contract: { value: "FILE", help: "TypeScript or JavaScript module that exports contracts of vm-plugin/contracts" },
  out: { value: "DIR", help: "where to write: DIR/include and DIR/typescript" },
  check: { help: "write nothing; fail when what is there differs" },
  help: { short: "h", help: "this text" },
} satisfies Record<string, OptionDescription>;

const usage = `Usage: vm-plugin generate --contract FILE --out DIR

Writes the C headers, the marshalling, the TypeScript and the reference page of your own extension points.

${describeOptions(described)}
`;

function required(options: ReadonlyMap<string, readonly string[]>, name: string): string {
  const value = options.get(name)?.[0];
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

/** `vm-plugin generate`: the exit status. */
export async function generate(args: readonly string[]): Promise<number> {
  const { options, rest } = parseOptions("generate", args, described);
  if (options.has("help")) {
    process.stdout.write(usage);
    return 0;
  }
  refuseArguments("generate", rest);
  const file = resolve(required(options, "contract"));
  const out = resolve(required(options, "out"));
  if (!existsSync(file)) {
    throw new VmPluginError("VMP_INVALID_ARGUMENT", { what: `--contract ${file}`, reason: "there is no such file" });
  }
  const folder = mkdtempSync(join(tmpdir(), "vm-plugin-generate-"));
  try {
    const contract = await bundleContract(file, folder);
    // A program of its own, so that this command's file stays small for those who run guests.
    const generator = join(packageRoot(), "dist/sdk/generator/main.js");
    const words = ["--contract", contract, "--out", out, ...(options.has("check") ? ["--check"] : [])];
    return spawnSync(process.execPath, [generator, ...words], { stdio: "inherit" }).status ?? exitStatus.failed;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
