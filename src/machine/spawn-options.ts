/** What a caller gives for a program, checked before anything is opened for it. */
import { fstatSync } from "node:fs";
import type { NativeSpawn } from "../native.ts";
import { type Bind, checkBinds } from "./binds.ts";
import { checkFlag, checkKeys, checkText, refuse } from "./checks.ts";
import { checkLimits, type RunLimits } from "./limits.ts";
import { checkStandardStream, isDescriptor, type StandardStream } from "./standard-streams.ts";

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
  /** A folder of the host that is the guest's "/". Default: the machine's. */
  readonly root?: string | undefined;
  /** Refuse every change below the root. Default: as the machine says. */
  readonly readOnly?: boolean | undefined;
  /** Folders and files of the host that the guest sees: "HOST:GUEST", "HOST:GUEST:ro" or objects. */
  readonly binds?: readonly (string | Bind)[] | undefined;
  /** What the program and all that it starts may use. Default: what the machine has. */
  readonly limits?: RunLimits | undefined;
  /** Ends the program and all that it started; `exit` then rejects with VMP_CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  /** A host descriptor to which each system call is written as a line. It has to stay open until `exit` is settled. */
  readonly trace?: number | undefined;
}

export const spawnOptionNames = [
  "env",
  "argv0",
  "cwd",
  "stdin",
  "stdout",
  "stderr",
  "root",
  "readOnly",
  "binds",
  "limits",
  "signal",
  "trace",
] as const satisfies (keyof SpawnOptions)[];

type Passed = "path" | "arguments" | "environment" | "workingDirectory" | "mounts" | "limits" | "trace";

export interface CheckedSpawn extends Pick<NativeSpawn, Passed> {
  readonly standard: readonly [StandardStream, StandardStream, StandardStream];
  readonly signal: AbortSignal | undefined;
  /** undefined: the machine's own. */
  readonly root: string | undefined;
  readonly readOnly: boolean | undefined;
}

function environmentOf(env: unknown): string[] {
  if (typeof env !== "object" || env === null || Array.isArray(env))
    throw refuse("env", "expected an object of strings");
  return Object.entries(env).map(([key, value]) => {
    checkText("a key of env", key);
    if (key === "" || key.includes("=")) throw refuse(`env key "${key}"`, 'expected a name without "="');
    return `${key}=${checkText(`env ${key}`, value)}`;
  });
}

function rootOf(root: unknown): string | undefined {
  if (root === undefined) return undefined;
  if (checkText("root", root) === "") throw refuse("root", "it is empty");
  return root as string;
}

function traceOf(trace: unknown): number {
  if (trace === undefined) return -1;
  const wrong = () => refuse("trace", `expected an open descriptor, not ${String(trace)}`);
  if (!isDescriptor(trace)) throw wrong();
  try {
    fstatSync(trace);
  } catch {
    throw wrong();
  }
  return trace;
}

/** VMP_INVALID_ARGUMENT names what is wrong; the reason of a signal that is aborted already is thrown as it is. */
export function checkSpawn(program: unknown, args: unknown, options: SpawnOptions): CheckedSpawn {
  const path = checkText("program", program);
  if (path === "") throw refuse("program", "it is empty");
  if (!Array.isArray(args)) throw refuse("args", "expected an array of strings");
  checkKeys("", options, spawnOptionNames);
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
    root: rootOf(options.root),
    readOnly: checkFlag("readOnly", options.readOnly),
    mounts: checkBinds(options.binds),
    limits: checkLimits(options.limits),
    trace: traceOf(options.trace),
    standard,
    signal,
  };
}
