/** A plugin host in the test's own process, with the plugins of given folders and nothing of the user's. */
import type { PointMap } from "../contracts/generated/index.ts";
import { PluginManager } from "../host/plugin-manager.ts";
import { nativePlugins } from "../native.ts";
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

export class TestHost {
  readonly host: PluginManager;
  /** What plugins logged, oldest first. */
  readonly log: readonly LogLine[];

  private constructor(host: PluginManager, log: readonly LogLine[]) {
    this.host = host;
    this.log = log;
  }

  /** Rejects with the first problem of a folder's manifest. */
  static async open({ plugins, builtins, configurations = {}, timeout }: TestHostOptions): Promise<TestHost> {
    const log: LogLine[] = [];
    const host = await PluginManager.open({
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

  /** Makes an instance; its plugin is started first. A native one is called by messages, as from another process. */
  async create<Point extends keyof PointMap & string>(
    point: Point,
    options: CreateOptions = {},
  ): Promise<Instance<PointMap[Point]>> {
    const { name, plugin, configuration } = options;
    const instance = await this.host.createInstance(this.host.choose(point, { name, plugin }), configuration);
    return instance as Instance<PointMap[Point]>;
  }

  /** Stops every plugin. Rejects with the first failure, when all were tried. */
  close(): Promise<void> {
    return this.host.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
