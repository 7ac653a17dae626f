/** What is known of a configuration besides its values. */
import type { Configuration, JsonValue } from "../sdk/define-plugin.ts";
import { isObject } from "./json.ts";

export interface Metadata {
  /** 1 for the first; each change, a reset too, makes it one more. */
  readonly revision: number;
  /** ISO 8601, in UTC. */
  readonly created: string;
  readonly updated: string;
  readonly author: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** The plugin's, when this was written. */
  readonly pluginVersion: string;
  /** The revision that a running plugin refused and that this one undoes; nobody undoes that in turn. */
  readonly rollsBack?: number;
}

export interface ConfigurationEntry {
  readonly id: string;
  readonly configuration: Configuration;
  readonly metadata: Metadata;
}

/** The metadata in a value; throws, saying what is missing. */
export function metadataIn(value: JsonValue | undefined): Metadata {
  if (!isObject(value)) throw new Error("metadata is not an object");
  const { revision, created, updated, author, description, tags, pluginVersion, rollsBack } = value;
  if (!Number.isSafeInteger(revision) || Number(revision) < 1)
    throw new Error("metadata.revision is not an integer from 1 on");
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === "string"))
    throw new Error("metadata.tags is not a list of strings");
  const text = (name: string, found: JsonValue | undefined): string => {
    if (typeof found !== "string") throw new Error(`metadata.${name} is not a string`);
    return found;
  };
  return {
    revision: Number(revision),
    created: text("created", created),
    updated: text("updated", updated),
    author: text("author", author),
    description: text("description", description),
    tags,
    pluginVersion: text("pluginVersion", pluginVersion),
    ...(typeof rollsBack === "number" ? { rollsBack } : {}),
  };
}
