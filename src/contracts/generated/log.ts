// Logging to whatever debug.logger the user chose: the service `vmp.log/1`. Generated from the contract in src/contracts/log.ts by `npm run generate`. Do not edit.

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

export const logLevelValues = {
  trace: 1,
  debug: 2,
  info: 3,
  warn: 4,
  error: 5,
} as const;

export function decodeLogLevel(value: number): LogLevel {
  switch (value) {
    case 1:
      return "trace";
    case 2:
      return "debug";
    case 3:
      return "info";
    case 4:
      return "warn";
    case 5:
      return "error";
    default:
      return "info";
  }
}

export function encodeLogLevel(value: LogLevel): number {
  if (Object.hasOwn(logLevelValues, value)) return logLevelValues[value];
  throw new RangeError(`${String(value)} is none of trace, debug, info, warn, error`);
}

/** The contract as data. timeout: milliseconds, 0 for none; since: the minor that appended the method. */
export const logContract = {
  id: "vmp.log/1",
  version: { major: 1, minor: 0 },
  tiers: ["inline"],
  replaceable: false,
  methods: {
    log: { number: 1, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    enabled: { number: 2, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
  },
} as const;
