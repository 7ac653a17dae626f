// The contract `device.virtual`: registers that a guest reads and writes. Generated from the contract in src/contracts/device-virtual.ts by `npm run generate`. Do not edit.
import type { Answer, AsynchronousTransport, Call, Loose, SynchronousTransport } from "../runtime/index.ts";
import {
  CountedHandle,
  LayoutView,
  MalformedMessage,
  WireReader,
  WireWriter,
  answer,
  callAsynchronously,
  callSynchronously,
  decodeItems,
  emptyBody,
  guarded,
  integer,
  malformedAnswerBytes,
  refusal,
  requireCapacity,
  safeInteger,
  wideInteger,
  zeroes,
} from "../runtime/index.ts";

export type DeviceRegionKind = "mmio" | "port";

export const deviceRegionKindValues = {
  mmio: 1,
  port: 2,
} as const;

export function decodeDeviceRegionKind(value: number): DeviceRegionKind {
  switch (value) {
    case 1:
      return "mmio";
    case 2:
      return "port";
    default:
      throw new MalformedMessage(`${value} is no DeviceRegionKind`);
  }
}

export function encodeDeviceRegionKind(value: DeviceRegionKind): number {
  if (Object.hasOwn(deviceRegionKindValues, value)) return deviceRegionKindValues[value];
  throw new RangeError(`${String(value)} is none of mmio, port`);
}

export interface DeviceRegion {
  readonly kind: DeviceRegionKind;
  /** guest address (a page multiple) or port */
  readonly address: bigint;
  /** bytes (a page multiple for MMIO) or ports */
  readonly size: number;
}

export const deviceRegionSize = 24;

export function decodeDeviceRegion(reader: WireReader, view: DataView, from = 0): DeviceRegion {
  void reader;
  return {
    kind: decodeDeviceRegionKind(view.getUint32(from + 4, true)),
    address: view.getBigUint64(from + 8, true),
    size: safeInteger(view.getBigUint64(from + 16, true)),
  };
}

export function encodeDeviceRegion(writer: WireWriter, to: number, value: Loose<DeviceRegion>): void {
  writer.view.setUint32(to, 24, true);
  writer.view.setUint32(to + 4, encodeDeviceRegionKind(value.kind), true);
  writer.view.setBigUint64(to + 8, wideInteger(value.address, false, "DeviceRegion.address"), true);
  writer.view.setBigUint64(to + 16, wideInteger(value.size, false, "DeviceRegion.size"), true);
}

