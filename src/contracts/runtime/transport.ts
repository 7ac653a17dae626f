/** What carries the bodies of calls, as TypeScript sees it. */

import { MalformedMessage } from "./malformed.ts";

export const messageKinds = { synchronous: 1, posted: 2, asynchronous: 3, response: 4, cancel: 5 } as const;
/** Bytes of a message's header. */
export const headerSize = 24;
export type RequestKind = 1 | 2 | 3;

/** A response: a status of vmp_status, and a body, which is a failure where the status is not 0. */
export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Answers the calls of a callback table. */
export type Dispatch = (method: number, request: Uint8Array) => Answer | Promise<Answer>;

/** What both kinds of transport have. */
export interface Connection {
  /** The id of the plugin on the other side, for errors. */
  readonly plugin: string;
  /** Memory that both sides see. */
  readonly shared?: Uint8Array;
  /** The number by which the other side names an object. */
  exportHandle?(type: string, object: unknown): bigint;
  /** The number by which the other side names a callback table. `instance`: it is kept after the call. */
  exportCallback?(table: string, dispatch: Dispatch, instance: boolean): bigint;
  withdrawCallback?(handle: bigint): void;
  /** Sends a request that is never answered. */
  post(method: number, request: Uint8Array): void;
}

/** Blocks its thread until the answer is there. */
export interface SynchronousTransport extends Connection {
  call(method: number, kind: RequestKind, request: Uint8Array, signal?: AbortSignal): Answer;
}

export interface AsynchronousTransport extends Connection {
  send(method: number, kind: RequestKind, request: Uint8Array, signal?: AbortSignal): Promise<Answer>;
}

/** What answering a request may take beyond its bytes. */
export interface DispatchEnvironment {
  readonly shared?: Uint8Array;
  /** Aborted when the caller no longer wants the answer. */
  readonly signal?: AbortSignal;
  /** What a number names; throws VMP_REVOKED when its generation is over. */
  importHandle?(type: string, handle: bigint): unknown;
  /** A transport to the callback table that a number names. `instance`: it is kept after the call. */
  importCallback?(table: string, handle: bigint, instance: boolean): SynchronousTransport;
  /** The call is over for which the transport was imported. */
  releaseCallback?(transport: SynchronousTransport): void;
}

export const noEnvironment: DispatchEnvironment = {};

/** The number of an object for the other side, 0 for none. */
export function exportHandle(connection: Connection, type: string, object: unknown): bigint {
  if (object === undefined || object === null) return 0n;
  if (connection.exportHandle === undefined) throw new TypeError(`this connection carries no ${type}`);
  return connection.exportHandle(type, object);
}

export function exportCallback(connection: Connection, table: string, dispatch: Dispatch, instance: boolean): bigint {
  if (connection.exportCallback === undefined) throw new TypeError(`this connection carries no ${table}`);
  return connection.exportCallback(table, dispatch, instance);
}

export function importHandle(environment: DispatchEnvironment, type: string, handle: bigint): unknown {
  if (handle === 0n) throw new MalformedMessage(`no ${type} was given`);
  if (environment.importHandle === undefined) throw new MalformedMessage(`this connection carries no ${type}`);
  return environment.importHandle(type, handle);
}

/** `lent`: takes what is given back when the call is over; without it the callback is kept until the end of the instance. */
export function importCallback(
  environment: DispatchEnvironment,
  table: string,
  handle: bigint,
  lent?: SynchronousTransport[],
): SynchronousTransport {
  if (handle === 0n || environment.importCallback === undefined) throw new MalformedMessage(`no ${table} was given`);
  const transport = environment.importCallback(table, handle, lent === undefined);
  lent?.push(transport);
  return transport;
}
