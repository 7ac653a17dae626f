/** The plugins of a host by id, type and point. Says nothing about their state. */
import { VmPluginError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { Implementation, PluginRecord } from "./plugin-record.ts";

export class Registry {
  readonly #byId = new Map<string, PluginRecord>();
  readonly #byPoint = new Map<string, Implementation[]>();

  /** VMP_PLUGIN_DUPLICATE_ID names both places; the registry is then unchanged. */
  add(record: PluginRecord): void {
    const { id, provides } = record.manifest;
    const present = this.#byId.get(id);
    if (present)
      throw new VmPluginError("VMP_PLUGIN_DUPLICATE_ID", { id, first: present.folder, second: record.folder });
    this.#byId.set(id, record);
    for (const provision of provides) {
      const implementations = this.#byPoint.get(provision.point) ?? [];
      implementations.push({ ...provision, plugin: record });
      implementations.sort(byPreference);
      this.#byPoint.set(provision.point, implementations);
    }
  }

  find(id: string): PluginRecord | undefined {
    return this.#byId.get(id);
  }

  /** VMP_PLUGIN_NOT_FOUND with the nearest id. */
  get(id: string): PluginRecord {
    const record = this.#byId.get(id);
    if (record) return record;
    throw new VmPluginError("VMP_PLUGIN_NOT_FOUND", { id, hint: didYouMean(id, this.#byId.keys()) });
  }

  /** In the order in which they were added. */
  list(filter: { readonly type?: string; readonly point?: string } = {}): PluginRecord[] {
    const { type, point } = filter;
    return [...this.#byId.values()].filter(
      ({ manifest }) =>
        (type === undefined || manifest.type === type) &&
        (point === undefined || manifest.provides.some((provision) => provision.point === point)),
    );
  }

  /** Every implementation of a point, the preferred first. */
  implementations(point: string): readonly Implementation[] {
    return this.#byPoint.get(point) ?? [];
  }

  /** Every point that some plugin provides. */
  points(): Iterable<string> {
    return this.#byPoint.keys();
  }
}

/** Highest priority first; among equals built-ins, then by id and name, so that the order never depends on chance. */
function byPreference(a: Implementation, b: Implementation): number {
  return (
    b.priority - a.priority ||
    Number(a.plugin.builtin === undefined) - Number(b.plugin.builtin === undefined) ||
    compare(a.plugin.manifest.id, b.plugin.manifest.id) ||
    compare(a.name, b.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
