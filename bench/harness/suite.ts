/** What a suite is given, and how it answers. */
import type { Effort } from "./pairs.ts";
import type { Row } from "./row.ts";

export interface SuiteContext {
  readonly effort: Effort;
  /** A finished row. */
  row(row: Row): void;
  /** A row that cannot be measured here, and why. */
  skip(name: string, reason: string): void;
  /** One line for the person who waits; it goes to standard error. */
  progress(line: string): void;
}

export type Suite = (context: SuiteContext) => Promise<void>;
