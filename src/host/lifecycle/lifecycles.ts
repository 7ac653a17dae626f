/** The lifecycles of a host's plugins: of each the version that is used, and while it is updated the one that is to come. */
import { VmPluginError } from "../../errors.ts";
import type { PluginRecord } from "../plugin-record.ts";
import type { Lifecycle } from "./lifecycle.ts";

export class Lifecycles {
  readonly #make: (record: PluginRecord) => Lifecycle;
  readonly #byRecord = new Map<PluginRecord, Lifecycle>();
  readonly #current = new Map<string, PluginRecord>();
  /** Versions that are tried out beside the ones that are used. */
  readonly #tried = new Set<PluginRecord>();

  /** make: it must not run any of the plugin's code. */
  constructor(make: (record: PluginRecord) => Lifecycle) {
    this.#make = make;
  }

  /** Made when it is first asked for. VMP_PLUGIN_VERSION_IN_USE while another version of the plugin is not unloaded, or not for long. */
  of(record: PluginRecord): Lifecycle {
    const { id, version } = record.manifest;
    const current = this.#current.get(id);
    if (current !== record && !this.#tried.has(record)) {
      if (current !== undefined && this.#uses(current)) {
        const values = { id, version, current: current.manifest.version };
        throw new VmPluginError("VMP_PLUGIN_VERSION_IN_USE", values);
      }
      if (current !== undefined) this.forget(current);
      this.#current.set(id, record);
    }
    return this.#get(record);
  }

  find(record: PluginRecord): Lifecycle | undefined {
    return this.#byRecord.get(record);
  }

  /** The version of the plugin that is loaded, or was last. */
  current(id: string): PluginRecord | undefined {
    return this.#current.get(id);
  }

  /** The version of the plugin beside which no other can be used now. */
  used(id: string): PluginRecord | undefined {
    const current = this.#current.get(id);
    return current !== undefined && this.#uses(current) ? current : undefined;
  }

  /** By id, the plugins of which no other version can be used now. */
  fixed(): ReadonlyMap<string, PluginRecord> {
    return new Map([...this.#current].filter(([, record]) => this.#uses(record)));
  }

  /** Whether it is tried out beside the version that is used. */
  tries(record: PluginRecord): boolean {
    return this.#tried.has(record);
  }

  /** Every version that is not unloaded; of each plugin the one that is used comes last. */
  loaded(): readonly PluginRecord[] {
    const records = [...this.#byRecord].filter(([, { state }]) => state !== "unloaded").map(([record]) => record);
    const used = (record: PluginRecord) => this.#current.get(record.manifest.id) === record;
    return [...records.filter((record) => !used(record)), ...records.filter(used)];
  }

  /** A version beside the one that is used. */
  beside(record: PluginRecord): Lifecycle {
    this.#tried.add(record);
    return this.#get(record);
  }

  /** The version beside becomes the one that is used; whoever has another keeps it until that is forgotten. */
  replaceBy(next: PluginRecord): void {
    this.#current.set(next.manifest.id, next);
    this.#tried.delete(next);
  }

  /** It must be unloaded, or not have been used. */
  forget(record: PluginRecord): void {
    this.#byRecord.delete(record);
    this.#tried.delete(record);
    if (this.#current.get(record.manifest.id) === record) this.#current.delete(record.manifest.id);
  }

  /** Unloads all, dependents first. All are tried; answers the failures. */
  async unloadAll(): Promise<unknown[]> {
    const failures: unknown[] = [];
    const left = new Map(this.#byRecord);
    while (left.size > 0) {
      const ids = new Set([...left.keys()].map((record) => record.manifest.id));
      const free = [...left].filter(([, lifecycle]) => !lifecycle.dependents.some((id) => ids.has(id)));
      // Requirements have no circle, so that one is free; a fault there must not become a hang here.
      const wave = free.length > 0 ? free : [...left];
      const results = await Promise.allSettled(wave.map(([, lifecycle]) => lifecycle.ensureUnloaded()));
      failures.push(...results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])));
      for (const [record] of wave) left.delete(record);
    }
    return failures;
  }

  #uses(record: PluginRecord): boolean {
    return this.find(record)?.used === true;
  }

  #get(record: PluginRecord): Lifecycle {
    const present = this.#byRecord.get(record);
    if (present) return present;
    const lifecycle = this.#make(record);
    this.#byRecord.set(record, lifecycle);
    return lifecycle;
  }
}
