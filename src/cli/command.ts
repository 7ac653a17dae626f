/** How errors of a command are shown; set by the command, which alone knows which words are its own options. */
export interface Reporting {
  verbose: boolean;
}

/** Resolves with the exit status. */
export type Command = (args: readonly string[], reporting: Reporting) => Promise<number>;
