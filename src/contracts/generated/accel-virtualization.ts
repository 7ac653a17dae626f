// The contract `accel.virtualization`: runs guest code on the hardware's own virtualization. Generated from the contract in src/contracts/accel-virtualization.ts by `npm run generate`. Do not edit.
import type { Answer, AsynchronousTransport, Call, Loose, SynchronousTransport } from "../runtime/index.ts";
import {
  LayoutView,
  WireReader,
  WireWriter,
  answer,
  callAsynchronously,
  callSynchronously,
  decodeItems,
  guarded,
  integer,
  malformedAnswerBytes,
  wideInteger,
  zeroes,
} from "../runtime/index.ts";
import type { Architecture, SystemCallAbi } from "./vcpu.ts";
import {
  SystemCallAbiView,
  decodeArchitecture,
  decodeSystemCallAbi,
  encodeArchitecture,
  encodeSystemCallAbi,
} from "./vcpu.ts";

export const virtualizationFeatureValues = {
  "read-only-memory": 1,
  "dirty-log": 2,
  "interrupt-controller": 4,
  timer: 8,
  "io-event": 16,
  "line-event": 32,
  "single-step": 64,
  "fault-address": 128,
  "several-vcpus": 256,
} as const;

export const slotFlagValues = {
  "read-only": 1,
  "log-dirty": 2,
} as const;

export type HardwareDevice = "interrupt-controller" | "timer" | number;

export const hardwareDeviceValues = {
  /** before the first vcpu_create; a HALT is then waited for inside run */
  "interrupt-controller": 1,
  /** after the controller */
  timer: 2,
} as const;

export function decodeHardwareDevice(value: number): HardwareDevice {
  switch (value) {
    case 1:
      return "interrupt-controller";
    case 2:
      return "timer";
    default:
      return value;
  }
}

export function encodeHardwareDevice(value: HardwareDevice): number {
  if (typeof value === "number") return value;
  if (Object.hasOwn(hardwareDeviceValues, value)) return hardwareDeviceValues[value];
  throw new RangeError(`${String(value)} is none of interrupt-controller, timer`);
}

export const runFlagValues = {
  step: 1,
  complete: 2,
} as const;

/** What a backend offers on this host. */
export interface Virtualization {
  readonly features: number;
  /** of guest-physical addresses */
  readonly physicalBits: number;
  /** memory_map at one time, of one virtual machine */
  readonly slots: number;
  readonly largestVcpus: number;
  /** bytes that VMP_STATE_VECTOR fills */
  readonly xsaveSize: number;
  /** the state components that guests may enable */
  readonly xcr0: bigint;
}

export const virtualizationSize = 32;

export function decodeVirtualization(reader: WireReader, view: DataView, from = 0): Virtualization {
  void reader;
  return {
    features: view.getUint32(from + 4, true),
    physicalBits: view.getUint32(from + 8, true),
    slots: view.getUint32(from + 12, true),
    largestVcpus: view.getUint32(from + 16, true),
    xsaveSize: view.getUint32(from + 20, true),
    xcr0: view.getBigUint64(from + 24, true),
  };
}

export function encodeVirtualization(writer: WireWriter, to: number, value: Loose<Virtualization>): void {
  writer.view.setUint32(to, 32, true);
  writer.view.setUint32(to + 4, integer(value.features, 0, 4294967295, "Virtualization.features"), true);
  writer.view.setUint32(to + 8, integer(value.physicalBits, 0, 4294967295, "Virtualization.physicalBits"), true);
  writer.view.setUint32(to + 12, integer(value.slots, 0, 4294967295, "Virtualization.slots"), true);
  writer.view.setUint32(to + 16, integer(value.largestVcpus, 0, 4294967295, "Virtualization.largestVcpus"), true);
  writer.view.setUint32(to + 20, integer(value.xsaveSize, 0, 4294967295, "Virtualization.xsaveSize"), true);
  writer.view.setBigUint64(to + 24, wideInteger(value.xcr0, false, "Virtualization.xcr0"), true);
}

