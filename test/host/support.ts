/** Real folders with real plugins, removed after each test. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect } from "vitest";
import { describe as describeError, VmPluginError } from "../../src/errors.ts";
import { contractFacts } from "../../src/host/contract-facts.ts";
import type { NativePlugins } from "../../src/native.ts";
import { packageRoot } from "../../src/package-root.ts";

/** What the plugins of the tests are compared with. */
export const facts = { vm: "0.1.0", ...contractFacts() };

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A fresh folder outside of any package, with these files. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "vm-plugin-test-"));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
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

/** The error that `work` gives; the test fails when it gives none, or one without a code. */
export async function errorOf(work: () => unknown): Promise<VmPluginError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof VmPluginError) return error;
    throw error;
  }
  return expect.unreachable("no error was given");
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
    deinitPlugin: async (plugin) => note(`deinit ${plugin.id}`),
  };
}
