/** The plugins that a machine is made of: chosen, held, and added to it. */
import { VmPluginError } from "../errors.ts";
import type { PluginManager } from "../host/plugin-manager.ts";
import type { HeldPlugin } from "../host/plugin-manager-options.ts";
import type { Implementation } from "../host/plugin-record.ts";
import { guardNative, type NativeMachine } from "../native.ts";
import type { Configuration } from "../sdk/define-plugin.ts";
import type { Closers } from "./closers.ts";
import type { MachineOptions } from "./machine-options.ts";

/** An engine implements one of these. */
export const enginePoints = ["arch.simulator", "accel.virtualization"] as const;
const personalityPoint = "os.personality";
const devicePoint = "device.virtual";

/** An implementation whose plugin is kept running. */
export interface Part {
  readonly implementation: Implementation;
  readonly held: HeldPlugin;
}

export interface Parts {
  readonly engine: Part;
  readonly personality: Part;
  readonly devices: readonly Part[];
}

/** Loading is mostly waiting, for files and for threads of the plugins' own: all at once. */
export async function holdParts(host: PluginManager, options: MachineOptions, closers: Closers): Promise<Parts> {
  const hold = async (implementation: Implementation): Promise<Part> => {
    const held = await host.hold(implementation.plugin.manifest.id);
    closers.push(held.release);
    return { implementation, held };
  };
  refuseUnknownGuest(host, options.architecture);
  const { engine, architecture: guest, fallback } = options;
  const devices = devicesOf(host, options.devices);
  const personality = host.choose(personalityPoint, { name: options.personality });
  // All settled before any is thrown: what is held has to be in the closers by then.
  const results = await Promise.allSettled([
    host.use(enginePointOf(host, guest, engine), { name: engine, guest, fallback }, hold),
    hold(personality),
    ...devices.map(hold),
  ]);
  const parts = results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  return { engine: parts[0] as Part, personality: parts[1] as Part, devices: parts.slice(2) };
}

function enginesOf(host: PluginManager): readonly Implementation[] {
  return enginePoints.flatMap((point) => [...host.registry.implementations(point)]);
}

/** The point of the engine that is named, else of the one of highest priority that runs the architecture. */
function enginePointOf(host: PluginManager, guest: string, name: string | undefined): string {
  const named = name === undefined || name === "auto" ? undefined : name;
  const suitable = enginesOf(host).filter((one) => one.guests?.includes(guest) && (named ?? one.name) === one.name);
  const [best] = suitable.sort((one, other) => other.priority - one.priority);
  return best?.point ?? enginePoints[0];
}

/** An architecture that no engine here knows is told apart from an engine that cannot be used. */
function refuseUnknownGuest(host: PluginManager, architecture: string): void {
  const guests = enginesOf(host).flatMap((one) => one.guests ?? []);
  if (guests.includes(architecture)) return;
  const reasons = `the engines here run ${[...new Set(guests)].join(", ")}`;
  throw new VmPluginError("VMP_NO_ENGINE", { architecture, reasons });
}

/** Those of folders that were given, which are meant to be used: one that cannot be is none to pass over. And the named ones. */
function devicesOf(host: PluginManager, names: readonly string[] = []): Implementation[] {
  const given = host
    .candidates(devicePoint)
    .filter(({ implementation: { plugin } }) => plugin.builtin === undefined && plugin.installed === undefined)
    .map(({ implementation, reason }) => {
      if (reason === undefined) return implementation;
      const { point, name, plugin } = implementation;
      throw new VmPluginError("VMP_IMPLEMENTATION_UNSUITABLE", { point, name, plugin: plugin.manifest.id, reason });
    });
  return [...new Set([...given, ...names.map((name) => host.choose(devicePoint, { name }))])];
}

/** Makes an instance for the machine. What is returned, for one in TypeScript, closes it once the machine is closed. */
export async function addPart(
  native: NativeMachine,
  host: PluginManager,
  { implementation, held }: Part,
  options: MachineOptions,
): Promise<(() => Promise<void>) | undefined> {
  const { point, name, plugin } = implementation;
  const configuration = configurationOf(implementation, options);
  if (held.native !== undefined) {
    const library = held.native.handle;
    guardNative(() => native.add(library, point, name, { ...held.configuration, ...configuration }));
    return undefined;
  }
  if (point !== devicePoint) {
    const reason = "it is not native, and is called for each exit of the guest";
    throw new VmPluginError("VMP_IMPLEMENTATION_UNSUITABLE", { point, name, plugin: plugin.manifest.id, reason });
  }
  const { attachDevice } = await import("./devices.ts");
  const device = await attachDevice(native, host, implementation, configuration);
  return () => device.close();
}

function configurationOf(implementation: Implementation, options: MachineOptions): Configuration {
  const own = options.configuration?.[implementation.plugin.manifest.id] ?? {};
  if (implementation.point !== personalityPoint) return own;
  const { root, readOnly } = options;
  return { ...own, ...(root === undefined ? {} : { root }), ...(readOnly === undefined ? {} : { readOnly }) };
}
