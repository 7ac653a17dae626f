import type { Command } from "../../command.ts";
import { changeConfiguration } from "../../configurations.ts";
import { homeOption, jsonOption } from "../../shared-options.ts";

export const reset: Command = {
  name: "config reset",
  about: `Takes back all that is configured for a plugin: its defaults hold again. Backups stay. A plugin that runs may refuse it.
With --json: { id, revision, configuration: null, warnings, hosts: [pid...], unanswered: [pid...] }.`,
  arguments: [{ name: "ID", help: "a plugin's id", complete: "plugin" }],
  options: { home: homeOption, json: jsonOption },
  run: (call) =>
    changeConfiguration(call, "reset the configuration of", async (configurations, id) => {
      await configurations.reset(id);
      return undefined;
    }),
};
