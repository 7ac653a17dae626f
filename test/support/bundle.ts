/** Programs of tests as plain JavaScript, for processes that have to start fast or be traced. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { packageRoot } from "../../src/package-root.ts";

/** The path of the program, with all that it imports, in `folder`. It takes the package to be where it is. */
export async function bundleProgram(source: string, folder: string): Promise<string> {
  const outfile = join(folder, "program.mjs");
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "silent",
    define: { "import.meta.url": JSON.stringify(pathToFileURL(join(packageRoot(), "src", "program.ts")).href) },
    banner: { js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire("/");' },
  });
  return outfile;
}
