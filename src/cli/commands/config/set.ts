import { VmPluginError } from "../../../errors.ts";
import type { JsonValue } from "../../../sdk/define-plugin.ts";
import type { Call } from "../../call.ts";
import type { Command } from "../../command.ts";
import { readConfigurationFile } from "../../configuration-file.ts";
import { changeConfiguration } from "../../configurations.ts";
import { homeOption, jsonOption } from "../../shared-options.ts";

const formats = ["json", "toml", "yaml", "xml"] as const;

export const set: Command = {
  name: "config set",
  about: `Changes the configuration of a plugin, now and for later runs. It must be valid by the manifest's schema, and a plugin that
runs, here or in a running host, may refuse it: then nothing has changed. A VALUE is JSON (80, true, [1, 2], "80") and else
a text.
With --json: { id, revision, configuration, warnings: [{ path, message, keyword }...], hosts: [pid...], unanswered: [pid...] }.`,
  arguments: [
    { name: "ID", help: "a plugin's id", complete: "plugin" },
    { name: "KEY=VALUE", optional: true, multiple: true, help: "like server.ports[0]=80", complete: "key" },
  ],
  options: {
    string: { help: "every VALUE is a text, whatever it looks like" },
    remove: { value: "KEY", multiple: true, help: "take this key out; may be repeated", complete: "key" },
    file: {
      value: "FILE",
      short: "f",
      help: "the whole configuration from a .json, .toml, .yaml or .xml file, before any KEY=VALUE",
      complete: "file",
    },
    description: { value: "TEXT", help: "why it is changed; kept with it" },
    tag: { value: "TEXT", multiple: true, help: "kept with it; may be repeated" },
    format: { value: "FORMAT", help: "of the file that it is kept in: json, toml, yaml or xml", complete: formats },
    home: homeOption,
    json: jsonOption,
  },
  async run(call) {
    const edits = editsOf(call);
    const file = call.value("file");
    const replacement = file === undefined ? undefined : await readConfigurationFile(file);
    if (edits.length === 0 && replacement === undefined)
      throw new VmPluginError("VMP_ARGUMENT_MISSING", { command: call.command.name, argument: "KEY=VALUE" });
    const format = formats.find((name) => name === call.value("format"));
    const description = call.value("description");
    const options = {
      ...(description === undefined ? {} : { description }),
      ...(call.has("tag") ? { tags: call.values("tag") } : {}),
      ...(format === undefined ? {} : { format }),
    };
    return changeConfiguration(call, "configured", async (configurations, id) => {
      if (replacement === undefined) return configurations.change(id, edits, options);
      const { withValueAt } = await import("../../../config/path.ts");
      const whole = edits.reduce((at, { path, value }) => withValueAt(at, path, value), replacement);
      return configurations.set(id, whole, options);
    });
  },
};

interface Edit {
  readonly path: string;
  readonly value: JsonValue | undefined;
}

/** Those that remove stand first. */
function editsOf(call: Call): Edit[] {
  const removed = call.values("remove").map((path) => ({ path, value: undefined }));
  return [...removed, ...call.rest("KEY=VALUE").map((word) => editOf(call, word))];
}

function editOf(call: Call, word: string): Edit {
  const end = endOfKey(word);
  if (end > 0) return { path: word.slice(0, end), value: parsedValue(word.slice(end + 1), call.has("string")) };
  const values = { command: call.command.name, argument: word, reason: "expected KEY=VALUE", hint: "" };
  throw new VmPluginError("VMP_ARGUMENT_VALUE", values);
}

/** The first "=" that does not stand in a quoted key. */
function endOfKey(word: string): number {
  const [key = ""] = /^(?:\["(?:[^"\\]|\\.)*"\]|[^=])*/.exec(word) ?? [];
  return key.length < word.length ? key.length : -1;
}

function parsedValue(text: string, asText: boolean): JsonValue {
  if (asText) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
