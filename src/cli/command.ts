/** What a command is: its words, described for the parser, the help and the shell's completion alike, and what it does. */
import type { Call } from "./call.ts";
import type { OptionDescriptions } from "./options.ts";

/** What a shell can offer where a word is expected. */
export type Completion = "file" | "folder" | "plugin" | "backup" | "key" | "command" | readonly string[];

export interface ArgumentDescription {
  /** As the help shows it: "PATH". */
  readonly name: string;
  readonly help: string;
  readonly optional?: boolean;
  /** Takes all that is left; the last one alone. */
  readonly multiple?: boolean;
  readonly complete?: Completion;
}

export interface Command {
  /** As it is typed: "config set". */
  readonly name: string;
  /** Behind the usage line of its help. */
  readonly about: string;
  readonly arguments: readonly ArgumentDescription[];
  readonly options: OptionDescriptions;
  /** Options end at the first other word: what follows is a guest's. Default: they may stand anywhere. */
  readonly optionsFirst?: boolean;
  /** The status for an error with this code. Default: that of exit-status.ts. */
  readonly statusOf?: (code: string) => number;
  /** Resolves with the exit status. */
  run(call: Call): Promise<number>;
}
