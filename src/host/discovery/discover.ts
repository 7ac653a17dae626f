/** Finds plugins in places that the user gives, or that a home lists, by reading their manifests. Runs none of their code. */
import { type BigIntStats, lstatSync, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { VmPluginError } from "../../errors.ts";
import type { HostFacts } from "../host-facts.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { InstalledFiles, PluginRecord } from "../plugin-record.ts";
import { DiscoveryCache } from "./cache.ts";
import { examineArchive, examineFolder } from "./examine.ts";
import type { Finding } from "./finding.ts";
import { packageFolders } from "./places.ts";

export type Place =
  | { readonly kind: "package"; readonly path: string }
  /** Every folder in it, also in a folder @scope, that holds a plugin; ordinary packages are passed over. */
  | { readonly kind: "folder"; readonly path: string }
  /** As a folder, but only packages with the keyword vm-plugin. */
  | { readonly kind: "node_modules"; readonly path: string }
  /** What `npm pack` wrote. */
  | { readonly kind: "archive"; readonly path: string };

/** A plugin that has to be installed before it can be used. */
export interface ArchivedPlugin {
  /** Absolute. */
  readonly path: string;
  readonly manifest: Manifest;
}

export interface Discovered {
  /** In the order of the places, those of one place by name. */
  readonly records: readonly PluginRecord[];
  readonly archives: readonly ArchivedPlugin[];
  /** All that is wrong with manifests, archives and places. One that is bad never hides the others. */
  readonly problems: readonly VmPluginError[];
}

export interface DiscoverOptions {
  /** A file that speeds the next discovery up; several calls may share it. Default: none is read or written. */
  readonly cache?: string | undefined;
}

/** The plugins of all places. Rejects only for faults of vm-plugin itself. */
export async function discover(
  places: readonly Place[],
  facts: HostFacts,
  options: DiscoverOptions = {},
): Promise<Discovered> {
  const search = new Search(facts, options);
  const seen = new Set<string>();
  for (const { kind, path } of places) {
    const place = resolve(path);
    const within = kind === "folder" || kind === "node_modules" ? kind : undefined;
    for (const found of within ? search.foldersOf(place) : [place]) {
      // A workspace and the links to it are one plugin. An archive may be no link.
      const real = kind === "archive" ? found : realPathOf(found);
      if (seen.has(real)) continue;
      const before = search.results;
      await (kind === "archive" ? search.archive(found) : search.folder(found, undefined, within));
      // What one place passes over another may take.
      if (search.results > before) seen.add(real);
    }
  }
  return search.end();
}

/** The plugins of folders that are known to hold one each; `folder` is absolute. */
export async function discoverFolders(
  folders: readonly { readonly folder: string; readonly installed?: InstalledFiles | undefined }[],
  facts: HostFacts,
  options: DiscoverOptions = {},
): Promise<Discovered> {
  const search = new Search(facts, options);
  for (const { folder, installed } of folders) {
    const work = search.folder(folder, installed);
    // A thousand needless turns of the event loop's queue would be felt.
    if (work) await work;
  }
  return search.end();
}

class Search {
  readonly #facts: HostFacts;
  readonly #cache: DiscoveryCache;
  readonly #records: PluginRecord[] = [];
  readonly #archives: ArchivedPlugin[] = [];
  readonly #problems: VmPluginError[] = [];

  constructor(facts: HostFacts, { cache }: DiscoverOptions) {
    this.#facts = facts;
    this.#cache = new DiscoveryCache(cache, facts);
  }

  /** How many plugins and problems there are. */
  get results(): number {
    return this.#records.length + this.#archives.length + this.#problems.length;
  }

  foldersOf(place: string): readonly string[] {
    const { folders, problems } = packageFolders(place);
    this.#problems.push(...problems);
    return folders;
  }

  /** Undefined when it is done at once. Without a `place` the folder has to hold a plugin. */
  folder(folder: string, installed?: InstalledFiles, place?: "folder" | "node_modules"): Promise<void> | undefined {
    const path = `${folder}/package.json`;
    const status = statusOf(statSync, path);
    if (status === undefined && place !== undefined) return undefined;
    const known = status && this.#cache.find(path, status);
    if (known) {
      this.#take(known, path, folder, installed, place);
      return undefined;
    }
    return examineFolder(folder, path, this.#facts, this.#cache).then((finding) =>
      this.#take(finding, path, folder, installed, place),
    );
  }

  async archive(path: string): Promise<void> {
    const status = statusOf(lstatSync, path);
    const known = status && this.#cache.find(path, status);
    const finding = known ?? (await examineArchive(path, this.#facts, this.#cache));
    if (finding.kind === "plugin") this.#archives.push({ path, manifest: finding.manifest });
    else this.#refuse(path, finding);
  }

  #take(
    finding: Finding,
    path: string,
    folder: string,
    installed: InstalledFiles | undefined,
    place: "folder" | "node_modules" | undefined,
  ): void {
    if (place === "node_modules" && !finding.keyword) return;
    if (finding.kind === "plugin") this.#records.push({ manifest: finding.manifest, folder, installed });
    else if (place !== "folder" || finding.kind === "refused") this.#refuse(path, finding);
  }

  end(): Discovered {
    this.#cache.save();
    return { records: this.#records, archives: this.#archives, problems: this.#problems };
  }

  #refuse(path: string, finding: Finding): void {
    if (finding.kind === "refused") this.#problems.push(...finding.problems);
    else this.#problems.push(new VmPluginError("VMP_MANIFEST_NOT_A_PLUGIN", { path }));
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

type Stat = (path: string, options: { bigint: true; throwIfNoEntry: false }) => BigIntStats | undefined;

const exact = { bigint: true, throwIfNoEntry: false } as const;

/** Undefined where there is nothing, or nothing to be seen. */
function statusOf(stat: Stat, path: string): BigIntStats | undefined {
  try {
    return stat(path, exact);
  } catch {
    return undefined;
  }
}
