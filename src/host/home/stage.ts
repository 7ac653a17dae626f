/** Brings a package into the home: copied, checked, bundled, hashed, read-only. Nothing uses it before a state names it. */
import { chmodSync, existsSync, mkdirSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, join, normalize, relative, resolve } from "node:path";
import { VmPluginError } from "../../errors.ts";
import { packageRoot } from "../../package-root.ts";
import { failureOf, unusable } from "../../storage/home-error.ts";
import { privateFolder } from "../../storage/private-folder.ts";
import { discoverFolder } from "../discovery/folder.ts";
import { hashFile } from "../file-hash.ts";
import type { HostFacts } from "../host-facts.ts";
import { type Manifest, platform } from "../manifest/manifest.ts";
import type { PluginRecord } from "../plugin-record.ts";
import { withState } from "./change-state.ts";
import { bundledModule, closeContent, contentProblem, reservedPrefix, sealContent, synchronize } from "./content.ts";
import { copyPackage } from "./copy-package.ts";
import type { Home } from "./home.ts";
import { InstalledContent } from "./installed-files.ts";
import { enter, type Presence } from "./presence.ts";
import { moduleFailure, refuseForeignImports, refuseMissingDependencies, withOwnSettings } from "./self-contained.ts";
import type { InstalledVersion } from "./state-format.ts";
import { claimEnding } from "./sweep.ts";
import { walkFiles } from "./tree.ts";

/** A step of a long operation; of `total` things, files say, `done` are done. */
export interface Progress {
  readonly step: "checking" | "copying" | "bundling" | "hashing" | "committing";
  readonly done: number;
  readonly total: number;
}

export type Heard = (progress: Progress) => void;

export interface Staged extends InstalledVersion, Disposable {
  /** As it is in its final place. */
  readonly record: PluginRecord;
  /** Whether this very content is what is installed, and was damaged until now. */
  readonly mended: boolean;
  /** Gives the content up to the sweep, unless a state names it by now. Idempotent. */
  close(): void;
}

/**
 * Brings the package at `path`, a folder or a .tgz, into plugins/<hash>, where it may be tried out. None of its code and none of
 * its npm scripts run. Rejects with a coded error that names what is wrong with the manifest, the package or the home; nothing
 * that is listed has changed then.
 */
export async function stage(home: Home, path: string, facts: HostFacts, heard: Heard = () => {}): Promise<Staged> {
  heard({ step: "checking", done: 0, total: 1 });
  const source = await checkSource(resolve(path), facts);
  // The state is sound, and what earlier operations left is gone.
  await withState(home, () => {});
  const presence = enter(home.stagingFolder);
  try {
    const content = presence.file(".content");
    mkdirSync(content, { mode: 0o700 });
    await source(content, (done, total) => heard({ step: "copying", done, total }));
    const manifest = await checkContent(content, facts);
    const { module } = manifest.entry;
    if (manifest.entry.native?.[platform] === undefined && module !== undefined) {
      heard({ step: "bundling", done: 0, total: 1 });
      await withOwnSettings(content, () => bundle(manifest.id, content, module));
    } else refuseMissingDependencies(manifest.id, content);
    heard({ step: "hashing", done: 0, total: 1 });
    const manifestHash = await hashFile(join(content, "package.json"));
    const hash = await sealContent(content);
    const mended = await publish(home, presence, content, hash);
    const folder = home.contentFolder(hash);
    const record = { manifest, folder, installed: new InstalledContent(manifest.id, folder, hash) };
    const close = () => presence.leave();
    return { version: manifest.version, hash, manifestHash, record, mended, close, [Symbol.dispose]: close };
  } catch (error) {
    presence.leave();
    throw coded(error, home, path);
  }
}

type Fill = (folder: string, copied: (done: number, total: number) => void) => Promise<void>;

