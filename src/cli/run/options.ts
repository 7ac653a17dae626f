/** The options of `run` that say what the guest gets. */
import type { RunLimits } from "../../machine/limits.ts";
import type { Call } from "../call.ts";
import { type OptionDescriptions, wrongOption } from "../options.ts";

export const limitOptions = {
  "limit-memory": { value: "SIZE", help: "end the guest when its processes have more memory together, like 64M" },
  "limit-time": { value: "TIME", help: "end it after this time, like 500ms, 10s, 2min or 1h" },
  "limit-instructions": { value: "COUNT", help: "end it after so many instructions" },
  "limit-processes": { value: "COUNT", help: "end it when it has more processes at one time" },
  "limit-open-files": { value: "COUNT", help: "end it when one of its processes has more descriptors open" },
} as const satisfies OptionDescriptions;

type LimitOption = keyof typeof limitOptions;

export function environmentOf(call: Call): Record<string, string> {
  return Object.fromEntries(
    call.values("env").map((pair) => {
      const end = pair.indexOf("=");
      if (end > 0) return [pair.slice(0, end), pair.slice(end + 1)];
      throw wrongOption("run", "--env", pair, "expected KEY=VALUE");
    }),
  );
}

/** By plugin id. A value is what JSON says that it is, and 0x1000 a number too; else text. */
export function configurationsOf(call: Call): Record<string, Record<string, string | number | boolean>> {
  const configurations: Record<string, Record<string, string | number | boolean>> = {};
  for (const text of call.values("configure")) {
    const [, plugin = "", key = "", value = ""] = /^([^.=]+)\.([^.=]+)=(.*)$/s.exec(text) ?? [];
    if (plugin === "") throw wrongOption("run", "--configure", text, "expected PLUGIN.KEY=VALUE");
    configurations[plugin] ??= {};
    configurations[plugin][key] = textValue(value);
  }
  return configurations;
}

function textValue(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return /^(-?\d+(\.\d+)?|0x[\da-f]+)$/i.test(text) ? Number(text) : text;
}

/** Sizes, times and the bounds of counts are checked where the guest is made. */
export function limitsOf(call: Call): RunLimits {
  const count = (option: LimitOption) => {
    const value = call.value(option);
    if (value === undefined || /^[1-9]\d*$/.test(value)) return value;
    throw wrongOption("run", `--${option}`, value, "expected a whole number from 1");
  };
  const [instructions, processes, openFiles] = (
    ["limit-instructions", "limit-processes", "limit-open-files"] as const
  ).map(count);
  return {
    memory: call.value("limit-memory"),
    time: call.value("limit-time"),
    instructions: instructions === undefined ? undefined : BigInt(instructions),
    processes: processes === undefined ? undefined : Number(processes),
    openFiles: openFiles === undefined ? undefined : Number(openFiles),
  };
}
