/** Every command by its words. Each is loaded when it is asked for: `run` pays for nothing else. */
import { VmPluginError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { Command } from "./command.ts";

export interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export interface CommandGroup {
  readonly summary: string;
  readonly commands: Readonly<Record<string, CommandEntry>>;
}

export type CommandTable = Readonly<Record<string, CommandEntry | CommandGroup>>;

const configCommands: Readonly<Record<string, CommandEntry>> = {
  get: {
    summary: "print the configuration of a plugin",
    load: async () => (await import("./commands/config/get.ts")).get,
  },
  set: { summary: "change it", load: async () => (await import("./commands/config/set.ts")).set },
  reset: { summary: "back to the defaults", load: async () => (await import("./commands/config/reset.ts")).reset },
  backup: { summary: "keep a copy of it", load: async () => (await import("./commands/config/backup.ts")).backup },
  backups: { summary: "list the copies", load: async () => (await import("./commands/config/backups.ts")).backups },
  restore: { summary: "take a copy back", load: async () => (await import("./commands/config/restore.ts")).restore },
};

export const commands: CommandTable = {
  run: { summary: "run a program in a virtual machine", load: async () => (await import("./commands/run.ts")).run },
  list: { summary: "list plugins", load: async () => (await import("./commands/list.ts")).list },
  info: { summary: "tell all of one plugin", load: async () => (await import("./commands/info.ts")).info },
  status: {
    summary: "start plugins and check their health",
    load: async () => (await import("./commands/status.ts")).status,
  },
  install: { summary: "install a plugin", load: async () => (await import("./commands/install.ts")).install },
  uninstall: { summary: "remove a plugin", load: async () => (await import("./commands/uninstall.ts")).uninstall },
  update: {
    summary: "replace a plugin by another version",
    load: async () => (await import("./commands/update.ts")).update,
  },
  enable: { summary: "allow a plugin again", load: async () => (await import("./commands/enable.ts")).enable },
  disable: {
    summary: "keep a plugin from being used",
    load: async () => (await import("./commands/disable.ts")).disable,
  },
  doctor: {
    summary: "tell what this machine offers, and how to get what is missing",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  config: { summary: "read and change configurations of plugins", commands: configCommands },
  generate: {
    summary: "write headers and types of your own extension points",
    load: async () => (await import("./commands/generate.ts")).generate,
  },
  completion: {
    summary: "print what makes a shell complete commands",
    load: async () => (await import("./commands/completion.ts")).completion,
  },
  version: { summary: "print the version", load: async () => (await import("./commands/version.ts")).version },
  help: { summary: "tell what commands do", load: async () => (await import("./commands/help.ts")).help },
};

export type Found =
  | { readonly entry: CommandEntry; readonly rest: readonly string[] }
  | { readonly group: CommandGroup; readonly name: string; readonly rest: readonly string[] };

/** The command that the first words name, or the group alone. VMP_COMMAND_UNKNOWN with the nearest one. */
export function findCommand(words: readonly string[]): Found {
  const [first = "", second, ...others] = words;
  const found = lookUp(commands, first, "");
  if ("load" in found) return { entry: found, rest: words.slice(1) };
  if (second === undefined || second.startsWith("-")) return { group: found, name: first, rest: words.slice(1) };
  return { entry: lookUp(found.commands, second, `${first} `), rest: others };
}

function lookUp<Entry>(table: Readonly<Record<string, Entry>>, word: string, prefix: string): Entry {
  const found = Object.hasOwn(table, word) ? table[word] : undefined;
  if (found !== undefined) return found;
  throw new VmPluginError("VMP_COMMAND_UNKNOWN", {
    command: `${prefix}${word}`,
    hint: didYouMean(word, Object.keys(table)),
  });
}
