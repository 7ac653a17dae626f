/** The program of the build that writes dist/builtins.json: `node dist/host/build-builtins.js`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "../../errors.ts";
import { packageRoot } from "../../package-root.ts";
import { writeBuiltinIndex } from "./builtin-index.ts";
import { contractFacts } from "./contract-facts.ts";

const root = packageRoot();
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
try {
  const { plugins } = await writeBuiltinIndex(root, { vm: version, ...contractFacts() });
  process.stdout.write(`built-in plugins: ${plugins.map((plugin) => plugin.manifest.id).join(", ")}\n`);
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
}
