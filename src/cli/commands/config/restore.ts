import type { Command } from "../../command.ts";
import { changeConfiguration } from "../../configurations.ts";
import { homeOption, jsonOption } from "../../shared-options.ts";

export const restore: Command = {
  name: "config restore",
  about: `Makes a kept copy a plugin's configuration again. It goes the way of config set: it must be valid, and may be refused.
With --json: { id, revision, configuration, warnings: [{ path, message, keyword }...], hosts: [pid...], unanswered: [pid...] }.`,
  arguments: [
    { name: "ID", help: "a plugin's id", complete: "plugin" },
    { name: "NAME", help: "a copy's name, as config backups lists it", complete: "backup" },
  ],
  options: { home: homeOption, json: jsonOption },
  run: (call) =>
    changeConfiguration(call, "restored the configuration of", async (configurations, id) => {
      await configurations.restore(id, call.argument("NAME"));
      return configurations.entry(id);
    }),
};
