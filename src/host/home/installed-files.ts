/** What a record says about an installed plugin's files. The list of them is read when somebody asks: most are never loaded. */
import { basename } from "node:path";
import { reasonOf, VmPluginError } from "../../errors.ts";
import type { InstalledFiles } from "../plugin-record.ts";
import { moduleName, readFileList } from "./content.ts";

/** Its getters throw VMP_PLUGIN_DAMAGED when the list cannot be read. */
export class InstalledContent implements InstalledFiles {
  readonly hash: string;
  readonly #id: string;
  readonly #folder: string;
  #files: Readonly<Record<string, string>> | undefined;

  constructor(id: string, folder: string, hash: string) {
    this.#id = id;
    this.#folder = folder;
    this.hash = hash;
  }

  get files(): Readonly<Record<string, string>> {
    try {
      this.#files ??= readFileList(this.#folder);
      return this.#files;
    } catch (cause) {
      throw damaged(this.#id, this.#folder, reasonOf(cause), cause);
    }
  }

  get module(): string | undefined {
    return Object.keys(this.files).find((path) => basename(path) === moduleName);
  }
}

export function damaged(id: string, path: string, reason: string, cause?: unknown): VmPluginError {
  return new VmPluginError("VMP_PLUGIN_DAMAGED", { id, path, reason }, { cause });
}
