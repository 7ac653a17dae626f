/** What the tests expect of the TypeScript that is generated from the synthetic contract. Written by hand. */
import type {
  Answer,
  AsynchronousTransport,
  DispatchEnvironment,
  SharedSpan,
  SynchronousTransport,
} from "../../src/contracts/runtime/index.ts";

export interface Reading {
  id: number;
  color: string;
  weight: number;
  pair: { first: number; second: number; flavor: string | number };
  severity?: string;
}

export interface Sample {
  color: string;
  count: number;
  mask: bigint;
  delta: bigint;
  offset: number;
  tiny: number;
  byte: number;
  half: number;
  single: number;
  name: string;
  label: string;
  access: number;
  bytes: Uint8Array;
  numbers: number[];
  pairs: Reading["pair"][];
  tags: string[];
  readings: Reading[];
  blob: Uint8Array;
  choice: Uint8Array;
  extra?: number;
}

export interface Report {
  severity: string;
  total: bigint;
  text: string;
}

export interface Listener {
  progress(done: number, text: string): void;
  note(text: string): void;
}

/** `Wrapped`: how a result comes back. */
interface Methods {
  add(
    a: number,
    b: bigint,
    c: number,
    d: number,
    e: number,
    f: number,
    color: string,
  ): { sum: bigint; brighter: string };
  describe(sample: Sample): Report;
  sort(readings: Reading[]): { sorted: Reading[]; names: string };
  sum(numbers: number[], weights: number[], text: string): bigint;
  classify(name: string): string;
  fill(from: SharedSpan, to: SharedSpan): void;
  wait(milliseconds: number, signal: AbortSignal): number | Promise<number>;
  watch(session: object | undefined, listener: Listener): number | Promise<number>;
  notify(color: string, text: string): void;
  health?(): { level: number; severity: string; report: Report };
  appended?(value: number): number;
  subscribe?(session: object, listener: Listener, other: Listener | undefined): void;
}

export type Probe = Methods;

/** As the interface, with every answer but those of posted methods a promise. */
export type Promised = {
  [Name in keyof Required<Methods>]: Name extends "notify"
    ? Methods[Name]
    : (...parameters: Parameters<Required<Methods>[Name]>) => Promise<Awaited<ReturnType<Required<Methods>[Name]>>>;
};

/** Accessors of a view by name. */
export interface View {
  [field: string]: unknown;
  loadReady(): number;
  orReady(bits: number): number;
  loadWanted(): number;
  storeWanted(value: number): void;
  loadTicks(): bigint;
  storeTicks(value: bigint): void;
  pairs(index: number): { first: number };
  words(index: number): number;
  setWords(index: number, value: number): void;
}

export interface ProbeModule {
  dispatchProbe(
    implementation: Probe,
    method: number,
    request: Uint8Array,
    environment?: DispatchEnvironment,
  ): Answer | Promise<Answer>;
  dispatchListener(implementation: Listener, method: number, request: Uint8Array): Answer | Promise<Answer>;
  ProbeClient: new (transport: SynchronousTransport) => Required<Methods>;
  ProbeAsynchronousClient: new (transport: AsynchronousTransport) => Promised;
  StateView: (new (view: DataView, at?: number) => View) & { readonly size: number };
}
