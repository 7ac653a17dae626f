/** A plugin host in the test's own process, with the plugins of given folders and nothing of the user's. */
import { nativeTransport } from "../communication/native-transport.ts";
import { DebugLoggerClient } from "../contracts/generated/debug-logger.ts";
import { DeviceVirtualClient } from "../contracts/generated/device-virtual.ts";
import type { PointMap } from "../contracts/generated/index.ts";
import type { SynchronousTransport } from "../contracts/runtime/index.ts";
import { VmPluginError } from "../errors.ts";
import { PluginHost } from "../host/plugin-host.ts";
import type { Implementation } from "../host/plugin-record.ts";
import { createNativeInstance, type NativePlugin, nativePlugins } from "../native.ts";
import { packageRoot } from "../package-root.ts";
import type { Instance } from "../runtime/loaded-plugin.ts";
import type { Configuration, Log } from "../sdk/define-plugin.ts";

export interface TestHostOptions {
  /** Folders of plugins. */
  readonly plugins: readonly string[];
  /** Whether the built-in plugins are there too. Default true. */
  readonly builtins?: boolean;
  /** Plugins' own configurations by id. Default: empty. */
  readonly configurations?: Readonly<Record<string, Configuration>>;
  /** Milliseconds that one call of a plugin may take. Default 10,000. */
  readonly timeout?: number;
}

export interface LogLine {
  readonly level: keyof Log;
  readonly source: string;
  readonly message: string;
}

export interface CreateOptions {
  /** The implementation's name; default: the one that the host prefers. */
  readonly name?: string;
  /** The id of the plugin that it must come from. */
  readonly plugin?: string;
  readonly configuration?: Configuration;
}

type Client = new (transport: SynchronousTransport) => object;

const clients: Readonly<Partial<Record<string, Client>>> = {
  "debug.logger": DebugLoggerClient,
  "device.virtual": DeviceVirtualClient,
};

/** Whether an instance can be called from TypeScript, whatever its plugin is written in. */
export function isCallable(point: string): boolean {
  return Object.hasOwn(clients, point);
}

export class TestHost {
  readonly host: PluginHost;
  /** What plugins logged, oldest first. */
  readonly log: readonly LogLine[];

  private constructor(host: PluginHost, log: readonly LogLine[]) {
    this.host = host;
    this.log = log;
  }

  /** Rejects with the first problem of a folder's manifest. */
  static async open({ plugins, builtins, configurations = {}, timeout }: TestHostOptions): Promise<TestHost> {
    const log: LogLine[] = [];
    const host = await PluginHost.open({
      packageRoot: packageRoot(),
      native: nativePlugins,
      plugins,
      builtins,
      timeout,
      configuration: (id) => configurations[id] ?? {},
      log: (level, source, message) => void log.push({ level, source, message }),
    });
    return new TestHost(host, log);
  }

  /** Makes an instance; its plugin is started first. A native one is called by messages, as from another plugin. */
  async create<Point extends keyof PointMap & string>(
    point: Point,
    options: CreateOptions = {},
  ): Promise<Instance<PointMap[Point]>> {
    const implementation = this.host.choose(point, { name: options.name, plugin: options.plugin });
    return this.createFrom(implementation, options.configuration ?? {}) as Promise<Instance<PointMap[Point]>>;
  }

  /** As create, for an implementation that is already chosen. */
  async createFrom(implementation: Implementation, configuration: Configuration): Promise<Instance> {
    const { point, name, plugin } = implementation;
    const { id } = plugin.manifest;
    const { native } = await this.host.activate(id);
    if (native === undefined) return this.host.createInstance(implementation, configuration);
    const Client = clients[point];
    if (Client === undefined) {
      const reason = "only native code can call it";
      throw new VmPluginError("VMP_INSTANCE_FAILED", { id, point, name, reason });
    }
    const release = await this.host.hold(id);
    try {
      return libraryInstance(Client, native, implementation, configuration, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Stops every plugin. Rejects with the first failure, when all were tried. */
  close(): Promise<void> {
    return this.host.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function libraryInstance(
  Client: Client,
  plugin: NativePlugin,
  { point, name }: Implementation,
  configuration: Configuration,
  release: () => void,
): Instance {
  const instance = createNativeInstance(plugin, point, name, configuration);
  let closed = false;
  return {
    plugin: plugin.id,
    point,
    name,
    implementation: new Client(nativeTransport(plugin.id, instance)),
    statistics: () => undefined,
    async close() {
      if (closed) return;
      closed = true;
      instance.close();
      release();
    },
  };
}
