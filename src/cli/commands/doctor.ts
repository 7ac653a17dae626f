import type { Check, State } from "../../doctor/check.ts";
import { printable } from "../../errors.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { homeOf } from "../home.ts";
import { withManager } from "../manager.ts";
import { print, printJson } from "../output.ts";
import { homeOption, jsonOption } from "../shared-options.ts";
import { type Style, styled } from "../style.ts";

const styles: Readonly<Record<State, Style>> = { ok: "green", limited: "yellow", missing: "red" };
const stateWidth = "limited".length + 2;

export const doctor: Command = {
  name: "doctor",
  about: `Tries out what this machine offers: engines and the hypervisor, the processor, executable memory, isolation, memory and
limits; and tells how to get what is missing. Engines' plugins are started for it, in this process, and stopped again.
States: ok; limited, there and less than it could be; missing.
Exits with 3 when no engine can run guests: whatever else is missing, vm-plugin can be used without it.
With --json: { "vm-plugin": version, usable, checks: [{ id, state, words, code, fix, facts }...] }.`,
  arguments: [],
  options: { home: homeOption, json: jsonOption },
  async run(call) {
    const { examine } = await import("../../doctor/examine.ts");
    const { vmPluginVersion } = await import("../../doctor/versions.ts");
    const { checks, usable } = await withManager(call, homeOf(call), examine);
    if (call.has("json")) printJson({ "vm-plugin": vmPluginVersion(), usable, checks: checks.map(documentOf) });
    else print(checks.flatMap((check) => linesOf(check, Math.max(...checks.map(({ id }) => id.length)) + 2)).join(""));
    return usable ? 0 : exitStatus.unhealthy;
  },
};

function documentOf({ id, state, words, code, fix, facts }: Check) {
  return { id, state, words, code: code ?? null, fix: fix ?? null, facts: facts ?? {} };
}

/** Whole, however wide the terminal: fixes are there to be copied. */
function linesOf({ id, state, words, code, fix }: Check, width: number): string[] {
  const name = styled(styles[state], state) + " ".repeat(stateWidth - state.length);
  const text = code === undefined ? words : `${code}: ${words}`;
  const indent = " ".repeat(stateWidth + width);
  return [
    `${name}${printable(id).padEnd(width)}${printable(text)}\n`,
    ...(fix === undefined ? [] : [`${indent}${styled("bold", "fix:")} ${printable(fix)}\n`]),
  ];
}
