/** Reads a manifest that the cache cannot vouch for, and has the cache remember what was found. */
import type { BigIntStats } from "node:fs";
import { VmPluginError } from "../../errors.ts";
import type { HostFacts } from "../host-facts.ts";
import { readManifestText } from "../manifest/file.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { resolveInside } from "../manifest/path.ts";
import type { DiscoveryCache } from "./cache.ts";
import { type Finding, findingOf } from "./finding.ts";

/** path: the folder's package.json. */
export function examineFolder(folder: string, path: string, facts: HostFacts, cache: DiscoveryCache): Promise<Finding> {
  return refusable(async () => {
    const time = Date.now();
    const { text, status } = readManifestText(folder);
    return examine({ path, file: path, text, status, time, folder }, facts, cache);
  });
}

/** path: the .tgz file. */
export function examineArchive(path: string, facts: HostFacts, cache: DiscoveryCache): Promise<Finding> {
  return refusable(async () => {
    const { readArchiveManifest } = await import("./archive.ts");
    const time = Date.now();
    const { file, text, status } = await readArchiveManifest(path);
    return examine({ path, file, text, status, time }, facts, cache);
  });
}

interface Read {
  /** What the cache knows it by. */
  readonly path: string;
  /** What problems name. */
  readonly file: string;
  readonly text: string;
  readonly status: BigIntStats;
  /** From before it was read. */
  readonly time: number;
  /** Where the entries lie, if they lie somewhere. */
  readonly folder?: string;
}

/** A content that is known is not validated again. */
async function examine(read: Read, facts: HostFacts, cache: DiscoveryCache): Promise<Finding> {
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256").update(read.text).digest("hex");
  const finding = cache.findByHash(read.path, hash) ?? (await findingOf(read.file, read.text, facts));
  if (finding.kind === "plugin" && read.folder !== undefined) {
    const problem = escapeProblem(read.folder, read.file, finding.manifest);
    // Not remembered: links may change while the manifest stays. The loader asks again.
    if (problem) return { kind: "refused", keyword: finding.keyword, problems: [problem] };
  }
  cache.keep(read.path, hash, read.status, read.time, finding);
  return finding;
}

async function refusable(work: () => Promise<Finding>): Promise<Finding> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VmPluginError) return { kind: "refused", keyword: false, problems: [error] };
    throw error;
  }
}

/** VMP_MANIFEST_PATH_ESCAPE for an entry that is a link out of the folder, or lies behind one. */
function escapeProblem(folder: string, file: string, manifest: Manifest): VmPluginError | undefined {
  for (const [at, entry] of entriesOf(manifest)) {
    if (resolveInside(folder, entry) === "escape")
      return new VmPluginError("VMP_MANIFEST_PATH_ESCAPE", { path: file, at, value: `${entry} is a link` });
  }
  return undefined;
}

/** Every entry file that a manifest names, with where it stands. */
function entriesOf(manifest: Manifest): [at: string, path: string][] {
  const { native = {}, module } = manifest.entry;
  const entries = Object.entries(native).map(([name, path]): [string, string] => [
    `vmPlugin.entry.native.${name}`,
    path,
  ]);
  return module === undefined ? entries : [...entries, ["vmPlugin.entry.module", module]];
}
