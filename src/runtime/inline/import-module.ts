/** Brings a plugin's module into the host's own process. */
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { reasonOf, VmPluginError } from "../../errors.ts";
import { withTimeLimit } from "../../time-limit.ts";
import type { PluginSource } from "../loaded-plugin.ts";
import { importUrl } from "./import-url.ts";

export interface ImportOptions {
  readonly packageRoot: string;
  /** Milliseconds; a module that waits at its top level for longer is given up. */
  readonly timeout: number;
  /** A folder of the user's own in which bundles are kept, so that esbuild is only started for what has changed. Default: none. */
  readonly cacheFolder?: string | undefined;
}

/** The module's namespace. VMP_MODULE_NOT_FOUND, VMP_MODULE_FAILED or VMP_LIFECYCLE_TIMED_OUT else. */
export async function importModule(source: PluginSource, options: ImportOptions): Promise<Record<string, unknown>> {
  const { id, path } = source;
  try {
    await access(path);
  } catch (cause) {
    throw new VmPluginError("VMP_MODULE_NOT_FOUND", { id, path }, { cause });
  }
  try {
    return await (source.development ? importSource(source, options) : importFile(path, id, options.timeout));
  } catch (cause) {
    if (cause instanceof VmPluginError) throw cause;
    throw new VmPluginError("VMP_MODULE_FAILED", { id, path, reason: failureReason(cause) }, { cause });
  }
}

function importFile(path: string, id: string, timeout: number): Promise<Record<string, unknown>> {
  return withTimeLimit(
    timeout,
    () => importUrl(pathToFileURL(path).href),
    () => new VmPluginError("VMP_LIFECYCLE_TIMED_OUT", { id, method: "load", milliseconds: timeout }),
  );
}

/** Transpiles and bundles first; traces show the source's own lines. */
async function importSource({ id, path }: PluginSource, options: ImportOptions): Promise<Record<string, unknown>> {
  const text = await bundledText(path, options);
  process.setSourceMapsEnabled(true);
  // A file and not a data: URL, which would stand in every line of a trace. mkdtemp's folder is the user's alone.
  const folder = await mkdtemp(join(tmpdir(), "vm-plugin-"));
  try {
    const file = join(folder, "plugin.mjs");
    await writeFile(file, text);
    return await importFile(file, id, options.timeout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundledText(path: string, { packageRoot, cacheFolder }: ImportOptions): Promise<string> {
  const options = { packageRoot, development: true };
  if (cacheFolder === undefined) {
    const { bundleModule } = await import("./bundle.ts");
    return bundleModule(path, options);
  }
  const { ModuleCache } = await import("./module-cache.ts");
  const cache = new ModuleCache(cacheFolder, path, packageRoot);
  const kept = await cache.read();
  if (kept !== undefined) return kept;
  const { bundle } = await import("./bundle.ts");
  const started = Date.now();
  const fresh = await bundle(path, options);
  await cache.keep(fresh, started);
  return fresh.text;
}

/** esbuild lists what it found; the first with its place is what helps. */
function failureReason(error: unknown): string {
  const first = (error as { errors?: { text?: string; location?: { file: string; line: number } | null }[] })
    .errors?.[0];
  if (first?.text === undefined) return reasonOf(error);
  return first.location ? `${first.location.file}:${first.location.line}: ${first.text}` : first.text;
}
