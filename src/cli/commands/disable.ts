import type { Command } from "../command.ts";
import { homeOf } from "../home.ts";
import { homeContext } from "../manager.ts";
import { printJson, printLine } from "../output.ts";
import { reachedText, settleState, tellUnanswered } from "../settle.ts";
import { homeOption, jsonOption } from "../shared-options.ts";

export const disable: Command = {
  name: "disable",
  about: `Keeps a plugin, built-in or installed, from being used, now and later, until it is enabled; running hosts stop it.
Refused while other enabled plugins require it.
With --json: { changed: [id...], hosts: [pid...], unanswered: [pid...] }.`,
  arguments: [{ name: "ID", help: "a plugin's id", complete: "plugin" }],
  options: {
    dependents: { help: "disable those that require it too" },
    home: homeOption,
    json: jsonOption,
  },
  async run(call) {
    const home = homeOf(call);
    const id = call.argument("ID");
    const { disable: disablePlugin } = await import("../../host/home/disable.ts");
    const changed = await disablePlugin(home, id, await homeContext(), { dependents: call.has("dependents") });
    const settled = await settleState(home, id);
    const { hosts, unanswered } = settled;
    if (call.has("json")) printJson({ changed, hosts, unanswered });
    else if (changed.length === 0) printLine(`${id} was disabled already`);
    else printLine(`disabled ${changed.join(", ")}${reachedText(settled)}`);
    tellUnanswered(settled);
    return 0;
  },
};