/** vmp_virtualization in memory. What a backend offers on this host. */
export class VirtualizationView extends LayoutView {
  static readonly size = 32;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** VMP_VIRTUALIZATION_* */
  get features(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set features(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  /** of guest-physical addresses */
  get physicalBits(): number {
    return this.dataView.getUint32(this.dataOffset + 8, true);
  }
  set physicalBits(value: number) {
    this.dataView.setUint32(this.dataOffset + 8, value, true);
  }
  /** memory_map at one time, of one virtual machine */
  get slots(): number {
    return this.dataView.getUint32(this.dataOffset + 12, true);
  }
  set slots(value: number) {
    this.dataView.setUint32(this.dataOffset + 12, value, true);
  }
  get largestVcpus(): number {
    return this.dataView.getUint32(this.dataOffset + 16, true);
  }
  set largestVcpus(value: number) {
    this.dataView.setUint32(this.dataOffset + 16, value, true);
  }
  /** bytes that VMP_STATE_VECTOR fills */
  get xsaveSize(): number {
    return this.dataView.getUint32(this.dataOffset + 20, true);
  }
  set xsaveSize(value: number) {
    this.dataView.setUint32(this.dataOffset + 20, value, true);
  }
  /** the state components that guests may enable */
  get xcr0(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set xcr0(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
}

/** What CPUID answers (Intel SDM volume 2, CPUID). */
export interface IdentityLeaf {
  readonly leaf: number;
  readonly subleaf: number;
  /** 0: for every subleaf */
  readonly hasSubleaf: number;
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
}

export const identityLeafSize = 32;

export function decodeIdentityLeaf(reader: WireReader, view: DataView, from = 0): IdentityLeaf {
  zeroes(view, from + 28, 4);
  void reader;
  return {
    leaf: view.getUint32(from, true),
    subleaf: view.getUint32(from + 4, true),
    hasSubleaf: view.getUint32(from + 8, true),
    eax: view.getUint32(from + 12, true),
    ebx: view.getUint32(from + 16, true),
    ecx: view.getUint32(from + 20, true),
    edx: view.getUint32(from + 24, true),
  };
}

export function encodeIdentityLeaf(writer: WireWriter, to: number, value: Loose<IdentityLeaf>): void {
  writer.view.setUint32(to, integer(value.leaf, 0, 4294967295, "IdentityLeaf.leaf"), true);
  writer.view.setUint32(to + 4, integer(value.subleaf, 0, 4294967295, "IdentityLeaf.subleaf"), true);
  writer.view.setUint32(to + 8, integer(value.hasSubleaf, 0, 4294967295, "IdentityLeaf.hasSubleaf"), true);
  writer.view.setUint32(to + 12, integer(value.eax, 0, 4294967295, "IdentityLeaf.eax"), true);
  writer.view.setUint32(to + 16, integer(value.ebx, 0, 4294967295, "IdentityLeaf.ebx"), true);
  writer.view.setUint32(to + 20, integer(value.ecx, 0, 4294967295, "IdentityLeaf.ecx"), true);
  writer.view.setUint32(to + 24, integer(value.edx, 0, 4294967295, "IdentityLeaf.edx"), true);
}

/** vmp_identity_leaf in memory. What CPUID answers (Intel SDM volume 2, CPUID). */
export class IdentityLeafView extends LayoutView {
  static readonly size = 32;
  get leaf(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set leaf(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  get subleaf(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set subleaf(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  /** 0: for every subleaf */
  get hasSubleaf(): number {
    return this.dataView.getUint32(this.dataOffset + 8, true);
  }
  set hasSubleaf(value: number) {
    this.dataView.setUint32(this.dataOffset + 8, value, true);
  }
  get eax(): number {
    return this.dataView.getUint32(this.dataOffset + 12, true);
  }
  set eax(value: number) {
    this.dataView.setUint32(this.dataOffset + 12, value, true);
  }
  get ebx(): number {
    return this.dataView.getUint32(this.dataOffset + 16, true);
  }
  set ebx(value: number) {
    this.dataView.setUint32(this.dataOffset + 16, value, true);
  }
  get ecx(): number {
    return this.dataView.getUint32(this.dataOffset + 20, true);
  }
  set ecx(value: number) {
    this.dataView.setUint32(this.dataOffset + 20, value, true);
  }
  get edx(): number {
    return this.dataView.getUint32(this.dataOffset + 24, true);
  }
  set edx(value: number) {
    this.dataView.setUint32(this.dataOffset + 24, value, true);
  }
}

export interface Identity {
  readonly leaves: readonly IdentityLeaf[];
}

export const identitySize = 24;

export function decodeIdentity(reader: WireReader, view: DataView, from = 0): Identity {
  zeroes(view, from + 4, 4);
  return {
    leaves: decodeItems(reader, reader.itemsField(view, from + 8, 32), 32, (view) => decodeIdentityLeaf(reader, view, 0)),
  };
}

export function encodeIdentity(writer: WireWriter, to: number, value: Loose<Identity>): void {
  writer.view.setUint32(to, 24, true);
  writer.putItems(to + 8, 32, value.leaves, (item, at) => {
    encodeIdentityLeaf(writer, at, item);
  });
}

/** vmp_identity in memory. Pointers are addresses of the process that wrote them. */
export class IdentityView extends LayoutView {
  static readonly size = 24;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  get leaves(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set leaves(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  get count(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set count(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
}

export interface AccelVirtualizationCapabilities {
  readonly architecture: Architecture;
  /** bytes of the architecture's state layout that it uses */
  readonly stateSize: number;
  /** the largest arena that a program can have */
  readonly addressBits: number;
  /** as Linux gives a process in AT_HWCAP and AT_HWCAP2; 0: as the processor has it */
  readonly hwcap: bigint;
  readonly hwcap2: bigint;
  /** as vmp_arch_simulator_capabilities has it */
  readonly isa: string;
  readonly systemCall: SystemCallAbi;
}

export const accelVirtualizationCapabilitiesSize = 80;

export function decodeAccelVirtualizationCapabilities(reader: WireReader, view: DataView, from = 0): AccelVirtualizationCapabilities {
  return {
    architecture: decodeArchitecture(view.getUint32(from + 4, true)),
    stateSize: view.getUint32(from + 8, true),
    addressBits: view.getUint32(from + 12, true),
    hwcap: view.getBigUint64(from + 16, true),
    hwcap2: view.getBigUint64(from + 24, true),
    isa: reader.stringField(view, from + 32),
    systemCall: decodeSystemCallAbi(reader, view, from + 48),
  };
}

export function encodeAccelVirtualizationCapabilities(writer: WireWriter, to: number, value: Loose<AccelVirtualizationCapabilities>): void {
  writer.view.setUint32(to, 80, true);
  writer.view.setUint32(to + 4, encodeArchitecture(value.architecture), true);
  writer.view.setUint32(to + 8, integer(value.stateSize, 0, 4294967295, "AccelVirtualizationCapabilities.stateSize"), true);
  writer.view.setUint32(to + 12, integer(value.addressBits, 0, 4294967295, "AccelVirtualizationCapabilities.addressBits"), true);
  writer.view.setBigUint64(to + 16, wideInteger(value.hwcap, false, "AccelVirtualizationCapabilities.hwcap"), true);
  writer.view.setBigUint64(to + 24, wideInteger(value.hwcap2, false, "AccelVirtualizationCapabilities.hwcap2"), true);
  writer.putString(to + 32, value.isa);
  encodeSystemCallAbi(writer, to + 48, value.systemCall);
}

/** vmp_accel_virtualization_capabilities in memory. Pointers are addresses of the process that wrote them. */
export class AccelVirtualizationCapabilitiesView extends LayoutView {
  static readonly size = 80;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** VMP_ARCHITECTURE_* */
  get architecture(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set architecture(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  /** bytes of the architecture's state layout that it uses */
  get stateSize(): number {
    return this.dataView.getUint32(this.dataOffset + 8, true);
  }
  set stateSize(value: number) {
    this.dataView.setUint32(this.dataOffset + 8, value, true);
  }
  /** the largest arena that a program can have */
  get addressBits(): number {
    return this.dataView.getUint32(this.dataOffset + 12, true);
  }
  set addressBits(value: number) {
    this.dataView.setUint32(this.dataOffset + 12, value, true);
  }
  /** as Linux gives a process in AT_HWCAP and AT_HWCAP2; 0: as the processor has it */
  get hwcap(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set hwcap(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
  get hwcap2(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set hwcap2(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
  /** as vmp_arch_simulator_capabilities has it */
  get isaAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set isaAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
  get isaSize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 40, true);
  }
  set isaSize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 40, value, true);
  }
  get systemCall(): SystemCallAbiView {
    return new SystemCallAbiView(this.dataView, this.dataOffset + 48);
  }
}

/** The contract as data. timeout: milliseconds, 0 for none; since: the minor that appended the method. */
export const accelVirtualizationContract = {
  id: "accel.virtualization",
  version: { major: 1, minor: 0 },
  tiers: ["inline"],
  domain: "machine",
  replaceable: false,
  methods: {
    describe: { number: 1, mode: "synchronous", thread: "any", reentrant: false, idempotent: true, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["UNSUPPORTED", "DENIED"] },
    vmCreate: { number: 2, mode: "synchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: ["UNSUPPORTED", "DENIED", "OUT_OF_MEMORY"] },
    vmDestroy: { number: 3, mode: "synchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: [] },
    memoryMap: { number: 4, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: ["INVALID_ARGUMENT", "OUT_OF_MEMORY", "UNSUPPORTED"] },
    memoryUnmap: { number: 5, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: ["NOT_FOUND"] },
    memoryDirty: { number: 6, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: ["NOT_FOUND", "UNSUPPORTED"] },
    deviceCreate: { number: 7, mode: "synchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: true, since: 0, errors: ["UNSUPPORTED"] },
    lineSet: { number: 8, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: true, since: 0, errors: ["UNSUPPORTED"] },
    lineEvent: { number: 9, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: true, since: 0, errors: ["UNSUPPORTED", "INVALID_ARGUMENT"] },
    ioEvent: { number: 10, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: true, since: 0, errors: ["UNSUPPORTED", "INVALID_ARGUMENT"] },
    identity: { number: 11, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: ["TOO_SMALL"] },
    vcpuCreate: { number: 12, mode: "synchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: ["OUT_OF_MEMORY", "UNSUPPORTED", "INVALID_ARGUMENT"] },
    vcpuDestroy: { number: 13, mode: "synchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: [] },
    vcpuRead: { number: 14, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: ["UNSUPPORTED"] },
    vcpuWrite: { number: 15, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: ["UNSUPPORTED", "INVALID_ARGUMENT"] },
    vcpuInterrupt: { number: 16, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: ["BUSY", "UNSUPPORTED"] },
    run: { number: 17, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: [] },
    kick: { number: 18, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: [] },
  },
} as const;

export interface AccelVirtualization {
  /** [any] What this host offers, or why it offers nothing. */
  describe(): Loose<Virtualization>;
}

function accelVirtualizationDescribeCall(): Call<Virtualization> {
  return {
    point: "accel.virtualization",
    method: 1,
    kind: 1,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(0);
      return writer.finish();
    },
    decode: (body) => {
      const reader = new WireReader(body, 12);
      return decodeVirtualization(reader, reader.single(0, 32, 8, 32));
    },
  };
}

/** Calls an implementation that lives elsewhere; its thread waits for each answer. */
export class AccelVirtualizationClient implements AccelVirtualization {
  readonly #transport: SynchronousTransport;

  constructor(transport: SynchronousTransport) {
    this.#transport = transport;
  }

  describe(): Virtualization {
    return callSynchronously(this.#transport, accelVirtualizationDescribeCall());
  }
}

/** Calls an implementation that lives elsewhere; every answer is a promise. */
export class AccelVirtualizationAsynchronousClient {
  readonly #transport: AsynchronousTransport;

  constructor(transport: AsynchronousTransport) {
    this.#transport = transport;
  }

  describe(): Promise<Virtualization> {
    return callAsynchronously(this.#transport, accelVirtualizationDescribeCall());
  }
}

/**
 * Answers one request with the implementation's result, or with its error as status, code and message. A request that breaks
 * the wire format is answered MALFORMED and the implementation not called. Never throws.
 */
export function dispatchAccelVirtualization(
  implementation: AccelVirtualization,
  method: number,
  request: Uint8Array,
): Answer | Promise<Answer> {
  return guarded(() => {
    switch (method) {
      case 1: {
        new WireReader(request, 0);
        return answer<Loose<Virtualization>>(() => implementation.describe(), (result) => {
          const writer = new WireWriter(12);
          writer.putItems(0, 32, [result], (item, at) => encodeVirtualization(writer, at, item));
          return writer.finish();
        });
      }
      default:
        return malformedAnswerBytes;
    }
  });
}
