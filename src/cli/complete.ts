/** What could stand where the cursor is: the words of commands, options, and what a plugin manager knows of. */
import { optionsOf } from "./call.ts";
import type { Command, Completion } from "./command.ts";
import { type CommandGroup, commands, findCommand } from "./commands.ts";

export interface Candidate {
  readonly word: string;
  readonly help: string;
}

export interface Candidates {
  readonly words: readonly Candidate[];
  /** The shell is to offer names of files or folders too. */
  readonly files?: "file" | "folder" | undefined;
}

/** What is typed so far of a command's words. */
export interface Typed {
  readonly options: ReadonlyMap<string, string>;
  readonly arguments: readonly string[];
}

/** `words`: all behind `vm-plugin`, the last one unfinished. `lookUp` answers what depends on a home. */
export async function candidatesFor(
  words: readonly string[],
  lookUp: (kind: "plugin" | "backup" | "key", typed: Typed) => Promise<readonly Candidate[]>,
): Promise<Candidates> {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  if (before.length === 0) return { words: summaries(commands) };
  const found = findCommand(before);
  if ("group" in found) return { words: found.rest.length === 0 ? summaries(found.group.commands) : [] };
  const command = await found.entry.load();
  const place = placeOf(command, found.rest, current);
  if (place.expected === "options") return { words: optionNames(command, place.typed) };
  return offer(place.expected, place.prefix, (kind) => lookUp(kind, place.typed));
}

interface Place {
  readonly expected: Completion | "options" | undefined;
  /** Of `--option=VALUE`, what stands before the value. */
  readonly prefix: string;
  readonly typed: Typed;
}

function placeOf(command: Command, words: readonly string[], current: string): Place {
  const described = optionsOf(command);
  const nameOf = (word: string): string | undefined => {
    const long = word.startsWith("--") ? word.slice(2).replace(/=.*/s, "") : undefined;
    return Object.keys(described).find((name) => name === long || `-${described[name]?.short}` === word);
  };
  const options = new Map<string, string>();
  const typed: Typed = { options, arguments: [] };
  const given: string[] = [];
  let ended = false;
  let open: string | undefined;
  for (const word of words) {
    const name = ended || open !== undefined ? undefined : nameOf(word);
    if (open !== undefined) {
      options.set(open, word);
      open = undefined;
    } else if (name !== undefined && described[name]?.value !== undefined && !word.includes("=")) open = name;
    else if (name !== undefined) options.set(name, word.includes("=") ? word.slice(word.indexOf("=") + 1) : "");
    else if (!ended && word === "--") ended = true;
    else if (ended || !word.startsWith("-")) {
      given.push(word);
      ended ||= command.optionsFirst === true;
    }
  }
  const place = { typed: { ...typed, arguments: given }, prefix: "" };
  if (open !== undefined) return { ...place, expected: described[open]?.complete };
  if (!ended && current.startsWith("-")) {
    const name = current.includes("=") ? nameOf(current) : undefined;
    if (name === undefined) return { ...place, expected: "options" };
    return { ...place, expected: described[name]?.complete, prefix: `--${name}=` };
  }
  const last = command.arguments.at(-1);
  const argument = command.arguments[given.length] ?? (last?.multiple === true ? last : undefined);
  return { ...place, expected: argument?.complete };
}

async function offer(
  expected: Completion | undefined,
  prefix: string,
  lookUp: (kind: "plugin" | "backup" | "key") => Promise<readonly Candidate[]>,
): Promise<Candidates> {
  const prefixed = (words: readonly Candidate[]) => words.map(({ word, help }) => ({ word: prefix + word, help }));
  if (expected === undefined) return { words: [] };
  if (expected === "file" || expected === "folder") return { words: [], files: expected };
  if (expected === "command") return { words: summaries(commands) };
  if (typeof expected === "string") return { words: prefixed(await lookUp(expected)) };
  return { words: prefixed(expected.map((word) => ({ word, help: "" }))) };
}

function summaries(table: typeof commands | CommandGroup["commands"]): Candidate[] {
  return Object.entries(table).map(([word, { summary: help }]) => ({ word, help }));
}

function optionNames(command: Command, { options }: Typed): Candidate[] {
  return Object.entries(optionsOf(command))
    .filter(([name, { multiple }]) => multiple === true || !options.has(name))
    .map(([name, { help }]) => ({ word: `--${name}`, help }));
}
