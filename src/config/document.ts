/** What is in a configuration's file, or in a backup's: { id, metadata, configuration, backup }. */
import { VmPluginError } from "../errors.ts";
import type { Configuration, JsonValue } from "../sdk/define-plugin.ts";
import { readConfigurationText } from "./file-text.ts";
import { type FormatName, formatText, maximalSize, parseText } from "./formats/format.ts";
import { isObject } from "./json.ts";
import { type Metadata, metadataIn } from "./metadata.ts";
import type { Backup } from "./store.ts";

export interface ConfigurationDocument {
  readonly id: string;
  readonly metadata: Metadata;
  /** Undefined after a reset. */
  readonly configuration: Configuration | undefined;
  /** Of a backup. */
  readonly backup?: Pick<Backup, "created" | "description">;
}

/** Undefined where there is no file. VMP_CONFIGURATION_* where it is not sound, or of another id than `id`, where that is given. */
export async function readDocument(
  path: string,
  format: FormatName,
  id?: string,
): Promise<ConfigurationDocument | undefined> {
  const text = readConfigurationText(path);
  if (text === undefined) return undefined;
  const value = await parseText(format, text, path);
  try {
    return documentIn(value, id);
  } catch (cause) {
    const { message } = cause as Error;
    throw new VmPluginError("VMP_CONFIGURATION_MALFORMED", { path, format, reason: message }, { cause });
  }
}

/** Throws, with the reason, where the value is no document. */
function documentIn(value: JsonValue, id: string | undefined): ConfigurationDocument {
  if (!isObject(value)) throw new Error("it is not an object with id, metadata and configuration");
  const { id: found, metadata, configuration, backup } = value;
  if (typeof found !== "string" || (id !== undefined && found !== id))
    throw new Error(id === undefined ? "it has no id" : `it is of another plugin: its id is not ${id}`);
  if (configuration !== undefined && !isObject(configuration)) throw new Error("configuration is not an object");
  const document = { id: found, metadata: metadataIn(metadata), configuration };
  if (backup === undefined) return document;
  if (!isObject(backup) || typeof backup.created !== "string" || typeof backup.description !== "string")
    throw new Error("backup is not an object with created and description");
  return { ...document, backup: { created: backup.created, description: backup.description } };
}

/** The text of a file. VMP_CONFIGURATION_TOO_LARGE, naming `path`, and VMP_CONFIGURATION_NOT_REPRESENTABLE. */
export async function documentText(path: string, format: FormatName, document: ConfigurationDocument): Promise<string> {
  const { id, metadata, configuration, backup } = document;
  const text = await formatText(format, {
    id,
    metadata: { ...metadata },
    ...(backup === undefined ? {} : { backup: { ...backup } }),
    ...(configuration === undefined ? {} : { configuration }),
  });
  const size = Buffer.byteLength(text);
  if (size > maximalSize) throw new VmPluginError("VMP_CONFIGURATION_TOO_LARGE", { path, size, limit: maximalSize });
  return text;
}
