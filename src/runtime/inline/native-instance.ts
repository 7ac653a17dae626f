/** Instances of a native plugin that belong to no machine: TypeScript calls them by messages, as it calls another process. */
import { AccelVirtualizationClient } from "../../contracts/generated/accel-virtualization.ts";
import { DebugLoggerClient } from "../../contracts/generated/debug-logger.ts";
import { DeviceVirtualClient } from "../../contracts/generated/device-virtual.ts";
import type { SynchronousTransport } from "../../contracts/runtime/index.ts";
import { VmPluginError } from "../../errors.ts";
import type { NativePlugin, NativePlugins } from "../../native.ts";
import type { Instance, InstanceRequest } from "../loaded-plugin.ts";
import { nativeTransport } from "../native-transport.ts";
import { makeHandle } from "./point-handles.ts";

type Client = new (transport: SynchronousTransport) => object;

const clients: Readonly<Record<string, Client>> = {
  "debug.logger": DebugLoggerClient,
  "device.virtual": DeviceVirtualClient,
};

/** Of points whose other methods are native only. */
const partialClients: Readonly<Record<string, Client>> = {
  "accel.virtualization": AccelVirtualizationClient,
};

/** Whether every method of a native plugin's instance of the point can be called from TypeScript. */
export function isCallable(point: string): boolean {
  return Object.hasOwn(clients, point);
}

function clientOf(table: Readonly<Record<string, Client>>, point: string): Client | undefined {
  return Object.hasOwn(table, point) ? table[point] : undefined;
}

export interface NativeInstanceOptions {
  readonly plugins: NativePlugins;
  /** Whether calls are counted and sampled. */
  readonly counted: boolean;
  readonly closed: (instance: Instance) => void;
}

/** VMP_INSTANCE_FAILED for a point that only native code can call; else what the plugin gives. Nothing is left then. */
export function makeNativeInstance(
  plugin: NativePlugin,
  { point, name, configuration }: InstanceRequest,
  options: NativeInstanceOptions,
): Instance {
  const { id } = plugin;
  const refuse = (reason: string) => new VmPluginError("VMP_INSTANCE_FAILED", { id, point, name, reason });
  const Client = clientOf(clients, point) ?? clientOf(partialClients, point);
  if (Client === undefined) throw refuse("only native code can call it");
  const native = options.plugins.createInstance(plugin, point, name, configuration);
  const handle = makeHandle(point, id, new Client(nativeTransport(id, native)), options.counted);
  if (typeof handle === "string") {
    native.close();
    throw refuse(handle);
  }
  const instance: Instance = {
    plugin: id,
    point,
    name,
    implementation: handle.implementation,
    statistics: handle.statistics,
    async close() {
      handle.revoke();
      options.closed(instance);
      native.close();
    },
  };
  return instance;
}
