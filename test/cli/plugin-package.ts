/** Packages of plugins as a user has them, and a home of their own for a test. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "../support/folder.ts";
import { type Result, vmPlugin } from "./vm-plugin.ts";

export interface PackageOptions {
  readonly id?: string;
  readonly version?: string;
  /** More of package.json, and of vmPlugin in it. */
  readonly manifest?: object;
  readonly vmPlugin?: object;
  /** Statements of the module, and methods of the plugin. */
  readonly head?: string;
  readonly methods?: string;
}

export const schema = {
  type: "object",
  properties: {
    greeting: { type: "string", minLength: 1, default: "hello", description: "said first" },
    server: {
      type: "object",
      properties: { ports: { type: "array", items: { type: "integer", minimum: 1 } }, name: { type: "string" } },
    },
    old: { type: "boolean", deprecated: true },
  },
  additionalProperties: false,
};

/** A logger that says in its health what it was configured with, and refuses the greeting "bad". */
export function pluginPackage(options: PackageOptions = {}): string {
  const { id = "greeter", version = "1.0.0", manifest = {}, vmPlugin: more = {}, head = "", methods = "" } = options;
  const path = join(folder(), id);
  mkdirSync(path);
  const vmPluginObject = {
    id,
    engines: { vm: "^0.1.0" },
    entry: { module: "index.js" },
    tiers: ["inline"],
    provides: [{ point: "debug.logger", name: id, contract: "1.0", priority: -1 }],
    configuration: schema,
    ...more,
  };
  const text = { name: `test-${id}`, version, description: "A plugin of a test", author: "a test", type: "module" };
  writeFileSync(join(path, "package.json"), JSON.stringify({ ...text, ...manifest, vmPlugin: vmPluginObject }));
  writeFileSync(
    join(path, "index.js"),
    `import { definePlugin } from "vm-plugin/sdk";
     ${head}
     let greeting = "";
     export default definePlugin({
       initialize({ configuration }) { greeting = configuration.greeting; },
       configurationChanged(configuration) {
         if (configuration.greeting === "bad") throw new Error("not this one");
         greeting = configuration.greeting;
       },
       healthCheck: () => ({ status: "healthy", message: greeting + " from ${version}" }),
       points: { "debug.logger": { "${id}": { create: () => ({ log() {} }) } } },
       ${methods}
     });`,
  );
  return path;
}

/** What npm makes of it. */
export function packed(path: string): string {
  const place = folder();
  const options = ["--silent", "--pack-destination", place, "--cache", folder()];
  return join(place, execFileSync("npm", ["pack", ...options, path], { cwd: place, encoding: "utf8" }).trim());
}

export interface TestHome {
  readonly path: string;
  readonly environment: NodeJS.ProcessEnv;
  /** The command, in this home. */
  run(...words: string[]): Result;
  /** The same, with --json: the document that it prints. Throws what it complains of instead. */
  // biome-ignore lint/suspicious/noExplicitAny: each command has its own
  json(...words: string[]): any;
}

/** A home that nobody has used yet. */
export function testHome(): TestHome {
  const path = join(folder(), "home");
  const environment = { ...process.env, VM_PLUGIN_HOME: path };
  const run = (...words: string[]) => vmPlugin(words, { env: environment });
  return {
    path,
    environment,
    run,
    json: (...words) => {
      const { stdout, stderr } = run(...words, "--json");
      if (stdout === "") throw new Error(stderr);
      return JSON.parse(stdout);
    },
  };
}

/** Of a command that did its work and complained of nothing. */
export function done(stdout: string): Result {
  return { status: 0, stdout, stderr: "" };
}
