import { parseArgs } from "node:util";
import { VmPluginError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";

export interface OptionDescription {
  /** What stands behind it in the help text ("DIR"); absent for a switch. */
  readonly value?: string;
  readonly short?: string;
  readonly multiple?: boolean;
  readonly help: string;
}

export interface ParsedOptions {
  /** Values in the order given; a switch has one empty string. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** From the first word that is no option on, untouched: a guest's own options are its own. */
  readonly rest: readonly string[];
}

/**
 * Reads the options that come before the first other word. Unknown, valueless and repeated ones are refused by name; a value
 * that looks like one of the options is none, unless it is written --option=VALUE.
 */
export function parseOptions(
  command: string,
  args: readonly string[],
  described: Readonly<Record<string, OptionDescription>>,
): ParsedOptions {
  const options = Object.fromEntries(
    Object.entries(described).map(([name, { value, short }]) => [
      name,
      {
        type: value === undefined ? ("boolean" as const) : ("string" as const),
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const found = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") return { options: found, rest: args.slice(token.index) };
    if (token.kind === "option-terminator") return { options: found, rest: args.slice(token.index + 1) };
    const description = Object.hasOwn(described, token.name) ? described[token.name] : undefined;
    if (description === undefined) {
      const names = Object.keys(described).map((name) => `--${name}`);
      const hint = didYouMean(token.rawName, names);
      throw new VmPluginError("VMP_OPTION_UNKNOWN", { command, option: token.rawName, hint });
    }
    const refuse = (reason: string) =>
      new VmPluginError("VMP_OPTION_VALUE", {
        command,
        option: token.rawName,
        value: token.value ?? "nothing",
        reason,
      });
    const swallowed = token.inlineValue === false && isOption(token.value, described);
    if (description.value !== undefined && (token.value === undefined || swallowed))
      throw refuse(`expected ${description.value}`);
    if (description.value === undefined && token.value !== undefined) throw refuse("it is a switch");
    const before = found.get(token.name);
    if (before !== undefined && description.multiple !== true) throw refuse("it is given twice");
    found.set(token.name, [...(before ?? []), token.value ?? ""]);
  }
  return { options: found, rest: [] };
}

function isOption(word: string, described: Readonly<Record<string, OptionDescription>>): boolean {
  return word.startsWith("--") && Object.hasOwn(described, word.slice(2).replace(/=.*/s, ""));
}

/** For commands that take options only. */
export function refuseArguments(command: string, [extra]: readonly string[]): void {
  if (extra === undefined) return;
  const reason = `${command} takes options only`;
  throw new VmPluginError("VMP_INVALID_ARGUMENT", { what: `argument ${extra}`, reason });
}

/** The lines of a help text, options aligned. */
export function describeOptions(described: Readonly<Record<string, OptionDescription>>): string {
  const rows = Object.entries(described).map(([name, { value, short, help }]) => [
    `  ${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
    help,
  ]);
  const width = Math.max(...rows.map(([left]) => left?.length ?? 0)) + 2;
  return rows.map(([left, help]) => `${left?.padEnd(width)}${help}`).join("\n");
}
