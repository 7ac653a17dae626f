/**
 * handle-pair.ts plain|counted one|eight handles|direct MILLISECONDS: one pair of handle-call.ts, the named side first, as JSON, each
 * measured for MILLISECONDS. A process of its own for each: within one, every pair would have what the compiler made of it the first time.
 */
import {
  CountedDeviceVirtualHandle,
  type DeviceVirtual,
  DeviceVirtualHandle,
} from "../../src/contracts/generated/device-virtual.ts";
import { functionPair } from "../harness/pairs.ts";
import { eightDevices } from "./eight-devices.ts";

/** Calls that one run of a side makes. */
const calls = 100_000;

const handleClasses = { plain: DeviceVirtualHandle, counted: CountedDeviceVirtualHandle };

const bodies = {
  one: `for (let index = 0; index < ${calls}; index++)
    sum = (sum + devices[index & 7].read(index & 3, index & 4095, 4)) | 0;`,
  eight: `const [${[0, 1, 2, 3, 4, 5, 6, 7].map((at) => `device${at}`)}] = devices;
    for (let index = 0; index < ${calls}; index += 8) {
      ${[0, 1, 2, 3, 4, 5, 6, 7]
        .map((at) => `sum = (sum + device${at}.read(${at & 3}, (index + ${at}) & 4095, 4)) | 0;`)
        .join("\n")}
    }`,
};

/**
 * A loop over all eight that uses every result. A loop of its own for each side, from its own source text: two sides that
 * shared one would see each other's shapes at its call sites.
 */
function loopOver(devices: readonly DeviceVirtual[], body: string): () => number {
  const loop = new Function("devices", `let sum = 0;\n${body}\nreturn sum;`) as (
    devices: readonly DeviceVirtual[],
  ) => number;
  return () => loop(devices);
}

const [kind, sites, first, milliseconds] = process.argv.slice(2);
const Handle = handleClasses[kind as keyof typeof handleClasses];
const body = bodies[sites as keyof typeof bodies];
const devices = eightDevices();
const direct = loopOver(devices, body);
const handles = loopOver(
  devices.map((device) => new Handle(device, "bench")),
  body,
);
// Both are compiled before either is timed, also where the compiler's thread has to wait for a core.
const begun = performance.now();
while (performance.now() - begun < 300)
  if (handles() !== direct()) throw new Error("handles give other results than the plugins themselves");
process.stdout.write(JSON.stringify(functionPair(handles, direct, calls, first === "handles", Number(milliseconds))));
