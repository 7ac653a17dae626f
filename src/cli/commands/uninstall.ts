import type { Command } from "../command.ts";
import { configurationStore } from "../configurations.ts";
import { homeOf } from "../home.ts";
import { homeContext } from "../manager.ts";
import { printJson, printLine } from "../output.ts";
import { reachedText, settleState, tellUnanswered } from "../settle.ts";
import { homeOption, jsonOption } from "../shared-options.ts";

export const uninstall: Command = {
  name: "uninstall",
  about: `Removes an installed plugin, its configuration and the backups of that. Running hosts stop it as soon as nothing uses it.
Refused while other enabled plugins require it.
With --json: { uninstalled: [id...], hosts: [pid...], unanswered: [pid...] }.`,
  arguments: [{ name: "ID", help: "an installed plugin's id", complete: "plugin" }],
  options: {
    dependents: { help: "uninstall the installed ones that require it too" },
    "keep-configuration": { help: "keep its configuration for when it is installed again" },
    home: homeOption,
    json: jsonOption,
  },
  async run(call) {
    const home = homeOf(call);
    const id = call.argument("ID");
    const { uninstall: uninstallPlugin } = await import("../../host/home/uninstall.ts");
    const context = { ...(await homeContext()), store: await configurationStore(home) };
    const uninstalled = await uninstallPlugin(home, id, context, {
      dependents: call.has("dependents"),
      keepConfiguration: call.has("keep-configuration"),
    });
    const settled = await settleState(home, id);
    if (call.has("json")) printJson({ uninstalled, hosts: settled.hosts, unanswered: settled.unanswered });
    else printLine(`uninstalled ${uninstalled.join(", ")}${reachedText(settled)}`);
    tellUnanswered(settled);
    return 0;
  },
};
