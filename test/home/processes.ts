/** Runs test/home/driver.ts in processes of its own: bundled once, run by plain node. */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { packageRoot } from "../../src/package-root.ts";
import { folder } from "../support/folder.ts";

/** The driver's path, in a folder that looks like the package: its addon and its dependencies are the package's. */
export async function buildDriver(): Promise<string> {
  const root = folder();
  // For a process of another user.
  chmodSync(root, 0o755);
  for (const name of ["build", "node_modules"]) symlinkSync(join(packageRoot(), name), join(root, name));
  await build({
    entryPoints: [join(import.meta.dirname, "driver.ts")],
    outdir: join(root, "dist"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What is imported late stays late.
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["esbuild", "node-gyp-build"],
    // For CommonJS in the bundle.
    banner: {
      js: `import * as nodeModule__ from "node:module"; const require = nodeModule__.createRequire(import.meta.url);`,
    },
    logLevel: "warning",
  });
  // Whatever the umask is.
  spawnSync("chmod", ["-R", "a+rX", join(root, "dist")]);
  return join(root, "dist/driver.mjs");
}

export interface Outcome {
  readonly result?: unknown;
  readonly failure?: string;
  /** Undefined when it ended by itself. */
  readonly signal: NodeJS.Signals | undefined;
}

/** The first word of `command` is the program. */
export function start(command: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const [program = "", ...words] = command;
  // One thread for files: what happens, happens in the same order each time.
  const env = { ...process.env, UV_THREADPOOL_SIZE: "1", ...options.env };
  return spawn(program, words, { stdio: ["pipe", "pipe", "inherit"], ...options, env });
}

export async function run(command: readonly string[], options: SpawnOptions = {}): Promise<Outcome> {
  const child = start(command, options);
  child.stdin?.end();
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const signal = await new Promise<NodeJS.Signals | undefined>((resolve, reject) => {
    child.on("error", reject).on("close", (_, by) => resolve(by ?? undefined));
  });
  return { ...(text === "" ? {} : (JSON.parse(text) as object)), signal };
}
