import { closeSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { reasonOf, VmPluginError } from "../errors.ts";
import { nativePipe } from "../native.ts";

/**
 * "inherit": the host's own; "ignore": nothing; "pipe": a stream on the process object; a number: that host descriptor.
 *
 * In a worker thread "inherit" is the process's descriptor 0, 1 or 2, not the streams of that worker's `process`.
 */
export type StandardStream = "inherit" | "ignore" | "pipe" | number;

/** The guest's descriptors 0, 1, 2 on the host, and the host's ends of those that are pipes. */
export interface StandardStreams {
  readonly descriptors: [number, number, number];
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Closes what was opened for the guest: once its process has ended, so that readers see the end. */
  closeGuestEnds(): void;
  /** Closes all that was opened, for a guest that will not be. */
  abandon(): void;
}

const names = ["stdin", "stdout", "stderr"] as const;

export function isDescriptor(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0x7fff_ffff;
}

/** Throws VMP_INVALID_ARGUMENT, naming the stream, unless it is one of the kinds. */
export function checkStandardStream(kind: unknown, index: 0 | 1 | 2): asserts kind is StandardStream {
  if (kind === "inherit" || kind === "ignore" || kind === "pipe" || isDescriptor(kind)) return;
  throw new VmPluginError("VMP_INVALID_ARGUMENT", {
    what: names[index],
    reason: `expected "inherit", "ignore", "pipe" or a descriptor, not ${String(kind)}`,
  });
}

interface OpenStream {
  readonly descriptor: number;
  readonly host: Socket | null;
  readonly opened: boolean;
}

function openStream(kind: StandardStream, index: 0 | 1 | 2): OpenStream {
  if (kind === "inherit") return { descriptor: index, host: null, opened: false };
  if (kind === "ignore") {
    return { descriptor: openSync("/dev/null", index === 0 ? "r" : "w"), host: null, opened: true };
  }
  if (kind === "pipe") {
    // Loaded here alone: a command that passes its own streams on does not pay for it.
    const { Socket } = createRequire(import.meta.url)("node:net") as typeof import("node:net");
    const [read, write] = nativePipe();
    try {
      // allowHalfOpen is of no use on a pipe: each end goes one way.
      const host =
        index === 0
          ? new Socket({ fd: write, readable: false, writable: true })
          : new Socket({ fd: read, readable: true, writable: false });
      return { descriptor: index === 0 ? read : write, host, opened: true };
    } catch (error) {
      closeSync(read);
      closeSync(write);
      throw error;
    }
  }
  return { descriptor: kind, host: null, opened: false };
}

/** kinds: as checkStandardStream lets them pass. VMP_MACHINE_FAILED where the host opens no more. */
export function openStandardStreams(kinds: readonly [StandardStream, StandardStream, StandardStream]): StandardStreams {
  const opened: OpenStream[] = [];
  const closeGuestEnds = () => {
    for (const stream of opened.splice(0)) {
      if (stream.opened) closeSync(stream.descriptor);
    }
  };
  const abandon = () => {
    for (const stream of opened) stream.host?.destroy();
    closeGuestEnds();
  };
  try {
    for (const index of [0, 1, 2] as const) opened.push(openStream(kinds[index], index));
  } catch (cause) {
    abandon();
    if (cause instanceof VmPluginError) throw cause;
    throw new VmPluginError("VMP_MACHINE_FAILED", { reason: `no standard streams: ${reasonOf(cause)}` }, { cause });
  }
  const [stdin, stdout, stderr] = opened as [OpenStream, OpenStream, OpenStream];
  return {
    descriptors: [stdin.descriptor, stdout.descriptor, stderr.descriptor],
    stdin: stdin.host,
    stdout: stdout.host,
    stderr: stderr.host,
    closeGuestEnds,
    abandon,
  };
}
