/** Configurations in memory, for tests and for hosts without a home; managers that share one store behave as processes do. */
import { VmPluginError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { copyJson, freezeJson, type JsonObject } from "./json.ts";
import type { ConfigurationEntry, Metadata } from "./metadata.ts";
import type { Backup, ConfigurationStore } from "./store.ts";

interface Kept {
  readonly revision: number;
  readonly entry: ConfigurationEntry | undefined;
}

export class MemoryStore implements ConfigurationStore {
  readonly #kept = new Map<string, Kept>();
  readonly #backups = new Map<string, Map<string, { backup: Backup; entry: ConfigurationEntry }>>();
  readonly #watchers = new Set<() => void>();

  async read(id: string): Promise<ConfigurationEntry | undefined> {
    return this.#kept.get(id)?.entry;
  }

  async revision(id: string): Promise<number> {
    return this.#kept.get(id)?.revision ?? 0;
  }

  async revisions(): Promise<ReadonlyMap<string, number>> {
    return new Map([...this.#kept].map(([id, { revision }]) => [id, revision]));
  }

  async write(entry: ConfigurationEntry, expected: number): Promise<void> {
    this.#replace(entry.id, entry.metadata, ownCopy(entry), expected);
  }

  async remove(id: string, metadata: Metadata, expected: number): Promise<void> {
    this.#replace(id, metadata, undefined, expected);
  }

  async forget(id: string): Promise<void> {
    this.#backups.delete(id);
    const kept = this.#kept.get(id);
    if (kept?.entry === undefined) return;
    const { metadata } = kept.entry;
    this.#replace(id, { ...metadata, revision: kept.revision + 1 }, undefined, kept.revision);
  }

  async backup(entry: ConfigurationEntry, description: string): Promise<Backup> {
    const { revision, pluginVersion } = entry.metadata;
    const all = this.#backups.get(entry.id) ?? new Map();
    this.#backups.set(entry.id, all);
    const backup = {
      name: String(all.size + 1),
      created: new Date().toISOString(),
      description,
      revision,
      pluginVersion,
    };
    all.set(backup.name, { backup, entry: ownCopy(entry) });
    return backup;
  }

  async backups(id: string): Promise<readonly Backup[]> {
    return [...(this.#backups.get(id)?.values() ?? [])].map(({ backup }) => backup);
  }

  async readBackup(id: string, name: string): Promise<ConfigurationEntry> {
    const all = this.#backups.get(id);
    const found = all?.get(name);
    if (found !== undefined) return found.entry;
    throw new VmPluginError("VMP_BACKUP_NOT_FOUND", { id, name, hint: didYouMean(name, all?.keys() ?? []) });
  }

  watch(changed: () => void): () => void {
    const watcher = () => changed();
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #replace(id: string, { revision }: Metadata, entry: ConfigurationEntry | undefined, expected: number): void {
    const found = this.#kept.get(id)?.revision ?? 0;
    if (found !== expected) throw new VmPluginError("VMP_CONFIGURATION_CONFLICT", { id, expected, found });
    this.#kept.set(id, { revision, entry });
    // As from another process: not while the writer is still at it.
    for (const watcher of this.#watchers) setImmediate(() => this.#watchers.has(watcher) && watcher());
  }
}

/** What the caller keeps and changes is not what is stored. */
function ownCopy({ id, configuration, metadata }: ConfigurationEntry): ConfigurationEntry {
  return { id, configuration: freezeJson(copyJson(configuration) as JsonObject), metadata: { ...metadata } };
}