/** vmp_device_region in memory. */
export class DeviceRegionView extends LayoutView {
  static readonly size = 24;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** VMP_DEVICE_REGION_* */
  get kind(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set kind(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  /** guest address (a page multiple) or port */
  get address(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set address(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  /** bytes (a page multiple for MMIO) or ports */
  get size(): number {
    return Number(this.dataView.getBigUint64(this.dataOffset + 16, true));
  }
  set size(value: number) {
    this.dataView.setBigUint64(this.dataOffset + 16, BigInt(value), true);
  }
}

/** The contract as data. timeout: milliseconds, 0 for none; since: the minor that appended the method. */
export const deviceVirtualContract = {
  id: "device.virtual",
  version: { major: 1, minor: 0 },
  tiers: ["inline", "worker", "process", "vm"],
  replaceable: false,
  methods: {
    regions: { number: 1, mode: "synchronous", thread: "control", reentrant: false, idempotent: true, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["TOO_SMALL"] },
    read: { number: 2, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["INVALID_ARGUMENT", "IO"] },
    write: { number: 3, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["INVALID_ARGUMENT", "IO"] },
    reset: { number: 4, mode: "synchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    postedWrites: { number: 5, mode: "synchronous", thread: "control", reentrant: false, idempotent: true, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    post: { number: 6, mode: "posted", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: ["INVALID_ARGUMENT", "IO"] },
    flush: { number: 7, mode: "synchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
  },
} as const;

export interface DeviceVirtual {
  /** [control] Fills at most `capacity` regions; *count is how many there are (TOO_SMALL when more). */
  regions(): Loose<readonly DeviceRegion[]>;
  /** [vcpu] size is 1, 2, 4 or 8; offset is inside region number `region`. */
  read(region: number, offset: number, size: number): bigint | number;
  /** [vcpu] Likewise. */
  write(region: number, offset: number, size: number, value: bigint): void;
  /** [control] Optional. Back to the state at creation; after the end of each guest that owns the processor. */
  reset?(): void;
  /**
   * [control] Optional. The regions, bit n for number n, whose writes need no answer: `post` takes them, `write` none.
   * Asked once, after the regions.
   */
  postedWrites?(): bigint | number;
  /**
   * [vcpu] Optional. Posted: the caller does not wait. As write, for a guest that goes on meanwhile. Writes come in the
   * order of the guest's, and before any read or write that follows them.
   */
  post?(region: number, offset: number, size: number, value: bigint): void;
  /**
   * [control] Optional. What was posted before has its effect when it returns; before the end of each guest is told.
   */
  flush?(): void;
}

function deviceVirtualRegionsCall(): Call<readonly DeviceRegion[]> {
  return {
    point: "device.virtual",
    method: 1,
    kind: 1,
    capacities: [16],
    encode: (capacities) => {
      const writer = new WireWriter(8);
      writer.view.setBigUint64(0, BigInt(capacities[0] ?? 0), true);
      return writer.finish();
    },
    decode: (body) => {
      const reader = new WireReader(body, 12);
      const { view } = reader;
      return decodeItems(reader, reader.span(view, 0, 24, 8), 24, (view) => decodeDeviceRegion(reader, view));
    },
  };
}

function deviceVirtualReadCall(region: number, offset: number, size: number): Call<bigint> {
  return {
    point: "device.virtual",
    method: 2,
    kind: 1,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(24);
      writer.view.setUint32(0, integer(region, 0, 4294967295, "region"), true);
      writer.view.setBigUint64(8, wideInteger(offset, false, "offset"), true);
      writer.view.setUint32(16, integer(size, 0, 4294967295, "size"), true);
      return writer.finish();
    },
    decode: (body) => {
      const reader = new WireReader(body, 8);
      const { view } = reader;
      return view.getBigUint64(0, true);
    },
  };
}

function deviceVirtualWriteCall(region: number, offset: number, size: number, value: bigint): Call<void> {
  return {
    point: "device.virtual",
    method: 3,
    kind: 1,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(32);
      writer.view.setUint32(0, integer(region, 0, 4294967295, "region"), true);
      writer.view.setBigUint64(8, wideInteger(offset, false, "offset"), true);
      writer.view.setUint32(16, integer(size, 0, 4294967295, "size"), true);
      writer.view.setBigUint64(24, wideInteger(value, false, "value"), true);
      return writer.finish();
    },
    decode: () => {},
  };
}

function deviceVirtualResetCall(): Call<void> {
  return {
    point: "device.virtual",
    method: 4,
    kind: 1,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(0);
      return writer.finish();
    },
    decode: () => {},
  };
}

function deviceVirtualPostedWritesCall(): Call<bigint> {
  return {
    point: "device.virtual",
    method: 5,
    kind: 1,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(0);
      return writer.finish();
    },
    decode: (body) => {
      const reader = new WireReader(body, 8);
      const { view } = reader;
      return view.getBigUint64(0, true);
    },
  };
}

function deviceVirtualPostCall(region: number, offset: number, size: number, value: bigint): Call<void> {
  return {
    point: "device.virtual",
    method: 6,
    kind: 2,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(32);
      writer.view.setUint32(0, integer(region, 0, 4294967295, "region"), true);
      writer.view.setBigUint64(8, wideInteger(offset, false, "offset"), true);
      writer.view.setUint32(16, integer(size, 0, 4294967295, "size"), true);
      writer.view.setBigUint64(24, wideInteger(value, false, "value"), true);
      return writer.finish();
    },
    decode: () => {},
  };
}

function deviceVirtualFlushCall(): Call<void> {
  return {
    point: "device.virtual",
    method: 7,
    kind: 1,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(0);
      return writer.finish();
    },
    decode: () => {},
  };
}

/** Calls an implementation that lives elsewhere; its thread waits for each answer. */
export class DeviceVirtualClient implements DeviceVirtual {
  readonly #transport: SynchronousTransport;

  constructor(transport: SynchronousTransport) {
    this.#transport = transport;
  }

