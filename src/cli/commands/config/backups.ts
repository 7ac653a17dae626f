import type { Command } from "../../command.ts";
import { openConfigurations } from "../../configurations.ts";
import { print, printJson } from "../../output.ts";
import { homeOption, jsonOption } from "../../shared-options.ts";
import { table } from "../../table.ts";

export const backups: Command = {
  name: "config backups",
  about: `Lists the copies that were kept of a plugin's configuration, the oldest first.
With --json: { id, backups: [{ name, created, description, revision, pluginVersion }...] }.`,
  arguments: [{ name: "ID", help: "a plugin's id", complete: "plugin" }],
  options: { home: homeOption, json: jsonOption },
  async run(call) {
    const { plugin, configurations } = await openConfigurations(call);
    const { id } = plugin.record.manifest;
    const kept = await configurations.backups(id);
    if (call.has("json")) {
      printJson({ id, backups: kept });
      return 0;
    }
    const rows = kept.map(({ name, revision, pluginVersion, description }) => [
      name,
      String(revision),
      pluginVersion,
      description,
    ]);
    print(table(["NAME", "REVISION", "PLUGIN VERSION", "DESCRIPTION"], rows));
    return 0;
  },
};
