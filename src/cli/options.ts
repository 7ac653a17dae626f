import { parseArgs } from "node:util";
import { VmPluginError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { Completion } from "./command.ts";

export interface OptionDescription {
  /** What stands behind it in the help text ("DIR"); absent for a switch. */
  readonly value?: string;
  readonly short?: string;
  readonly multiple?: boolean;
  readonly help: string;
  /** A list of words is all that it takes. */
  readonly complete?: Completion;
}

export type OptionDescriptions = Readonly<Record<string, OptionDescription>>;

export interface ParsedWords {
  /** Values in the order given; a switch has one empty string. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** The words that are no options. */
  readonly rest: readonly string[];
}

/**
 * Reads options and other words. Unknown, valueless and repeated options are refused by name; a value that looks like one of
 * the options is none, unless it is written --option=VALUE. After `--` no word is an option. `optionsFirst`: neither is any
 * from the first other word on.
 */
export function parseWords(
  command: string,
  words: readonly string[],
  described: OptionDescriptions,
  optionsFirst: boolean,
): ParsedWords {
  const options = new Map<string, readonly string[]>();
  const rest: string[] = [];
  for (const token of tokensOf(words, described)) {
    if (token.kind === "option") {
      const before = options.get(token.name) ?? [];
      options.set(token.name, [...before, checkedValue(command, token, described, before.length > 0)]);
    } else if (optionsFirst) {
      return { options, rest: words.slice(token.kind === "positional" ? token.index : token.index + 1) };
    } else if (token.kind === "positional") rest.push(token.value);
  }
  return { options, rest };
}

interface OptionToken {
  readonly kind: "option";
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function tokensOf(words: readonly string[], described: OptionDescriptions) {
  const options = Object.fromEntries(
    Object.entries(described).map(([name, { value, short }]) => [
      name,
      {
        type: value === undefined ? ("boolean" as const) : ("string" as const),
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
  return parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function checkedValue(command: string, token: OptionToken, described: OptionDescriptions, repeated: boolean): string {
  const { name, rawName: option, value, inlineValue } = token;
  const description = Object.hasOwn(described, name) ? described[name] : undefined;
  if (description === undefined) {
    const names = Object.keys(described).map((known) => `--${known}`);
    throw new VmPluginError("VMP_OPTION_UNKNOWN", { command, option, hint: didYouMean(option, names) });
  }
  const { value: expected, complete, multiple } = description;
  if (expected === undefined && value !== undefined) throw wrongOption(command, option, value, "it is a switch");
  const swallowed = inlineValue === false && isOption(value ?? "", described);
  if (expected !== undefined && (value === undefined || swallowed))
    throw wrongOption(command, option, value ?? "nothing", `expected ${expected}`);
  if (repeated && multiple !== true) throw wrongOption(command, option, value ?? "", "it is given twice");
  if (value !== undefined && Array.isArray(complete) && !complete.includes(value))
    throw wrongOption(command, option, value, `expected one of ${complete.join(", ")}`, complete);
  return value ?? "";
}

/** VMP_OPTION_VALUE; `choices` are what may have been meant. */
export function wrongOption(
  command: string,
  option: string,
  value: string,
  reason: string,
  choices: Iterable<string> = [],
): VmPluginError {
  return new VmPluginError("VMP_OPTION_VALUE", { command, option, value, reason, hint: didYouMean(value, choices) });
}

function isOption(word: string, described: OptionDescriptions): boolean {
  if (word.startsWith("--")) return Object.hasOwn(described, word.slice(2).replace(/=.*/s, ""));
  return word.length === 2 && Object.values(described).some(({ short }) => short !== undefined && word === `-${short}`);
}