  regions(): readonly DeviceRegion[] {
    return callSynchronously(this.#transport, deviceVirtualRegionsCall());
  }

  read(region: number, offset: number, size: number): bigint {
    return callSynchronously(this.#transport, deviceVirtualReadCall(region, offset, size));
  }

  write(region: number, offset: number, size: number, value: bigint): void {
    return callSynchronously(this.#transport, deviceVirtualWriteCall(region, offset, size, value));
  }

  reset(): void {
    return callSynchronously(this.#transport, deviceVirtualResetCall());
  }

  postedWrites(): bigint {
    return callSynchronously(this.#transport, deviceVirtualPostedWritesCall());
  }

  post(region: number, offset: number, size: number, value: bigint): void {
    const call = deviceVirtualPostCall(region, offset, size, value);
    this.#transport.post(call.method, call.encode([]));
  }

  flush(): void {
    return callSynchronously(this.#transport, deviceVirtualFlushCall());
  }
}

/** Calls an implementation that lives elsewhere; every answer is a promise. */
export class DeviceVirtualAsynchronousClient {
  readonly #transport: AsynchronousTransport;

  constructor(transport: AsynchronousTransport) {
    this.#transport = transport;
  }

  regions(): Promise<readonly DeviceRegion[]> {
    return callAsynchronously(this.#transport, deviceVirtualRegionsCall());
  }

  read(region: number, offset: number, size: number): Promise<bigint> {
    return callAsynchronously(this.#transport, deviceVirtualReadCall(region, offset, size));
  }

  write(region: number, offset: number, size: number, value: bigint): Promise<void> {
    return callAsynchronously(this.#transport, deviceVirtualWriteCall(region, offset, size, value));
  }

  reset(): Promise<void> {
    return callAsynchronously(this.#transport, deviceVirtualResetCall());
  }

  postedWrites(): Promise<bigint> {
    return callAsynchronously(this.#transport, deviceVirtualPostedWritesCall());
  }

  post(region: number, offset: number, size: number, value: bigint): void {
    const call = deviceVirtualPostCall(region, offset, size, value);
    this.#transport.post(call.method, call.encode([]));
  }

  flush(): Promise<void> {
    return callAsynchronously(this.#transport, deviceVirtualFlushCall());
  }
}

/**
 * Answers one request with the implementation's result, or with its error as status, code and message. A request that breaks
 * the wire format is answered MALFORMED and the implementation not called. Never throws.
 */
export function dispatchDeviceVirtual(
  implementation: DeviceVirtual,
  method: number,
  request: Uint8Array,
): Answer | Promise<Answer> {
  return guarded(() => {
    switch (method) {
      case 1: {
        const reader = new WireReader(request, 8);
        const { view } = reader;
        const capacity = view.getBigUint64(0, true);
        return answer<Loose<readonly DeviceRegion[]>>(() => implementation.regions(), (result) => {
          const writer = new WireWriter(12);
          writer.putItems(0, 24, result, (item, at) => encodeDeviceRegion(writer, at, item));
          requireCapacity([writer.count(0)], [capacity]);
          return writer.finish();
        });
      }
      case 2: {
        const reader = new WireReader(request, 24);
        const { view } = reader;
        zeroes(reader.view, 4, 4);
        zeroes(reader.view, 20, 4);
        const region = view.getUint32(0, true);
        const offset = safeInteger(view.getBigUint64(8, true));
        const size = view.getUint32(16, true);
        return answer<Loose<bigint>>(() => implementation.read(region, offset, size), (result) => {
          const writer = new WireWriter(8);
          writer.view.setBigUint64(0, wideInteger(result, false, "value"), true);
          return writer.finish();
        });
      }
      case 3: {
        const reader = new WireReader(request, 32);
        const { view } = reader;
        zeroes(reader.view, 4, 4);
        zeroes(reader.view, 20, 4);
        const region = view.getUint32(0, true);
        const offset = safeInteger(view.getBigUint64(8, true));
        const size = view.getUint32(16, true);
        const value = view.getBigUint64(24, true);
        return answer<unknown>(() => implementation.write(region, offset, size, value), () => emptyBody);
      }
      case 4: {
        new WireReader(request, 0);
        return answer<unknown>(() => implementation.reset === undefined ? undefined : implementation.reset(), () => emptyBody);
      }
      case 5: {
        new WireReader(request, 0);
        return answer<Loose<bigint>>(() => implementation.postedWrites === undefined ? 0n : implementation.postedWrites(), (result) => {
          const writer = new WireWriter(8);
          writer.view.setBigUint64(0, wideInteger(result, false, "posted"), true);
          return writer.finish();
        });
      }
      case 6: {
        const reader = new WireReader(request, 32);
        const { view } = reader;
        zeroes(reader.view, 4, 4);
        zeroes(reader.view, 20, 4);
        const region = view.getUint32(0, true);
        const offset = safeInteger(view.getBigUint64(8, true));
        const size = view.getUint32(16, true);
        const value = view.getBigUint64(24, true);
        return answer<unknown>(() => implementation.post === undefined ? undefined : implementation.post(region, offset, size, value), () => emptyBody);
      }
      case 7: {
        new WireReader(request, 0);
        return answer<unknown>(() => implementation.flush === undefined ? undefined : implementation.flush(), () => emptyBody);
      }
      default:
        return malformedAnswerBytes;
    }
  });
}

/** A revocable way to an implementation in this thread. Call through it: a function taken out of it is not revoked. */
export class DeviceVirtualHandle implements DeviceVirtual {
  regions: DeviceVirtual["regions"];
  read: DeviceVirtual["read"];
  write: DeviceVirtual["write"];
  reset: NonNullable<DeviceVirtual["reset"]>;
  postedWrites: NonNullable<DeviceVirtual["postedWrites"]>;
  post: NonNullable<DeviceVirtual["post"]>;
  flush: NonNullable<DeviceVirtual["flush"]>;
  readonly #plugin: string;

  /** `plugin`: the id that errors name. Optional methods that the implementation lacks answer their defaults. */
  constructor(implementation: DeviceVirtual, plugin: string) {
    this.#plugin = plugin;
    this.regions = implementation.regions.bind(implementation);
    this.read = implementation.read.bind(implementation);
    this.write = implementation.write.bind(implementation);
    this.reset = (implementation.reset ?? (() => {})).bind(implementation);
    this.postedWrites = (implementation.postedWrites ?? (() => 0n)).bind(implementation);
    this.post = (implementation.post ?? (() => {})).bind(implementation);
    this.flush = (implementation.flush ?? (() => {})).bind(implementation);
  }

  /** From now on every method throws VMP_REVOKED. */
  revoke(): void {
    const refuse = refusal("device.virtual", this.#plugin);
    this.regions = refuse;
    this.read = refuse;
    this.write = refuse;
    this.reset = refuse;
    this.postedWrites = refuse;
    this.post = refuse;
    this.flush = refuse;
  }
}

/** As the plain handle, and counts calls and errors, and times one call in 1024. */
export class CountedDeviceVirtualHandle extends CountedHandle implements DeviceVirtual {
  regions: DeviceVirtual["regions"];
  read: DeviceVirtual["read"];
  write: DeviceVirtual["write"];
  reset: NonNullable<DeviceVirtual["reset"]>;
  postedWrites: NonNullable<DeviceVirtual["postedWrites"]>;
  post: NonNullable<DeviceVirtual["post"]>;
  flush: NonNullable<DeviceVirtual["flush"]>;
  readonly #plugin: string;

  constructor(implementation: DeviceVirtual, plugin: string) {
    super();
    this.#plugin = plugin;
    const regionsFunction = implementation.regions.bind(implementation);
    this.regions = () => {
      if (--this.left === 0) return this.timed(regionsFunction, []);
      try {
        return regionsFunction();
      } catch (error) {
        this.errors++;
        throw error;
      }
    };
    const readFunction = implementation.read.bind(implementation);
    this.read = (region: number, offset: number, size: number) => {
      if (--this.left === 0) return this.timed(readFunction, [region, offset, size]);
      try {
        return readFunction(region, offset, size);
      } catch (error) {
        this.errors++;
        throw error;
      }
    };
    const writeFunction = implementation.write.bind(implementation);
    this.write = (region: number, offset: number, size: number, value: bigint) => {
      if (--this.left === 0) return this.timed(writeFunction, [region, offset, size, value]);
      try {
        return writeFunction(region, offset, size, value);
      } catch (error) {
        this.errors++;
        throw error;
      }
    };
    const resetFunction = (implementation.reset ?? (() => {})).bind(implementation);
    this.reset = () => {
      if (--this.left === 0) return this.timed(resetFunction, []);
      try {
        return resetFunction();
      } catch (error) {
        this.errors++;
        throw error;
      }
    };
    const postedWritesFunction = (implementation.postedWrites ?? (() => 0n)).bind(implementation);
    this.postedWrites = () => {
      if (--this.left === 0) return this.timed(postedWritesFunction, []);
      try {
        return postedWritesFunction();
      } catch (error) {
        this.errors++;
        throw error;
      }
    };
    const postFunction = (implementation.post ?? (() => {})).bind(implementation);
    this.post = (region: number, offset: number, size: number, value: bigint) => {
      if (--this.left === 0) return this.timed(postFunction, [region, offset, size, value]);
      try {
        return postFunction(region, offset, size, value);
      } catch (error) {
        this.errors++;
        throw error;
      }
    };
    const flushFunction = (implementation.flush ?? (() => {})).bind(implementation);
    this.flush = () => {
      if (--this.left === 0) return this.timed(flushFunction, []);
      try {
        return flushFunction();
      } catch (error) {
        this.errors++;
        throw error;
      }
    };
  }

  /** From now on every method throws VMP_REVOKED. */
  revoke(): void {
    const refuse = refusal("device.virtual", this.#plugin);
    this.regions = refuse;
    this.read = refuse;
    this.write = refuse;
    this.reset = refuse;
    this.postedWrites = refuse;
    this.post = refuse;
    this.flush = refuse;
  }
}
