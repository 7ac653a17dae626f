// The contract `arch.simulator`: runs the instructions of one guest architecture. Generated from the contract in src/contracts/arch-simulator.ts by `npm run generate`. Do not edit.
import type { Loose, WireReader, WireWriter } from "../runtime/index.ts";
import { LayoutView, integer, wideInteger } from "../runtime/index.ts";
import type { Architecture, SystemCallAbi } from "./vcpu.ts";
import {
  SystemCallAbiView,
  decodeArchitecture,
  decodeSystemCallAbi,
  encodeArchitecture,
  encodeSystemCallAbi,
} from "./vcpu.ts";

export interface ArchSimulatorCapabilities {
  readonly architecture: Architecture;
  /** bytes of the architecture's state layout that it uses */
  readonly stateSize: number;
  /** the largest arena that it can address */
  readonly addressBits: number;
  /** as Linux gives a process in AT_HWCAP and AT_HWCAP2 */
  readonly hwcap: bigint;
  readonly hwcap2: bigint;
  /** "rv64imafdc_zicsr_..." */
  readonly isa: string;
  readonly systemCall: SystemCallAbi;
}

export const archSimulatorCapabilitiesSize = 80;

export function decodeArchSimulatorCapabilities(reader: WireReader, view: DataView, from = 0): ArchSimulatorCapabilities {
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

export function encodeArchSimulatorCapabilities(writer: WireWriter, to: number, value: Loose<ArchSimulatorCapabilities>): void {
  writer.view.setUint32(to, 80, true);
  writer.view.setUint32(to + 4, encodeArchitecture(value.architecture), true);
  writer.view.setUint32(to + 8, integer(value.stateSize, 0, 4294967295, "ArchSimulatorCapabilities.stateSize"), true);
  writer.view.setUint32(to + 12, integer(value.addressBits, 0, 4294967295, "ArchSimulatorCapabilities.addressBits"), true);
  writer.view.setBigUint64(to + 16, wideInteger(value.hwcap, false, "ArchSimulatorCapabilities.hwcap"), true);
  writer.view.setBigUint64(to + 24, wideInteger(value.hwcap2, false, "ArchSimulatorCapabilities.hwcap2"), true);
  writer.putString(to + 32, value.isa);
  encodeSystemCallAbi(writer, to + 48, value.systemCall);
}

/** vmp_arch_simulator_capabilities in memory. Pointers are addresses of the process that wrote them. */
export class ArchSimulatorCapabilitiesView extends LayoutView {
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
  /** the largest arena that it can address */
  get addressBits(): number {
    return this.dataView.getUint32(this.dataOffset + 12, true);
  }
  set addressBits(value: number) {
    this.dataView.setUint32(this.dataOffset + 12, value, true);
  }
  /** as Linux gives a process in AT_HWCAP and AT_HWCAP2 */
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
  /** "rv64imafdc_zicsr_..." */
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
export const archSimulatorContract = {
  id: "arch.simulator",
  version: { major: 1, minor: 0 },
  tiers: ["inline", "process"],
  domain: "machine",
  replaceable: false,
  methods: {
    vcpuAttach: { number: 1, mode: "synchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: true, since: 0, errors: [] },
    vcpuDetach: { number: 2, mode: "synchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: true, since: 0, errors: [] },
    run: { number: 3, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: [] },
    invalidate: { number: 4, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: true, since: 0, errors: [] },
  },
} as const;
