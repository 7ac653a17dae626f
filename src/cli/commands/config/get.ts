import { VmPluginError } from "../../../errors.ts";
import { didYouMean } from "../../../nearest.ts";
import type { Configuration, JsonValue } from "../../../sdk/define-plugin.ts";
import type { Call } from "../../call.ts";
import type { Command } from "../../command.ts";
import { configurationLines, valueLine } from "../../configuration-lines.ts";
import { openConfigurations, type Readable } from "../../configurations.ts";
import { wrongOption } from "../../options.ts";
import { print, printJson } from "../../output.ts";
import { homeOption, jsonOption } from "../../shared-options.ts";

type View = "stored" | "effective" | "defaults";

export const get: Command = {
  name: "config get",
  about: `Prints what is configured for a plugin: KEY=VALUE lines, as config set takes them, or the value of one key.
With --json: { id, view, key, value, metadata: { revision, created, updated, author, description, tags, pluginVersion } };
key is null for the whole, metadata when nothing is stored.`,
  arguments: [
    { name: "ID", help: "a plugin's id", complete: "plugin" },
    { name: "KEY", optional: true, help: "like server.ports[0]", complete: "key" },
  ],
  options: {
    effective: { help: "what the plugin gets: with the defaults of what is not configured" },
    defaults: { help: "the defaults alone" },
    home: homeOption,
    json: jsonOption,
  },
  async run(call) {
    const view = viewOf(call);
    const readable = await openConfigurations(call);
    const { id } = readable.plugin.record.manifest;
    const entry = await readable.configurations.entry(id);
    const whole = await wholeOf(readable, view, entry?.configuration ?? {});
    const key = call.optional("KEY");
    const value = key === undefined ? whole : await partOf(id, whole, key);
    if (call.has("json")) printJson({ id, view, key: key ?? null, value, metadata: entry?.metadata ?? null });
    else print(key === undefined ? configurationLines(value) : valueLine(value));
    return 0;
  },
};

function viewOf(call: Call): View {
  if (!call.has("effective")) return call.has("defaults") ? "defaults" : "stored";
  if (!call.has("defaults")) return "effective";
  throw wrongOption(call.command.name, "--defaults", "--effective beside it", "they exclude each other");
}

async function wholeOf({ plugin, configurations }: Readable, view: View, stored: Configuration) {
  const { id } = plugin.record.manifest;
  if (view === "stored") return stored;
  if (view === "effective") return configurations.effective(id);
  // What has no default and is required is missing there, which is no fault of anybody's.
  return (await configurations.check(id, {})).effective;
}

/** VMP_CONFIGURATION_KEY_NOT_FOUND with the nearest key. */
async function partOf(id: string, whole: Configuration, key: string): Promise<JsonValue> {
  const { parsePath, valueAt } = await import("../../../config/path.ts");
  const value = valueAt(whole, parsePath(key));
  if (value !== undefined) return value;
  const keys = configurationLines(whole)
    .split("\n")
    .map((line) => line.replace(/=.*/s, ""));
  throw new VmPluginError("VMP_CONFIGURATION_KEY_NOT_FOUND", { id, key, hint: didYouMean(key, keys) });
}
