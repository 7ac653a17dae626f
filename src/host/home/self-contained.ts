/** An installed plugin brings everything along: nothing of it is found by looking around where it happens to lie. */
import { existsSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Plugin } from "esbuild";
import { reasonOf, VmPluginError } from "../../errors.ts";
import { dependenciesOf } from "./bundled-dependencies.ts";

/** Of a native plugin: nobody bundles for it, so that what it depends on has to lie in its own node_modules. */
export function refuseMissingDependencies(id: string, folder: string): void {
  const missing = dependenciesOf(folder).find(
    (name) => name !== "vm-plugin" && !existsSync(join(folder, "node_modules", name, "package.json")),
  );
  if (missing !== undefined) throw notSelfContained(id, missing);
}

/** While `work` is done, esbuild takes no TypeScript settings from the folders above the package's. */
export async function withOwnSettings(folder: string, work: () => Promise<void>): Promise<void> {
  const settings = join(folder, "tsconfig.json");
  if (existsSync(settings) || existsSync(join(folder, "jsconfig.json"))) return work();
  writeFileSync(settings, "{}", { flag: "wx", mode: 0o600 });
  try {
    await work();
  } finally {
    rmSync(settings);
  }
}

/**
 * Of a module: whatever it imports lies in the package, or is Node's or the SDK. VMP_PLUGIN_NOT_SELF_CONTAINED, or
 * VMP_MODULE_FAILED for a module that esbuild cannot read.
 */
export async function refuseForeignImports(id: string, folder: string, entry: string): Promise<void> {
  const { build } = await import("esbuild");
  const path = join(folder, entry);
  try {
    await build({
      entryPoints: [path],
      absWorkingDir: folder,
      outdir: folder,
      write: false,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      logLevel: "silent",
      plugins: [onlyInside(id, realpathSync(folder))],
    });
  } catch (error) {
    throw moduleFailure(error, id, path);
  }
}

/** Marks what esbuild found outside of the folder. */
const foreign = "imported from outside of the package: ";

function onlyInside(id: string, folder: string): Plugin {
  return {
    name: id,
    setup({ onResolve, onLoad }) {
      // What of vm-plugin may be imported is said where the bundle is made.
      onResolve({ filter: /^vm-plugin(\/|$)/ }, () => ({ external: true }));
      onLoad({ filter: /.*/ }, ({ path }) =>
        path.startsWith(folder + sep) ? undefined : { errors: [{ text: foreign + relative(folder, path) }] },
      );
    },
  };
}

interface Message {
  readonly text: string;
  readonly location: { readonly file: string; readonly line: number } | null;
}

/** What esbuild says about a module, as one of our errors. */
export function moduleFailure(error: unknown, id: string, path: string): VmPluginError {
  const [first] = (error as { errors?: Message[] }).errors ?? [];
  if (first === undefined)
    return new VmPluginError("VMP_MODULE_FAILED", { id, path, reason: reasonOf(error) }, { cause: error });
  const [, unresolved] = /^Could not resolve "(.+)"$/.exec(first.text) ?? [];
  if (unresolved !== undefined) return notSelfContained(id, unresolved, error);
  if (first.text.startsWith(foreign)) return notSelfContained(id, first.text.slice(foreign.length), error);
  const place = first.location ? `${first.location.file}:${first.location.line}: ` : "";
  return new VmPluginError("VMP_MODULE_FAILED", { id, path, reason: place + first.text }, { cause: error });
}

function notSelfContained(id: string, dependency: string, cause?: unknown): VmPluginError {
  return new VmPluginError("VMP_PLUGIN_NOT_SELF_CONTAINED", { id, dependency }, { cause });
}
