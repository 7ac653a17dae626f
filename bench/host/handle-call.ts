/** What calling an inline TypeScript plugin through its handle costs more than calling the plugin itself. */
import {
  CountedDeviceVirtualHandle,
  type DeviceVirtual,
  DeviceVirtualHandle,
} from "../../src/contracts/generated/device-virtual.ts";
import { type Effort, FULL, functionPairs } from "../harness/pairs.ts";
import { pairedRow, type Row } from "../harness/row.ts";
import { eightDevices } from "./eight-devices.ts";

/** Calls that one run of a side makes. */
const calls = 100_000;

/**
 * A loop over all eight that uses every result. A loop of its own for each side, from its own source text: two sides that
 * shared one would see each other's shapes at its call site.
 */
function loopOver(devices: readonly DeviceVirtual[]): () => number {
  const body = `
    let sum = 0;
    for (let index = 0; index < ${calls}; index++) sum = (sum + devices[index & 7].read(index & 3, index & 4095, 4)) | 0;
    return sum;`;
  const loop = new Function("devices", body) as (devices: readonly DeviceVirtual[]) => number;
  return () => loop(devices);
}

/** Rows in nanoseconds a call, against a direct call at a call site that sees the same eight plugins. */
export function handleCallRows(effort: Effort = FULL): Row[] {
  const devices = eightDevices();
  const direct = loopOver(devices);
  const expected = direct();
  const row = (name: string, bar: number, handles: readonly DeviceVirtual[]): Row => {
    const ours = loopOver(handles);
    if (ours() !== expected) throw new Error(`${name}: the results differ from those of the plugins themselves`);
    const pairs = functionPairs(ours, direct, calls, effort.shortPairs, effort.sideTime);
    return pairedRow("difference", { name, unit: "ns", peer: "direct call", bar }, pairs);
  };
  return [
    row(
      "inline TypeScript plugin through its handle",
      5,
      devices.map((device) => new DeviceVirtualHandle(device, "bench")),
    ),
    row(
      "inline TypeScript plugin through its handle, counters on",
      10,
      devices.map((device) => new CountedDeviceVirtualHandle(device, "bench")),
    ),
  ];
}
