/** Configurations in files, one a plugin, each in a format of its own choice; several processes may use one folder. */
import { type BigIntStats, lstatSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { VmPluginError } from "../errors.ts";
import { isRecent, signatureOf } from "../storage/cache-file.ts";
import { sweepTemporaries, writeDurably } from "../storage/durable-write.ts";
import { fileNameOf } from "../storage/file-name.ts";
import { unusable } from "../storage/home-error.ts";
import { withLock } from "../storage/lock.ts";
import { privateFolder, refuseShared } from "../storage/private-folder.ts";
import { watchFolder } from "../storage/watch.ts";
import { Backups } from "./backups.ts";
import { type ConfigurationDocument, documentText, readDocument } from "./document.ts";
import { type FormatName, formatNames } from "./formats/format.ts";
import { freezeJson } from "./json.ts";
import type { ConfigurationEntry, Metadata } from "./metadata.ts";
import type { Backup, ConfigurationStore } from "./store.ts";

export interface FileStoreOptions {
  /** Made when something is written. */
  readonly folder: string;
  /** Of all that is written from now on; by default a file keeps its own, and a new one is json. */
  readonly format?: FormatName;
  /** Guards changes; by default a file of its own in the folder. Not re-entrant: no holder of it may write to this store. */
  readonly lockFile?: string;
}

interface Stored extends ConfigurationDocument {
  readonly format: FormatName;
}

interface Remembered {
  readonly signature: string;
  readonly document: Stored;
}

export class FileStore implements ConfigurationStore {
  readonly #folder: string;
  readonly #format: FormatName | undefined;
  readonly #lockFile: string;
  readonly #backups: Backups;
  /** By path. */
  readonly #remembered = new Map<string, Remembered>();

  constructor({ folder, format, lockFile }: FileStoreOptions) {
    this.#folder = folder;
    this.#format = format;
    this.#lockFile = lockFile ?? join(folder, "lock");
    this.#backups = new Backups(join(folder, "backups"));
  }

  async read(id: string): Promise<ConfigurationEntry | undefined> {
    const stored = await this.#stored(id);
    if (stored?.configuration === undefined) return undefined;
    return { id, configuration: stored.configuration, metadata: stored.metadata };
  }

  async revision(id: string): Promise<number> {
    return (await this.#stored(id))?.metadata.revision ?? 0;
  }

  async revisions(): Promise<ReadonlyMap<string, number>> {
    const revisions = new Map<string, number>();
    for (const entry of this.#names()) {
      const format = formatNames.find((name) => entry.endsWith(`.${name}`));
      if (format === undefined || entry.startsWith(".")) continue;
      const document = await this.#document(join(this.#folder, entry), format, undefined).catch(() => undefined);
      if (document === undefined || !entry.startsWith(fileNameOf(document.id))) continue;
      const { id, metadata } = document;
      revisions.set(id, Math.max(metadata.revision, revisions.get(id) ?? 0));
    }
    return revisions;
  }

  write(entry: ConfigurationEntry, expected: number, format?: FormatName): Promise<void> {
    return this.#replace(entry, expected, format);
  }

  remove(id: string, metadata: Metadata, expected: number): Promise<void> {
    return this.#replace({ id, metadata, configuration: undefined }, expected, undefined);
  }

  async forget(id: string): Promise<void> {
    if (this.#names().length === 0) return;
    await this.#locked(async () => {
      this.#backups.remove(id);
      const stored = await this.#stored(id).catch(() => undefined);
      const { metadata } = stored ?? {};
      if (metadata !== undefined && stored?.configuration === undefined) return;
      const updated = new Date().toISOString();
      if (metadata === undefined) for (const format of formatNames) remove(this.#path(id, format));
      else
        await this.#put(
          { id, metadata: { ...metadata, revision: metadata.revision + 1, updated }, configuration: undefined },
          stored?.format ?? "json",
        );
    });
  }

  async backup(entry: ConfigurationEntry, description: string): Promise<Backup> {
    return this.#locked(async () => {
      const format = this.#format ?? (await this.#stored(entry.id))?.format ?? "json";
      return this.#backups.make(entry, description, format, new Date());
    });
  }

  async backups(id: string): Promise<readonly Backup[]> {
    this.#exists();
    return this.#backups.list(id);
  }

  async readBackup(id: string, name: string): Promise<ConfigurationEntry> {
    this.#exists();
    return this.#backups.read(id, name);
  }

  watch(changed: () => void): () => void {
    return watchFolder(this.#folder, changed);
  }

  #locked<Result>(work: () => Promise<Result>): Promise<Result> {
    privateFolder(this.#folder);
    return withLock(this.#lockFile, () => {
      sweepTemporaries(this.#folder);
      return work();
    });
  }

  async #replace(document: ConfigurationDocument, expected: number, format: FormatName | undefined): Promise<void> {
    await this.#locked(async () => {
      const { id } = document;
      const stored = await this.#stored(id);
      const found = stored?.metadata.revision ?? 0;
      if (found !== expected) throw new VmPluginError("VMP_CONFIGURATION_CONFLICT", { id, expected, found });
      await this.#put(document, format ?? this.#format ?? stored?.format ?? "json");
    });
  }

  /** The caller holds the lock. */
  async #put(document: ConfigurationDocument, format: FormatName): Promise<void> {
    const path = this.#path(document.id, format);
    writeDurably(path, await documentText(path, format, document));
    // One that is left here by a kill is of a lower revision, and so of no effect.
    for (const other of formatNames) if (other !== format) remove(this.#path(document.id, other));
  }

  /** The file of the highest revision, where a change of format was interrupted. */
  async #stored(id: string): Promise<Stored | undefined> {
    if (!this.#exists()) return undefined;
    let newest: Stored | undefined;
    for (const format of formatNames) {
      const document = await this.#document(this.#path(id, format), format, id);
      if (document === undefined || document.metadata.revision < (newest?.metadata.revision ?? 0)) continue;
      if (document.metadata.revision === newest?.metadata.revision) {
        const path = this.#path(id, format);
        const reason = `${newest.format} has one of the same revision, ${document.metadata.revision}`;
        throw new VmPluginError("VMP_CONFIGURATION_MALFORMED", { path, format, reason });
      }
      newest = document;
    }
    return newest;
  }

  /** Reads a file again only when its status says that it is another. */
  async #document(path: string, format: FormatName, id: string | undefined): Promise<Stored | undefined> {
    const looked = Date.now();
    const status = statusOf(path);
    if (status === undefined) {
      this.#remembered.delete(path);
      return undefined;
    }
    const signature = signatureOf(status);
    const remembered = this.#remembered.get(path);
    if (remembered?.signature === signature) return remembered.document;
    const document = await readDocument(path, format, id);
    if (document === undefined) return undefined;
    const configuration = document.configuration && freezeJson(document.configuration);
    const stored = { ...document, configuration, format };
    if (!isRecent(status, looked)) this.#remembered.set(path, { signature, document: stored });
    return stored;
  }

  #path(id: string, format: FormatName): string {
    return join(this.#folder, `${fileNameOf(id)}.${format}`);
  }

  #names(): readonly string[] {
    try {
      return this.#exists() ? readdirSync(this.#folder) : [];
    } catch (error) {
      throw unusable(this.#folder, error);
    }
  }

  /** Nothing is read either where others could have written it. */
  #exists(): boolean {
    try {
      const status = statSync(this.#folder, { throwIfNoEntry: false });
      if (status !== undefined) refuseShared(this.#folder, status);
      return status !== undefined;
    } catch (error) {
      throw unusable(this.#folder, error);
    }
  }
}

function statusOf(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    throw unusable(path, error);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw unusable(path, error);
  }
}
