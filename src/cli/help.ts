/** Help texts, made of the commands' descriptions. */
import { optionsOf } from "./call.ts";
import type { Command } from "./command.ts";
import { exitStatusHelp } from "./exit-status.ts";

export function overview(table: Readonly<Record<string, { readonly summary: string }>>, group = ""): string {
  const prefix = `vm-plugin ${group === "" ? "" : `${group} `}`;
  return [
    `Usage: ${prefix}COMMAND [OPTIONS] ...\n`,
    aligned(Object.entries(table).map(([name, { summary }]) => [`  ${name}`, summary])),
    `\n${prefix}COMMAND --help tells more of a command.\n`,
    `${exitStatusHelp}\n`,
  ].join("\n");
}

export function helpOf(command: Command): string {
  const { name, about, arguments: described, optionsFirst } = command;
  const words = described.map(({ name: word, optional, multiple }) => {
    const shown = `${word}${multiple === true ? "..." : ""}`;
    return optional === true ? `[${shown}]` : shown;
  });
  const options = Object.entries(optionsOf(command)).map(([option, { value, short, help }]): [string, string] => [
    `  ${short === undefined ? "    " : `-${short}, `}--${option}${value === undefined ? "" : ` ${value}`}`,
    help,
  ]);
  return [
    `Usage: vm-plugin ${[name, "[OPTIONS]", ...words].join(" ")}\n`,
    `${about}${optionsFirst === true ? " Every option comes before the program." : ""}\n`,
    ...(described.length === 0 ? [] : [`${aligned(described.map((one) => [`  ${one.name}`, one.help]))}\n`]),
    `${aligned(options)}\n`,
    ...(command.statusOf === undefined ? [`${exitStatusHelp}\n`] : []),
  ].join("\n");
}

function aligned(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `${left.padEnd(width)}${right}`).join("\n");
}
