/** What a caller gives for a program, checked before anything is opened for it. */
import { VmPluginError } from "../errors.ts";
import type { NativeSpawn } from "../native.ts";
import { checkStandardStream, type StandardStream } from "./standard-streams.ts";

export interface SpawnOptions {
  /** KEY: value. Default: empty. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Argument 0; default: the program. */
  readonly argv0?: string | undefined;
  /** Default "/". */
  readonly cwd?: string | undefined;
  readonly stdin?: StandardStream | undefined;
  readonly stdout?: StandardStream | undefined;
  readonly stderr?: StandardStream | undefined;
  /** Ends the machine, which then starts no other program. */
  readonly signal?: AbortSignal | undefined;
}

export interface CheckedSpawn extends Pick<NativeSpawn, "path" | "arguments" | "environment" | "workingDirectory"> {
  readonly standard: readonly [StandardStream, StandardStream, StandardStream];
  readonly signal: AbortSignal | undefined;
}

function refuse(what: string, reason: string): VmPluginError {
  return new VmPluginError("VMP_INVALID_ARGUMENT", { what, reason });
}

/** A guest's strings end at their first NUL. */
function checkText(what: string, value: unknown): string {
  if (typeof value !== "string") throw refuse(what, `expected a string, not ${value === null ? "null" : typeof value}`);
  if (value.includes("\0")) throw refuse(what, "it has a NUL character");
  return value;
}

function environmentOf(env: unknown): string[] {
  if (typeof env !== "object" || env === null) throw refuse("env", "expected an object of strings");
  return Object.entries(env).map(([key, value]) => {
    checkText("a key of env", key);
    if (key === "" || key.includes("=")) throw refuse(`env key "${key}"`, 'expected a name without "="');
    return `${key}=${checkText(`env ${key}`, value)}`;
  });
}

/** VMP_INVALID_ARGUMENT names what is wrong; the reason of a signal that is aborted already is thrown as it is. */
export function checkSpawn(program: unknown, args: unknown, options: SpawnOptions): CheckedSpawn {
  const path = checkText("program", program);
  if (path === "") throw refuse("program", "it is empty");
  if (!Array.isArray(args)) throw refuse("args", "expected an array of strings");
  const { signal, argv0 = path, cwd = "/", env = {}, stdin = "ignore", stdout = "pipe", stderr = "pipe" } = options;
  const rest = args.map((value, index) => checkText(`args[${index}]`, value));
  const standard = [stdin, stdout, stderr] as const;
  for (const index of [0, 1, 2] as const) checkStandardStream(standard[index], index);
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw refuse("signal", "expected an AbortSignal");
  signal?.throwIfAborted();
  return {
    path,
    arguments: [checkText("argv0", argv0), ...rest],
    environment: environmentOf(env),
    workingDirectory: checkText("cwd", cwd),
    standard,
    signal,
  };
}
