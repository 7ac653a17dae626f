/** What is found out of one thing that this machine offers. */

/** limited: there, and less than it could be. */
export type State = "ok" | "limited" | "missing";

export type Fact = string | number | boolean | readonly string[];

export interface Check {
  /** Stable, dotted: "processor.simd". */
  readonly id: string;
  readonly state: State;
  /** One line for a person. */
  readonly words: string;
  /** The error's code, where one was met. */
  readonly code?: string | undefined;
  /** How to get what is missing, where there is a way. */
  readonly fix?: string | undefined;
  /** The same as `words`, for programs. */
  readonly facts?: Readonly<Record<string, Fact>> | undefined;
}
