/** Colours: on a terminal alone, and not where NO_COLOR is set (no-color.org) or the terminal is dumb. */
import { fstatSync } from "node:fs";

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

export type Style = keyof typeof codes;

/** Whether the descriptor is a terminal. Asks the file system first: tty's module loads net. */
export function isTerminal(descriptor: 1 | 2): boolean {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return (descriptor === 1 ? process.stdout : process.stderr).isTTY === true;
}

let coloured: boolean | undefined;

/** For standard output. */
export function styled(style: Style, text: string): string {
  coloured ??= (process.env.NO_COLOR ?? "") === "" && process.env.TERM !== "dumb" && isTerminal(1);
  if (!coloured || text === "") return text;
  const [on, off] = codes[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
