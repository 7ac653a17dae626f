// The contract `arch.simulator`: runs the instructions of one guest architecture. Generated from the contract in src/contracts/arch-simulator.ts by `npm run generate`. Do not edit.
import type { Loose, WireReader, WireWriter } from "../runtime/index.ts";
import { integer, wideInteger } from "../runtime/index.ts";
import type { Architecture, SystemCallAbi } from "./vcpu.ts";
import { decodeArchitecture, decodeSystemCallAbi, encodeArchitecture, encodeSystemCallAbi } from "./vcpu.ts";

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

export const archSimulatorId = "arch.simulator";
