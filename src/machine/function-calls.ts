/** Functions of a guest that the host calls. */
import { VmPluginError } from "../errors.ts";
import { passedOn, type RunEvent } from "../native.ts";
import { checkKeys, checkText, kindOf, refuse } from "./checks.ts";
import { type Deferred, deferred } from "./deferred.ts";

export interface CallOptions {
  /**
   * Milliseconds until the call rejects with VMP_TIMED_OUT; without it, it waits for as long as the process lives. A call that
   * has not begun then is taken back. A function that runs on is not ended: end the process if it never returns.
   */
  readonly timeout?: number | undefined;
}

/** What the addon does for one run. */
export interface CallPort {
  /** Answers a number by which the end is told. */
  begin(symbol: string, args: readonly bigint[]): number;
  withdraw(call: number): void;
}

export interface CheckedCall {
  readonly symbol: string;
  readonly args: readonly bigint[];
  readonly timeout: number | undefined;
}

const mostArguments = 6;
const longestTimeout = 2 ** 31 - 1;

/** VMP_INVALID_ARGUMENT for what cannot be called. */
export function checkCall(symbol: unknown, args: unknown, options: unknown): CheckedCall {
  const name = checkText("symbol", symbol);
  if (name === "") throw refuse("symbol", "it is empty");
  if (!Array.isArray(args)) throw refuse("args", `expected an array, not ${kindOf(args)}`);
  if (args.length > mostArguments)
    throw refuse("args", `a function takes ${mostArguments} in registers, there are ${args.length}`);
  const { timeout } = checkKeys("options", options, ["timeout"]);
  return { symbol: name, args: args.map(integerOf), timeout: timeoutOf(timeout) };
}

function integerOf(value: unknown, index: number): bigint {
  const what = `args[${index}]`;
  if (typeof value === "number" && !Number.isSafeInteger(value))
    throw refuse(what, `${value} is no integer that a number holds exactly: give a bigint`);
  if (typeof value !== "number" && typeof value !== "bigint")
    throw refuse(what, `expected an integer, not ${kindOf(value)}`);
  const integer = BigInt(value);
  if (integer < -(2n ** 63n) || integer >= 2n ** 64n) throw refuse(what, `${integer} has more than 64 bits`);
  return BigInt.asUintN(64, integer);
}

function timeoutOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && value > 0 && value <= longestTimeout) return value;
  throw refuse(`options.timeout ${String(value)}`, `expected milliseconds, above 0 and at most ${longestTimeout}`);
}

/** The calls of one run that have not ended. */
export class FunctionCalls {
  readonly #personality: string;
  readonly #port: CallPort;
  readonly #pending = new Map<number, Deferred<bigint>>();

  /** personality: the plugin that names its errors. */
  constructor(personality: string, port: CallPort) {
    this.#personality = personality;
    this.#port = port;
  }

  begin({ symbol, args, timeout }: CheckedCall): Promise<bigint> {
    const call = this.#port.begin(symbol, args);
    const result = deferred<bigint>();
    this.#pending.set(call, result);
    if (timeout === undefined) return result.promise;
    const timer = setTimeout(() => {
      this.#port.withdraw(call);
      this.#pending.delete(call);
      const what = `the call of ${symbol}`;
      result.reject(new VmPluginError("VMP_TIMED_OUT", { what, milliseconds: timeout }));
    }, timeout);
    return result.promise.finally(() => clearTimeout(timer));
  }

  /** News of a call, from the core. */
  receive({ call, result, errorCode, detail }: RunEvent): void {
    const pending = this.#pending.get(call);
    this.#pending.delete(call);
    if (errorCode === "") pending?.resolve(result);
    else pending?.reject(passedOn(this.#personality, errorCode, detail));
  }
}
