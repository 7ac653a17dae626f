import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../package-root.ts";
import type { Command } from "../command.ts";
import { printJson, printLine } from "../output.ts";
import { jsonOption } from "../shared-options.ts";

export const version: Command = {
  name: "version",
  about: "Prints the version. With --json: { version, node, platform }.",
  arguments: [],
  options: { json: jsonOption },
  async run(call) {
    const manifest = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string };
    const { version: node, platform, arch } = process;
    if (call.has("json"))
      printJson({ version: manifest.version, node: node.slice(1), platform: `${platform}-${arch}` });
    else printLine(`vm-plugin ${manifest.version}`);
    return 0;
  },
};
