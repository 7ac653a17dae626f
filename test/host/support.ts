/** Real folders with real plugins. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, vi } from "vitest";
import { describe as describeError } from "../../src/errors.ts";
import { writeBuiltinIndex } from "../../src/host/builtins/builtin-index.ts";
import { contractFacts } from "../../src/host/builtins/contract-facts.ts";
import { PluginManager } from "../../src/host/plugin-manager.ts";
import type { PluginManagerOptions } from "../../src/host/plugin-manager-options.ts";
import type { NativePlugins } from "../../src/native.ts";
import { packageRoot } from "../../src/package-root.ts";
import { errorOf } from "../support/errors.ts";
import { folder } from "../support/folder.ts";

/** What the plugins of the tests are compared with. */
export const facts = { vm: "0.1.0", ...contractFacts() };

/** A fresh folder outside of any package, with these files. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = folder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

export interface ManifestParts {
  [key: string]: unknown;
}

/** The text of a valid package.json; `parts` replace what vmPlugin holds, an undefined part takes its key out. */
export function packageJson(parts: ManifestParts = {}, npm: ManifestParts = {}): string {
  return JSON.stringify({
    name: "acme-console",
    version: "1.2.3",
    ...npm,
    vmPlugin: {
      id: "acme.console",
      engines: { vm: ">=0.1.0" },
      entry: { module: "./index.ts" },
      tiers: ["inline"],
      provides: [{ point: "debug.logger", name: "console", contract: "1.0" }],
      ...parts,
    },
  });
}

/** `CODE: message. Fix: ...` of what `work` throws. */
export async function failureOf(work: () => unknown): Promise<string> {
  return describeError(await errorOf(work));
}

/** A package like vm-plugin itself, with these plugins (folder: files) as its built-ins; its index is not yet written. */
export function packageWith(plugins: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>>): string {
  const files: Record<string, string | Uint8Array> = { "plugins/.keep": "" };
  for (const [folder, contents] of Object.entries(plugins))
    for (const [path, content] of Object.entries(contents)) files[`plugins/${folder}/${path}`] = content;
  const root = folderWith(files);
  // The SDK of the running package, which the plugins are built with.
  symlinkSync(join(packageRoot(), "src"), join(root, "src"));
  return root;
}

/** Stands in for the addon where only the host is tested: libraries are paths, every method succeeds and is written down. */
export function recordedNative(calls: string[] = []): NativePlugins {
  const note = (call: string) => {
    calls.push(call);
  };
  return {
    async loadPlugin(path, id) {
      note(`load ${id}`);
      return { id, path, handle: {}, abi: { major: 1, minor: 0, lowest: 0 } };
    },
    lifecycle: async (plugin, method) => note(`${method} ${plugin.id}`),
    healthCheck: async () => ({ status: "healthy", message: "" }),
    exportState: async () => undefined,
    importState: async () => {},
    migrateConfiguration: async () => undefined,
    deinitPlugin: async (plugin) => note(`deinit ${plugin.id}`),
    createInstance: () => expect.unreachable("these libraries hold nothing"),
  };
}

/** A module plugin in a folder of its own; `body` is what definePlugin gets. */
export function plugin(id: string, parts: ManifestParts = {}, body = "{}", npm: ManifestParts = {}): string {
  return folderWith({
    "package.json": packageJson({ id, type: "test", provides: [], ...parts }, npm),
    "index.ts": `import { definePlugin, PluginError } from "vm-plugin/sdk";
const calls: string[] = ((globalThis as any).calls ??= []);
void PluginError;
export default definePlugin(${body} as any);`,
  });
}

/** What the plugins of a test wrote down. */
export function calls(): string[] {
  const scope = globalThis as { calls?: string[] };
  scope.calls ??= [];
  return scope.calls;
}

/** A definition whose methods write down that they ran. */
export const noting = (id: string) =>
  `{ ${["initialize", "start", "stop", "cleanup"].map((name) => `${name}: async () => { await null; calls.push("${name} ${id}"); }`).join(", ")} }`;

export async function openHost(plugins: string[], options: Partial<PluginManagerOptions> = {}): Promise<PluginManager> {
  calls().length = 0;
  const root = packageWith({});
  await writeBuiltinIndex(root, facts);
  return PluginManager.open({ packageRoot: root, native: recordedNative(), plugins, ...options });
}

/** The failure of `work` when the time-out strikes while a plugin's method hangs, after it noted `call`. */
export async function afterTimeOut(call: string, work: () => Promise<unknown>): Promise<string> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const failure = failureOf(work);
    while (!calls().includes(call)) await new Promise(setImmediate);
    vi.advanceTimersByTime(10_000);
    return await failure;
  } finally {
    vi.useRealTimers();
  }
}

/** A plugin of one logger, which needs a `prefix` and refuses to `fail`. */
export const loggerBody = `{ points: { "debug.logger": { console: {
  create: ({ name, configuration, log, signal }) => {
    if (configuration.fail) throw new PluginError("NO_TERMINAL", "there is no terminal");
    log.info("made " + name);
    signal.addEventListener("abort", () => calls.push("abort"));
    return { seen: [], log(record) { calls.push(configuration.prefix + record.message); return this; } };
  },
  validateConfiguration: (configuration) => {
    if (configuration.prefix === undefined) throw new PluginError("NO_PREFIX", "prefix is missing");
  },
  destroy: () => void calls.push("destroy"),
} } } }`;
export const loggerParts = { provides: [{ point: "debug.logger", name: "console", contract: "1.0", priority: 5 }] };
