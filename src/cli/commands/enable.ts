import type { Command } from "../command.ts";
import { homeOf } from "../home.ts";
import { homeContext } from "../manager.ts";
import { printJson, printLine } from "../output.ts";
import { reachedText, settleState, tellUnanswered } from "../settle.ts";
import { homeOption, jsonOption } from "../shared-options.ts";

export const enable: Command = {
  name: "enable",
  about: `Allows a disabled plugin again, now and later; running hosts start it if it ran when it was disabled.
With --json: { changed: [id...], hosts: [pid...], unanswered: [pid...] }.`,
  arguments: [{ name: "ID", help: "a plugin's id", complete: "plugin" }],
  options: { home: homeOption, json: jsonOption },
  async run(call) {
    const home = homeOf(call);
    const id = call.argument("ID");
    const { enable: enablePlugin } = await import("../../host/home/disable.ts");
    const changed = await enablePlugin(home, id, await homeContext());
    const settled = await settleState(home, id);
    const { hosts, unanswered } = settled;
    if (call.has("json")) printJson({ changed: changed ? [id] : [], hosts, unanswered });
    else printLine(changed ? `enabled ${id}${reachedText(settled)}` : `${id} was enabled already`);
    tellUnanswered(settled);
    return 0;
  },
};
