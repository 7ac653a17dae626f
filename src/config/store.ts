/** Where configurations are kept. */
import type { FormatName } from "./formats/format.ts";
import type { ConfigurationEntry, Metadata } from "./metadata.ts";

export interface Backup {
  /** Of its own among those of its plugin. */
  readonly name: string;
  /** ISO 8601, in UTC. */
  readonly created: string;
  readonly description: string;
  /** Of what was backed up. */
  readonly revision: number;
  readonly pluginVersion: string;
}

export interface ConfigurationStore {
  /** Undefined where nothing is stored, or nothing since a reset. VMP_CONFIGURATION_* where what is stored is not sound. */
  read(id: string): Promise<ConfigurationEntry | undefined>;
  /** Of what is stored, or of the reset; 0 where nothing ever was. It never goes back. */
  revision(id: string): Promise<number>;
  /** Of all ids; what is not sound is left out. */
  revisions(): Promise<ReadonlyMap<string, number>>;
  /**
   * Only if the stored revision is still `expected`, else VMP_CONFIGURATION_CONFLICT; the entry's own has to be the next.
   * `format`: of the file, where there are files; that of the present one by default.
   */
  write(entry: ConfigurationEntry, expected: number, format?: FormatName): Promise<void>;
  /** A reset: nothing but the metadata, and in it the next revision, stays. Backups stay too. */
  remove(id: string, metadata: Metadata, expected: number): Promise<void>;
  /**
   * Everything of a plugin that is gone, backups too, sound or not. Its revision stays and goes up, where it can be read: a later
   * one must not be taken for an older.
   */
  forget(id: string): Promise<void>;
  backup(entry: ConfigurationEntry, description: string): Promise<Backup>;
  /** The oldest first. */
  backups(id: string): Promise<readonly Backup[]>;
  /** VMP_BACKUP_NOT_FOUND where there is none of that name. */
  readBackup(id: string, name: string): Promise<ConfigurationEntry>;
  /** Calls back when anything may have changed, until what is returned is called. Keeps no process alive. */
  watch?(changed: () => void): () => void;
}
