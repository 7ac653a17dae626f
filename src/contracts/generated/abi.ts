// The entry of a native vm-plugin and what every other header builds on. Generated from the contract in src/contracts/abi.ts by `npm run generate`. Do not edit.
import type { Loose, WireReader, WireWriter } from "../runtime/index.ts";
import { characters, putCharacters } from "../runtime/index.ts";

export const VMP_ABI_MAJOR = 1;

export const VMP_ABI_MINOR = 0;

export type Status = "ok" | "error-invalid-argument" | "error-out-of-memory" | "error-unsupported" | "error-not-found" | "error-denied" | "error-timed-out" | "error-cancelled" | "error-busy" | "error-revoked" | "error-io" | "error-fault" | "error-too-small" | "error-malformed" | "error-internal" | "error-plugin" | number;

export const statusValues = {
  ok: 0,
  "error-invalid-argument": 1,
  "error-out-of-memory": 2,
  "error-unsupported": 3,
  "error-not-found": 4,
  "error-denied": 5,
  "error-timed-out": 6,
  "error-cancelled": 7,
  "error-busy": 8,
  "error-revoked": 9,
  "error-io": 10,
  /** a guest address that is not mapped for this access */
  "error-fault": 11,
  /** the caller's buffer; the size needed was written */
  "error-too-small": 12,
  /** a file or message that breaks its format */
  "error-malformed": 13,
  "error-internal": 14,
  /** the plugin's own; error.code says which */
  "error-plugin": 15,
} as const;

export function decodeStatus(value: number): Status {
  switch (value) {
    case 0:
      return "ok";
    case 1:
      return "error-invalid-argument";
    case 2:
      return "error-out-of-memory";
    case 3:
      return "error-unsupported";
    case 4:
      return "error-not-found";
    case 5:
      return "error-denied";
    case 6:
      return "error-timed-out";
    case 7:
      return "error-cancelled";
    case 8:
      return "error-busy";
    case 9:
      return "error-revoked";
    case 10:
      return "error-io";
    case 11:
      return "error-fault";
    case 12:
      return "error-too-small";
    case 13:
      return "error-malformed";
    case 14:
      return "error-internal";
    case 15:
      return "error-plugin";
    default:
      return value;
  }
}

export function encodeStatus(value: Status): number {
  if (typeof value === "number") return value;
  if (Object.hasOwn(statusValues, value)) return statusValues[value];
  throw new RangeError(`${String(value)} is none of ok, error-invalid-argument, error-out-of-memory, error-unsupported, error-not-found, error-denied, error-timed-out, error-cancelled, error-busy, error-revoked, error-io, error-fault, error-too-small, error-malformed, error-internal, error-plugin`);
}

/** Filled by the callee when it answers anything but VMP_OK; the caller owns it. code and message are terminated. */
export interface Error {
  readonly status: Status;
  /** empty, or UPPER_SNAKE_CASE; a plugin's own code, without the plugin's id */
  readonly code: string;
  readonly message: string;
}

export const errorSize = 512;

export function decodeError(reader: WireReader, view: DataView, from = 0): Error {
  void reader;
  return {
    status: decodeStatus(view.getInt32(from + 4, true)),
    code: characters(view, from + 8, 56),
    message: characters(view, from + 64, 448),
  };
}

export function encodeError(writer: WireWriter, to: number, value: Loose<Error>): void {
  writer.view.setUint32(to, 512, true);
  writer.view.setInt32(to + 4, encodeStatus(value.status), true);
  putCharacters(writer.view, to + 8, 56, value.code);
  putCharacters(writer.view, to + 64, 448, value.message);
}
