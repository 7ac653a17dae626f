/** From a record to loaded code: picks the entry for this platform, verifies it, hands it to the tier. */
import { existsSync } from "node:fs";
import { join, normalize } from "node:path";
import { reasonOf, VmPluginError } from "../../errors.ts";
import { type InlineOptions, loadInline } from "../../runtime/inline/inline-tier.ts";
import type { LoadedPlugin, PluginSource } from "../../runtime/loaded-plugin.ts";
import type { HashFile } from "../file-hash.ts";
import { platform } from "../manifest/manifest.ts";
import { resolveInside } from "../manifest/path.ts";
import type { BuiltinFiles, InstalledFiles, PluginRecord } from "../plugin-record.ts";

/** Loads a plugin. Rejects with a coded error that names it; nothing of a refused file has then run. */
export async function loadPlugin(
  record: PluginRecord,
  options: InlineOptions & { readonly hashFile: HashFile },
): Promise<LoadedPlugin> {
  const { id, tiers } = record.manifest;
  if (!tiers.includes("inline")) throw new VmPluginError("VMP_PLUGIN_TIER_REFUSED", { id, tiers: tiers.join(", ") });
  return loadInline(await sourceOf(record, options.hashFile), options);
}

async function sourceOf(record: PluginRecord, hashFile: HashFile): Promise<PluginSource> {
  if (record.builtin) return builtinSource(record, record.builtin, hashFile);
  return record.installed ? installedSource(record, record.installed, hashFile) : folderSource(record);
}

function folderSource(record: PluginRecord): PluginSource {
  const { id } = record.manifest;
  const { kind, path } = entryOf(record);
  const file = resolveInside(record.folder, path);
  if (file === "escape")
    throw new VmPluginError("VMP_MANIFEST_PATH_ESCAPE", {
      path: join(record.folder, "package.json"),
      at: `vmPlugin.entry.${kind}`,
      value: `${path} is a link`,
    });
  if (file === "missing")
    throw new VmPluginError(kind === "native" ? "VMP_NATIVE_LIBRARY_NOT_FOUND" : "VMP_MODULE_NOT_FOUND", {
      id,
      path: join(record.folder, path),
    });
  return { id, kind, path: file.path, development: kind === "module", provides: record.manifest.provides };
}

/** A built-in's files are the packaged ones, by their hashes. */
async function builtinSource(record: PluginRecord, files: BuiltinFiles, hashFile: HashFile): Promise<PluginSource> {
  const { id, provides } = record.manifest;
  const { kind, path } = entryOf(record);
  const file = kind === "module" ? files.module?.path : join(record.folder, path);
  const hash = kind === "module" ? files.module?.hash : files.nativeHashes[path];
  if (file === undefined || hash === undefined || !existsSync(file))
    throw new VmPluginError("VMP_BUILTIN_NOT_BUILT", { id, platform, path: file ?? path });
  await verify(id, join(record.folder, "package.json"), files.manifestHash, hashFile);
  await verify(id, file, hash, hashFile);
  return { id, kind, path: file, development: false, provides };
}

/** What is loaded of an installed plugin is the file that was installed, by the list whose hash is the folder's name. */
async function installedSource(
  record: PluginRecord,
  installed: InstalledFiles,
  hashFile: HashFile,
): Promise<PluginSource> {
  const { id, provides } = record.manifest;
  const { kind, path } = entryOf(record);
  const { damaged } = await import("../home/installed-files.ts");
  const { listFile } = await import("../home/content.ts");
  const check = async (file: string, hash: string | undefined): Promise<string> => {
    const whole = join(record.folder, file);
    const found = await Promise.resolve(hashFile(whole)).catch((error: unknown) => reasonOf(error));
    if (found !== hash)
      throw damaged(id, whole, hash === undefined ? "it was not installed" : "its content was changed");
    return whole;
  };
  await check(listFile, installed.hash);
  await check("package.json", installed.files["package.json"]);
  // The list has no "./".
  const file = kind === "module" ? installed.module : normalize(path);
  if (file === undefined) throw damaged(id, record.folder, "its bundled module is missing");
  return { id, kind, path: await check(file, installed.files[file]), development: false, provides };
}

async function verify(id: string, path: string, hash: string, hashFile: HashFile): Promise<void> {
  let found: string;
  try {
    found = await hashFile(path);
  } catch (cause) {
    throw new VmPluginError("VMP_BUILTIN_CHANGED", { id, path }, { cause });
  }
  if (found !== hash) throw new VmPluginError("VMP_BUILTIN_CHANGED", { id, path });
}

/** The library where there is one for this platform, else the module. */
function entryOf({ manifest }: PluginRecord): { kind: "native" | "module"; path: string } {
  const { native = {}, module } = manifest.entry;
  const library = native[platform];
  if (library !== undefined) return { kind: "native", path: library };
  if (module !== undefined) return { kind: "module", path: module };
  throw new VmPluginError("VMP_PLUGIN_NO_ENTRY", {
    id: manifest.id,
    platform,
    platforms: Object.keys(native).join(", "),
  });
}
