/** The package's tarballs, made as a release makes them, and projects that install them without a network. */
import { execFile } from "node:child_process";
import { readdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "../../bench/harness/toolchain.ts";
import { packageRoot } from "../../src/package-root.ts";
import { folder } from "../support/folder.ts";

export const root = packageRoot();
export const platform = `${process.platform}-${process.arch}`;
const elsewhere = `${process.platform}-${process.arch === "x64" ? "arm64" : "x64"}`;

interface Where {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Answers what the program printed; throws with its stderr when it fails. A build takes minutes: nothing is blocked. */
export async function execute(program: string, args: readonly string[], where: Where = {}): Promise<string> {
  const running = promisify(execFile)(program, args, { ...where, maxBuffer: 1 << 26 });
  running.child.stdin?.end();
  return (await running).stdout;
}

/** What `npm publish` uploads; dist/ is that of `npm test`. */
export async function packed(): Promise<string> {
  const destination = folder();
  await execute("npm", ["run", "--silent", "build:prebuilds"], { cwd: root });
  // A cache of its own: there may be no home.
  const options = ["--json", "--ignore-scripts", "--pack-destination", destination, "--cache", folder()];
  const output = await execute("npm", ["pack", ...options], { cwd: root });
  const [{ filename }] = JSON.parse(output) as [{ filename: string }];
  return join(destination, filename);
}

/** The same with its dependencies inside. */
export async function withDependencies(tarball: string): Promise<string> {
  const program = join(root, ".ci/pack-offline.mjs");
  return (await execute(process.execPath, [program, tarball, folder()])).trim();
}

export async function unpacked(tarball: string): Promise<string> {
  const path = folder();
  await execute("tar", ["-xzf", tarball, "-C", path]);
  return join(path, "package");
}

/** The same as if it had been packed on a machine of another processor: without this platform's binaries and hashes. */
export async function ofAnotherPlatform(tarball: string): Promise<string> {
  const path = await unpacked(tarball);
  renameSync(join(path, "prebuilds", platform), join(path, "prebuilds", elsewhere));
  for (const name of readdirSync(join(path, "plugins"))) {
    rmSync(join(path, "plugins", name, "prebuilds"), { recursive: true, force: true });
  }
  await execute(process.execPath, [join(path, "dist/host/builtins/build-builtins.js")]);
  const result = join(folder(), "other-platform.tgz");
  await execute("tar", ["-czf", result, "-C", join(path, ".."), "package"]);
  return result;
}

/** A folder to be PATH: Node, npm and a shell, nothing that compiles. */
export function pathWithoutCompilers(): string {
  const path = folder();
  symlinkSync(process.execPath, join(path, "node"));
  symlinkSync("/bin/sh", join(path, "sh"));
  for (const name of ["npm", "npx"]) symlinkSync(realpathSync(findProgram(name) ?? ""), join(path, name));
  return path;
}

export interface Project {
  readonly path: string;
  /** Where the package lies in it. */
  readonly installed: string;
  /** Runs a program in the project, or in another folder, with the environment of its installation. */
  run(command: readonly [string, ...string[]], cwd?: string): Promise<string>;
}

/** A new project with the tarball as its one dependency; no registry, no cache and no user's settings help. */
export async function install(tarball: string, PATH: string): Promise<Project> {
  const [path, home] = [folder(), folder()];
  const env = {
    PATH,
    HOME: home,
    npm_config_cache: join(home, "cache"),
    npm_config_globalconfig: join(home, "npmrc"),
    npm_config_offline: "true",
    npm_config_registry: "http://127.0.0.1:9/",
    npm_config_update_notifier: "false",
    npm_config_audit: "false",
  };
  const run: Project["run"] = ([program, ...args], cwd = path) => execute(program, args, { cwd, env });
  writeFileSync(join(path, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }));
  await run(["npm", "install", tarball]);
  return { path, installed: join(path, "node_modules/vm-plugin"), run };
}
