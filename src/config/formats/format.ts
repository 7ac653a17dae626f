/** The formats of configuration files. Each is loaded when a file of it is read or written. */
import { VmPluginError } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import type { JsonValue } from "../../sdk/define-plugin.ts";
import { copyJson, difference, type JsonObject, NotJson } from "../json.ts";
import { pathText, type Step } from "../path.ts";

export interface Format {
  /** Throws, with the reason in words, what is not sound or is no JSON value. Duplicate keys are not sound. */
  parse(text: string): unknown;
  /** VMP_CONFIGURATION_NOT_REPRESENTABLE for what the format cannot hold. */
  format(value: JsonObject): string;
}

/** In the order in which they are looked for; each is also the ending of its files. */
export const formatNames = ["json", "toml", "yaml", "xml"] as const;
export type FormatName = (typeof formatNames)[number];

/** Bytes that a configuration file may have. In the slowest format, YAML, a hostile one of that size takes a second or two. */
export const maximalSize = 1 << 18;

async function load(name: FormatName): Promise<Format> {
  if (name === "json") return (await import("./json.ts")).json;
  if (name === "toml") return (await import("./toml.ts")).toml;
  if (name === "yaml") return (await import("./yaml.ts")).yaml;
  return (await import("./xml.ts")).xml;
}

/** VMP_CONFIGURATION_FORMAT_UNKNOWN where it is none. */
export function checkFormatName(name: string): FormatName {
  const found = formatNames.find((known) => known === name);
  if (found === undefined)
    throw new VmPluginError("VMP_CONFIGURATION_FORMAT_UNKNOWN", { format: name, hint: didYouMean(name, formatNames) });
  return found;
}

/** What a format cannot hold. */
export function notRepresentable(format: FormatName, steps: readonly Step[], reason: string): VmPluginError {
  const at = pathText(steps);
  return new VmPluginError("VMP_CONFIGURATION_NOT_REPRESENTABLE", { format, at: at === "" ? "the whole" : at, reason });
}

/** A text as a JSON value. VMP_CONFIGURATION_MALFORMED, naming `path`, where it is none. */
export async function parseText(name: FormatName, text: string, path: string): Promise<JsonValue> {
  const format = await load(name);
  try {
    return copyJson(format.parse(text));
  } catch (cause) {
    throw new VmPluginError("VMP_CONFIGURATION_MALFORMED", { path, format: name, reason: reasonIn(cause) }, { cause });
  }
}

function reasonIn(error: unknown): string {
  if (error instanceof NotJson) return error.at === "" ? error.message : `${error.at}: ${error.message}`;
  const message = error instanceof Error ? error.message : String(error);
  // The parsers recurse, and some say so in words of their own.
  return /call stack/.test(message) ? "it nests too deep" : message;
}

/**
 * A value as a text from which it is read back equal: that is tried before the text is given out.
 * VMP_CONFIGURATION_NOT_REPRESENTABLE where the format cannot hold it.
 */
export async function formatText(name: FormatName, value: JsonObject): Promise<string> {
  const format = await load(name);
  const plain = copyJson(value) as JsonObject;
  const text = format.format(plain);
  let back: JsonValue;
  try {
    back = copyJson(format.parse(Buffer.from(text).toString()));
  } catch (error) {
    throw notRepresentable(name, [], `it could not be read back: ${reasonIn(error)}`);
  }
  const lost = difference(plain, back);
  if (lost !== undefined) throw notRepresentable(name, lost, "it would be read back as something else");
  return text;
}
