/** The plugins of a host by id, version, type and point. Says nothing about their state. */
import { VmPluginError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { Implementation, PluginRecord } from "./plugin-record.ts";
import { compareVersions } from "./resolution/versions.ts";

export class Registry {
  /** The highest version first. */
  readonly #byId = new Map<string, readonly PluginRecord[]>();
  readonly #byPoint = new Map<string, Implementation[]>();
  /** Points whose implementations have yet to be put in order: it is done when they are asked for. */
  readonly #unsorted = new Set<string>();

  /** VMP_PLUGIN_DUPLICATE_ID names both places of the same version; the registry is then unchanged. */
  add(record: PluginRecord): void {
    const { id, version } = record.manifest;
    const present = this.#byId.get(id);
    if (present === undefined) {
      this.#byId.set(id, [record]);
    } else {
      const same = present.find((one) => compareVersions(one.manifest.version, version) === 0);
      if (same !== undefined)
        throw new VmPluginError("VMP_PLUGIN_DUPLICATE_ID", { id, first: same.folder, second: record.folder });
      const versions = [...present, record];
      this.#byId.set(
        id,
        versions.sort((a, b) => compareVersions(b.manifest.version, a.manifest.version)),
      );
    }
    for (const provision of record.manifest.provides) {
      const implementations = this.#byPoint.get(provision.point);
      const implementation = { ...provision, plugin: record };
      if (implementations === undefined) this.#byPoint.set(provision.point, [implementation]);
      else implementations.push(implementation);
      this.#unsorted.add(provision.point);
    }
  }

  /** One version of a plugin; nothing happens when it is not there. */
  remove(record: PluginRecord): void {
    const { id } = record.manifest;
    const left = this.versions(id).filter((one) => one !== record);
    if (left.length > 0) this.#byId.set(id, left);
    else this.#byId.delete(id);
    for (const point of new Set(record.manifest.provides.map((provision) => provision.point))) {
      const others = this.implementations(point).filter((one) => one.plugin !== record);
      if (others.length > 0) this.#byPoint.set(point, others);
      else this.#byPoint.delete(point);
    }
  }

  /** The highest version first; empty for an id that is not known. */
  versions(id: string): readonly PluginRecord[] {
    return this.#byId.get(id) ?? [];
  }

  /** The highest version. */
  find(id: string): PluginRecord | undefined {
    return this.#byId.get(id)?.[0];
  }

  /** As find; VMP_PLUGIN_NOT_FOUND with the nearest id. */
  get(id: string): PluginRecord {
    const record = this.find(id);
    if (record) return record;
    throw new VmPluginError("VMP_PLUGIN_NOT_FOUND", { id, hint: didYouMean(id, this.#byId.keys()) });
  }

  ids(): Iterable<string> {
    return this.#byId.keys();
  }

  /** The highest version of each, in the order in which they were added. */
  list(filter: { readonly type?: string; readonly point?: string } = {}): PluginRecord[] {
    const { type, point } = filter;
    return [...this.#byId.values()]
      .flatMap(([highest]) => highest ?? [])
      .filter(
        ({ manifest }) =>
          (type === undefined || manifest.type === type) &&
          (point === undefined || manifest.provides.some((provision) => provision.point === point)),
      );
  }

  /** Every implementation of a point in every version, the preferred first. */
  implementations(point: string): readonly Implementation[] {
    const implementations = this.#byPoint.get(point) ?? [];
    if (this.#unsorted.delete(point)) implementations.sort(byPreference);
    return implementations;
  }

  /** Every point that some plugin provides. */
  points(): Iterable<string> {
    return this.#byPoint.keys();
  }
}

/** Highest priority first; among equals built-ins, then by id, version and name: the order never depends on chance. */
function byPreference(a: Implementation, b: Implementation): number {
  return (
    b.priority - a.priority ||
    Number(a.plugin.builtin === undefined) - Number(b.plugin.builtin === undefined) ||
    compare(a.plugin.manifest.id, b.plugin.manifest.id) ||
    compareVersions(b.plugin.manifest.version, a.plugin.manifest.version) ||
    compare(a.name, b.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
