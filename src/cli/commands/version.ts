import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../package-root.ts";
import { describeOptions, type OptionDescription, parseOptions, refuseArguments } from "../options.ts";

const described = { help: { short: "h", help: "this text" } } satisfies Record<string, OptionDescription>;

const usage = `Usage: vm-plugin version

Prints the version.

${describeOptions(described)}
`;

/** `vm-plugin version`: the exit status. */
export async function version(args: readonly string[]): Promise<number> {
  const { options, rest } = parseOptions("version", args, described);
  if (options.has("help")) {
    process.stdout.write(usage);
    return 0;
  }
  refuseArguments("version", rest);
  const manifest = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string };
  process.stdout.write(`vm-plugin ${manifest.version}\n`);
  return 0;
}
