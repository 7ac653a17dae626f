import type { Command } from "../../command.ts";
import { openConfigurations } from "../../configurations.ts";
import { printJson, printLine } from "../../output.ts";
import { homeOption, jsonOption } from "../../shared-options.ts";

export const backup: Command = {
  name: "config backup",
  about: `Keeps a copy of what is configured for a plugin, and prints its name.
With --json: { id, name, created, description, revision, pluginVersion }.`,
  arguments: [{ name: "ID", help: "a plugin's id", complete: "plugin" }],
  options: {
    description: { value: "TEXT", help: "what it is kept for" },
    home: homeOption,
    json: jsonOption,
  },
  async run(call) {
    const { plugin, configurations } = await openConfigurations(call);
    const { id } = plugin.record.manifest;
    const description = call.value("description");
    const made = await configurations.backup(id, description === undefined ? {} : { description });
    if (call.has("json")) printJson({ id, ...made });
    else printLine(made.name);
    return 0;
  },
};
