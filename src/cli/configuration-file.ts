/** A configuration in a file that the user gives. */
import { realpathSync } from "node:fs";
import { extname } from "node:path";
import { VmPluginError } from "../errors.ts";
import type { Configuration } from "../sdk/define-plugin.ts";

/**
 * In the format that the file's ending names. VMP_CONFIGURATION_FORMAT_UNKNOWN for an ending that names none,
 * VMP_CONFIGURATION_UNREADABLE, _TOO_LARGE or _MALFORMED for a file that is no sound one.
 */
export async function readConfigurationFile(path: string): Promise<Configuration> {
  const { checkFormatName, parseText } = await import("../config/formats/format.ts");
  const { readConfigurationText } = await import("../config/file-text.ts");
  const { isObject } = await import("../config/json.ts");
  const ending = extname(path).slice(1).toLowerCase();
  const format = checkFormatName(ending === "yml" ? "yaml" : ending);
  const text = readConfigurationText(targetOf(path));
  if (text === undefined)
    throw new VmPluginError("VMP_CONFIGURATION_UNREADABLE", { path, reason: "there is no such file" });
  const value = await parseText(format, text, path);
  if (isObject(value)) return value;
  throw new VmPluginError("VMP_CONFIGURATION_MALFORMED", {
    path,
    format,
    reason: "it is no object of keys and values",
  });
}

/** The user's own link is meant to be followed. */
function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
