/** One call of a command: the words that it was given. */
import { VmPluginError } from "../errors.ts";
import type { Command } from "./command.ts";
import { type OptionDescriptions, parseWords } from "./options.ts";

export class Call {
  readonly command: Command;
  /** Plugins ran in this process, and may have left something behind. */
  ranPlugins = false;
  readonly #options: ReadonlyMap<string, readonly string[]>;
  readonly #rest: readonly string[];

  /** Throws for options that the command does not have; `check` looks at the arguments. */
  constructor(command: Command, words: readonly string[]) {
    const { options, rest } = parseWords(command.name, words, optionsOf(command), command.optionsFirst === true);
    this.command = command;
    this.#options = options;
    this.#rest = rest;
  }

  /** VMP_ARGUMENT_MISSING or VMP_ARGUMENT_UNEXPECTED when there are too few or too many. */
  check(): void {
    const { name: command, arguments: described } = this.command;
    const missing = described.find((one, index) => one.optional !== true && this.#rest[index] === undefined);
    if (missing !== undefined) throw new VmPluginError("VMP_ARGUMENT_MISSING", { command, argument: missing.name });
    const extra = described.at(-1)?.multiple === true ? undefined : this.#rest[described.length];
    if (extra !== undefined) throw new VmPluginError("VMP_ARGUMENT_UNEXPECTED", { command, argument: extra });
  }

  has(option: string): boolean {
    return this.#options.has(option);
  }

  value(option: string): string | undefined {
    return this.#options.get(option)?.[0];
  }

  values(option: string): readonly string[] {
    return this.#options.get(option) ?? [];
  }

  /** By its name in the command's description. */
  optional(argument: string): string | undefined {
    return this.#rest[this.#indexOf(argument)];
  }

  argument(argument: string): string {
    const word = this.optional(argument);
    if (word === undefined) throw new VmPluginError("VMP_ARGUMENT_MISSING", { command: this.command.name, argument });
    return word;
  }

  /** From this argument on, all. */
  rest(argument: string): readonly string[] {
    return this.#rest.slice(this.#indexOf(argument));
  }

  #indexOf(argument: string): number {
    const index = this.command.arguments.findIndex(({ name }) => name === argument);
    if (index < 0) throw new Error(`${this.command.name} describes no argument ${argument}`);
    return index;
  }
}

/** With those that every command has. */
export function optionsOf(command: Command): OptionDescriptions {
  return {
    ...command.options,
    verbose: command.options.verbose ?? { help: "print the causes of errors" },
    help: { short: "h", help: "this text" },
  };
}
