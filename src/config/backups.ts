/** Backups of one store: a folder a plugin, a file a backup. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { VmPluginError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { sweepTemporaries, writeDurably } from "../storage/durable-write.ts";
import { fileNameOf } from "../storage/file-name.ts";
import { unusable } from "../storage/home-error.ts";
import { privateFolder } from "../storage/private-folder.ts";
import { documentText, readDocument } from "./document.ts";
import { checkFormatName, type FormatName } from "./formats/format.ts";
import type { ConfigurationEntry } from "./metadata.ts";
import type { Backup } from "./store.ts";

/** The time, to the millisecond, and a number where several were made in one. */
const fileName = /^(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z(?:-\d+)?)\.(json|toml|yaml|xml)$/;

export class Backups {
  readonly #folder: string;

  /** `folder` is made when the first backup is. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The caller holds the store's lock: it keeps the names apart. */
  async make(entry: ConfigurationEntry, description: string, format: FormatName, now: Date): Promise<Backup> {
    const folder = this.#folderOf(entry.id);
    privateFolder(folder);
    sweepTemporaries(folder);
    const taken = new Set(this.#files(entry.id).map(({ name }) => name));
    const time = now.toISOString().replace(/[:.]/g, "-");
    let name = time;
    for (let count = 2; taken.has(name); count++) name = `${time}-${count}`;
    const backup = { created: now.toISOString(), description };
    const path = join(folder, `${name}.${format}`);
    writeDurably(path, await documentText(path, format, { ...entry, backup }));
    const { revision, pluginVersion } = entry.metadata;
    return { name, ...backup, revision, pluginVersion };
  }

  /** The oldest first; one that is not sound is in the list, and says so when it is to be read. */
  async list(id: string): Promise<readonly Backup[]> {
    const found = await Promise.all(this.#files(id).map((file) => this.#listed(id, file)));
    return found.sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : byNumber(a.name, b.name)));
  }

  /** VMP_BACKUP_NOT_FOUND where there is none of that name. */
  async read(id: string, name: string): Promise<ConfigurationEntry> {
    const files = this.#files(id);
    const file = files.find((candidate) => candidate.name === name);
    const document = file === undefined ? undefined : await readDocument(file.path, file.format, id);
    if (document?.configuration === undefined) {
      const hint = didYouMean(
        name,
        files.map((candidate) => candidate.name),
      );
      throw new VmPluginError("VMP_BACKUP_NOT_FOUND", { id, name, hint });
    }
    return { id, configuration: document.configuration, metadata: document.metadata };
  }

  /** All of a plugin's. */
  remove(id: string): void {
    const folder = this.#folderOf(id);
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      throw unusable(folder, error);
    }
  }

  async #listed(id: string, file: BackupFile): Promise<Backup> {
    try {
      const document = await readDocument(file.path, file.format, id);
      if (document?.backup !== undefined) {
        const { revision, pluginVersion } = document.metadata;
        return { name: file.name, ...document.backup, revision, pluginVersion };
      }
    } catch {}
    const created = file.name.replace(/T(\d\d)-(\d\d)-(\d\d)-(\d{3}Z).*/, "T$1:$2:$3.$4");
    return { name: file.name, created, description: "(damaged)", revision: 0, pluginVersion: "" };
  }

  #folderOf(id: string): string {
    return join(this.#folder, fileNameOf(id));
  }

  #files(id: string): readonly BackupFile[] {
    if (!existsSync(this.#folder)) return [];
    const folder = this.#folderOf(id);
    let names: readonly string[];
    try {
      names = readdirSync(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw unusable(folder, error);
    }
    return names.flatMap((entry) => {
      const [, name, format] = fileName.exec(entry) ?? [];
      return name === undefined ? [] : [{ name, path: join(folder, entry), format: checkFormatName(format ?? "") }];
    });
  }
}

interface BackupFile {
  readonly name: string;
  readonly path: string;
  readonly format: FormatName;
}

/** Of one millisecond: the one without a number, then -2, -3 ... -10. */
function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}
