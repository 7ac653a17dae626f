/** Errors as status, code and message, and back. */
import { reasonOf, VmPluginError } from "../../errors.ts";
import { MalformedMessage } from "./malformed.ts";
import type { Answer } from "./transport.ts";
import { WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";

/** The numbers of vmp_status by name, without ERROR_. */
export const statusNumbers = {
  OK: 0,
  INVALID_ARGUMENT: 1,
  OUT_OF_MEMORY: 2,
  UNSUPPORTED: 3,
  NOT_FOUND: 4,
  DENIED: 5,
  TIMED_OUT: 6,
  CANCELLED: 7,
  BUSY: 8,
  REVOKED: 9,
  IO: 10,
  FAULT: 11,
  TOO_SMALL: 12,
  MALFORMED: 13,
  INTERNAL: 14,
  PLUGIN: 15,
} as const;

export type StatusName = keyof typeof statusNumbers;

const names = new Map<number, StatusName>(
  Object.entries(statusNumbers).map(([name, number]) => [number, name as StatusName]),
);
/** Bytes of a failure's fixed part. */
export const failureSize = 36;
const longestCode = 55;
const longestMessage = 447;

/** An out span that does not fit its caller's capacity. */
export class TooSmall extends Error {
  override readonly name = "TooSmall";
  readonly needed: readonly number[];

  constructor(needed: readonly number[]) {
    super(`room for ${needed.join(", ")} elements is needed`);
    this.needed = needed;
  }
}

/** Throws TooSmall where one of the spans has more elements than its caller has room for. */
export function requireCapacity(needed: readonly number[], capacities: readonly bigint[]): void {
  if (needed.some((count, index) => BigInt(count) > (capacities[index] ?? 0n))) throw new TooSmall(needed);
}

function classify(thrown: unknown): { status: number; code: string } {
  if (thrown instanceof MalformedMessage) return { status: statusNumbers.MALFORMED, code: "" };
  if (thrown instanceof TooSmall) return { status: statusNumbers.TOO_SMALL, code: "" };
  const given = Object(thrown).code as unknown;
  if (typeof given !== "string") return { status: statusNumbers.PLUGIN, code: "FAILED" };
  const code = given.startsWith("VMP_") ? given.slice(4) : given.slice(given.lastIndexOf("/") + 1);
  if (!/^[A-Z][A-Z0-9_]{0,54}$/.test(code)) return { status: statusNumbers.PLUGIN, code: "FAILED" };
  const known = Object.hasOwn(statusNumbers, code) && code !== "OK" && code !== "PLUGIN";
  return known ? { status: statusNumbers[code as StatusName], code: "" } : { status: statusNumbers.PLUGIN, code };
}

/** What was thrown, as a response. A code that is the name of a status becomes that status. */
export function failureAnswer(thrown: unknown): Answer {
  const { status, code } = classify(thrown);
  const needed = thrown instanceof TooSmall ? thrown.needed : [];
  const writer = new WireWriter(failureSize);
  if (needed.length > 0) {
    const at = writer.reserve(needed.length * 8, 8);
    needed.forEach((count, index) => {
      writer.view.setBigUint64(at + index * 8, BigInt(count), true);
    });
    writer.putSpan(24, at, needed.length, 8);
  } else {
    writer.putSpan(24, 0, 0, 8);
  }
  const encoder = new TextEncoder();
  writer.putBytes(0, encoder.encode(code).subarray(0, longestCode));
  const message = new Uint8Array(longestMessage);
  const { written } = encoder.encodeInto(reasonOf(thrown), message);
  writer.putBytes(12, message.subarray(0, written));
  return { status, body: writer.finish() };
}

/** The element counts that a TOO_SMALL answer asks for. */
export function neededOf(answer: Answer): number[] {
  if (answer.status !== statusNumbers.TOO_SMALL || answer.body.length < failureSize) return [];
  const reader = new WireReader(answer.body, failureSize);
  const bytes = reader.numbers(reader.view, 24, 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, index) => Number(view.getBigUint64(index * 8, true)));
}

/** What a response that is not OK says; empty where it says nothing. */
export function failureText(answer: Answer): { readonly code: string; readonly message: string } {
  if (answer.body.length < failureSize) return { code: "", message: "" };
  try {
    const reader = new WireReader(answer.body, failureSize);
    return { code: reader.string(0), message: reader.string(12) };
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error;
    return { code: "", message: "" };
  }
}

/** A response that is not OK, as the error that its caller gets. */
export function remoteError(answer: Answer, point: string, plugin: string): VmPluginError {
  const { code, message } = failureText(answer);
  const name = names.get(answer.status) ?? "INTERNAL";
  if (name === "REVOKED") return new VmPluginError("VMP_REVOKED", { point, id: plugin });
  if (name === "CANCELLED")
    return new VmPluginError("VMP_CANCELLED", { what: `a call of ${point} of plugin ${plugin}` });
  return VmPluginError.fromPlugin(
    plugin,
    code === "" ? name : code,
    message === "" ? `${point} answered ${name}` : message,
  );
}

/** The error of a caller whose answer breaks the wire format. */
export function malformedAnswer(error: MalformedMessage, point: string, plugin: string): VmPluginError {
  return VmPluginError.fromPlugin(
    plugin,
    "MALFORMED",
    `the answer of ${point} breaks the wire format: ${error.message}`,
    { cause: error },
  );
}