/** How the package is brought into a folder, once its manifest, named as the user knows it, has been found good. */
async function checkSource(path: string, facts: HostFacts): Promise<Fill> {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isDirectory()) {
    await discoverFolder(path, facts);
    return (folder, copied) => copyPackage(path, folder, copied);
  }
  if (!status?.isFile()) throw new VmPluginError("VMP_PACKAGE_NOT_FOUND", { path });
  const { readArchiveManifest, extractArchive } = await import("../discovery/archive.ts");
  const { checkManifest } = await import("../manifest/check.ts");
  const { file, text } = await readArchiveManifest(path);
  const { problems } = checkManifest(file, text);
  if (problems.length > 0) throw problems[0];
  return (folder) => extractArchive(path, folder);
}

/** What was copied is what counts, whatever its source has become. */
async function checkContent(content: string, facts: HostFacts): Promise<Manifest> {
  const { files } = await walkFiles(content);
  const reserved = files.find(({ path }) => basename(path).startsWith(reservedPrefix));
  if (reserved)
    throw new VmPluginError("VMP_PACKAGE_FILE_REFUSED", { path: reserved.path, reason: "its name is reserved" });
  const { manifest } = await discoverFolder(content, facts);
  const { id, tiers, entry } = manifest;
  if (!tiers.includes("inline")) throw new VmPluginError("VMP_PLUGIN_TIER_REFUSED", { id, tiers: tiers.join(", ") });
  const library = entry.native?.[platform];
  const path = library ?? entry.module;
  if (path === undefined)
    throw new VmPluginError("VMP_PLUGIN_NO_ENTRY", {
      id,
      platform,
      platforms: Object.keys(entry.native ?? {}).join(", "),
    });
  if (!files.some((file) => file.path === normalize(path)))
    throw new VmPluginError(library === undefined ? "VMP_MODULE_NOT_FOUND" : "VMP_NATIVE_LIBRARY_NOT_FOUND", {
      id,
      path,
    });
  return manifest;
}

/** The bundle is part of the content: what will run is what was hashed. */
async function bundle(id: string, content: string, entry: string): Promise<void> {
  await refuseForeignImports(id, content, entry);
  const { bundleModule } = await import("../../runtime/inline/bundle.ts");
  const root = packageRoot();
  // esbuild names files by their real paths.
  const folder = realpathSync(content);
  let text: string;
  try {
    text = await bundleModule(join(folder, entry), { packageRoot: root, development: false });
  } catch (error) {
    throw moduleFailure(error, id, entry);
  }
  // esbuild names every file by its path; the staging folder's would make each content another one.
  await writeFile(join(content, bundledModule(entry)), text.replaceAll(`${relative(root, folder)}/`, ""), {
    flag: "wx",
    mode: 0o600,
  });
}

/** Answers Staged.mended. */
function publish(home: Home, presence: Presence, content: string, hash: string): Promise<boolean> {
  return withState(home, async ({ plugins }) => {
    privateFolder(home.pluginsFolder);
    writeFileSync(presence.file(claimEnding), hash);
    const target = home.contentFolder(hash);
    if (existsSync(target)) {
      if ((await contentProblem(target, hash)) === undefined) return false;
      chmodSync(target, 0o700);
      renameSync(target, presence.file(".damaged"));
    }
    renameSync(content, target);
    closeContent(target);
    await synchronize(home.pluginsFolder);
    return Object.values(plugins).some((plugin) => plugin.hash === hash);
  });
}

/** What the system said about a file of the home, or of the package. */
function coded(error: unknown, home: Home, source: string): unknown {
  if (error instanceof VmPluginError || (error as NodeJS.ErrnoException).code === undefined) return error;
  const { path } = error as NodeJS.ErrnoException;
  // Reading and writing an open file names none: only writing fails there in practice.
  if (path === undefined || `${path}/`.startsWith(`${home.path}/`)) return unusable(path ?? home.path, error);
  return new VmPluginError(
    "VMP_PACKAGE_FILE_REFUSED",
    { path: path ?? source, reason: failureOf(error) },
    { cause: error },
  );
}
