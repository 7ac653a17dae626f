/** What the machine, the command line and the test kit see of plugins: found, chosen, started, used, stopped. */
import { timeouts } from "../contracts/generated/timeouts.ts";
import { VmPluginError } from "../errors.ts";
import type { NativePlugin, NativePlugins } from "../native.ts";
import { didYouMean } from "../nearest.ts";
import type { Instance } from "../runtime/loaded-plugin.ts";
import type { Configuration, Health, Log } from "../sdk/define-plugin.ts";
import { readBuiltins } from "./builtins/builtins.ts";
import { type HashFile, hashFile } from "./file-hash.ts";
import type { HostFacts } from "./host-facts.ts";
import { Activation } from "./lifecycle/activation.ts";
import { Lifecycle, type State, type StateEvent } from "./lifecycle/lifecycle.ts";
import { loadPlugin } from "./lifecycle/loader.ts";
import type { Manifest } from "./manifest/manifest.ts";
import type { Implementation, PluginRecord } from "./plugin-record.ts";
import { Registry } from "./registry.ts";
import { type Candidate, type ChoiceFacts, type ChoiceOptions, candidatesOf, choose } from "./resolution/choice.ts";
import { resolveOrder, type StartOrder } from "./resolution/dependencies.ts";
import { type MachineFacts, thisMachine } from "./resolution/machine-facts.ts";
import { loadSatisfies } from "./resolution/versions.ts";

export type LogSink = (level: keyof Log, source: string, message: string) => void;

export interface PluginManagerOptions {
  /** The root of the package vm-plugin, with its dist/builtins.json. */
  readonly packageRoot: string;
  readonly native: NativePlugins;
  /** Folders of plugins to use without installing them. */
  readonly plugins?: readonly string[] | undefined;
  /** Whether the built-in plugins are among them. Default true. */
  readonly builtins?: boolean | undefined;
  /** Ids of disabled plugins; enable and disable change it. Default: none, for this host alone. */
  readonly disabled?: Pick<Set<string>, "has" | "add" | "delete"> | undefined;
  /** A plugin's own configuration. Default: empty. */
  readonly configuration?: ((plugin: string) => Configuration) | undefined;
  /** Where plugins' log lines go. Default: nowhere. */
  readonly log?: LogSink | undefined;
  /** Milliseconds that one call of a plugin may take. Default 10,000. */
  readonly timeout?: number | undefined;
  /** Whether calls of modules' instances are counted and their latency sampled. Default false: it costs nanoseconds. */
  readonly counted?: boolean | undefined;
  /** How built-ins' files are hashed. Default: node:crypto, whose import costs Node some milliseconds. */
  readonly hashFile?: HashFile | undefined;
  /** What `needs` of manifests are compared with. Default: this machine. */
  readonly machine?: MachineFacts | undefined;
}

export interface PluginInfo {
  readonly manifest: Manifest;
  readonly folder: string;
  readonly builtin: boolean;
  readonly state: State;
  readonly disabled: boolean;
  /** Why the state is "error". */
  readonly error: VmPluginError | undefined;
}

/** A plugin that runs, and goes on running until `release` is called. */
export interface HeldPlugin {
  /** The addon's object for a native plugin, from which a machine makes instances. */
  readonly native: NativePlugin | undefined;
  readonly release: () => void;
}

export class PluginManager {
  readonly registry = new Registry();
  readonly #options: PluginManagerOptions;
  readonly #facts: ChoiceFacts;
  readonly #lifecycles = new Map<string, Lifecycle>();
  readonly #listeners = new Set<(event: StateEvent) => void>();
  readonly #activation: Activation;
  readonly #disabled: NonNullable<PluginManagerOptions["disabled"]>;
  #closing: Promise<void> | undefined;

  private constructor(options: PluginManagerOptions, contracts: HostFacts["contracts"]) {
    this.#options = options;
    this.#disabled = options.disabled ?? new Set();
    this.#facts = { machine: options.machine ?? thisMachine, contracts };
    this.#activation = new Activation({
      resolve: (roots) => this.#resolve(roots),
      lifecycleOf: (record) => {
        this.#refuseClosed();
        return this.#lifecycle(record.manifest.id);
      },
    });
  }

  /** Finds plugins; runs none of their code. Rejects with the first problem of a folder's manifest. */
  static async open(options: PluginManagerOptions): Promise<PluginManager> {
    const { facts, records } = readBuiltins(options.packageRoot);
    const host = new PluginManager(options, facts.contracts);
    if (options.builtins !== false) for (const record of records) host.registry.add(record);
    if (options.plugins?.length) {
      const { discoverFolder } = await import("./discovery/folder.ts");
      for (const folder of options.plugins) host.registry.add(await discoverFolder(folder, facts));
    }
    return host;
  }

  list(filter: { readonly type?: string; readonly point?: string; readonly state?: State } = {}): PluginInfo[] {
    return this.registry
      .list(filter)
      .map((record) => this.#info(record))
      .filter((info) => filter.state === undefined || info.state === filter.state);
  }

  /** VMP_PLUGIN_NOT_FOUND with the nearest id. */
  get(id: string): PluginInfo {
    return this.#info(this.registry.get(id));
  }

  /** The implementations of a point, the preferred first, each with why it cannot be taken here. */
  candidates(point: string, options: ChoiceOptions = {}): Candidate[] {
    return candidatesOf(this.registry.implementations(point), this.#choiceOptions(options), this.#facts);
  }

  /** The implementation that is to be used; an error of choice.ts, or VMP_POINT_UNKNOWN, says why there is none. */
  choose(point: string, options: ChoiceOptions = {}): Implementation {
    const implementations = this.registry.implementations(point);
    if (implementations.length === 0 && !Object.hasOwn(this.#facts.contracts, point)) {
      const hint = didYouMean(point, Object.keys(this.#facts.contracts));
      throw new VmPluginError("VMP_POINT_UNKNOWN", { point, hint });
    }
    return choose(point, implementations, this.#choiceOptions(options), this.#facts);
  }

  /** Brings a plugin to running, with what it requires. Costs nothing when it runs already. */
  async activate(id: string): Promise<void> {
    await this.#activation.activate(this.registry.get(id));
  }

  /** Activates every plugin that asks for it in its manifest. Rejects with the first failure, when all were tried. */
  async activateStartup(): Promise<void> {
    const startup = this.list().filter((info) => info.manifest.activation === "startup" && !info.disabled);
    const results = await Promise.allSettled(startup.map((info) => this.activate(info.manifest.id)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  /** Activates a plugin and keeps it from being stopped. */
  async hold(id: string): Promise<HeldPlugin> {
    await this.activate(id);
    const { code, release } = await this.#lifecycle(id).hold({});
    return { native: code.native, release };
  }

  /**
   * An instance that belongs to no machine, revocable; its plugin is activated first. VMP_INSTANCE_FAILED for a native
   * implementation of a point that only native code can call.
   */
  async createInstance(implementation: Implementation, configuration: Configuration = {}): Promise<Instance> {
    const { plugin, point, name } = implementation;
    const { id } = plugin.manifest;
    await this.activate(id);
    return this.#lifecycle(id).with((code) => code.createInstance({ point, name, configuration }));
  }

  /** Activates the plugin. Undefined when it does not tell. */
  async healthCheck(id: string): Promise<Health | undefined> {
    await this.activate(id);
    return this.#lifecycle(id).with((code) => code.healthCheck());
  }

  /** Activates the plugin. What a newer version of it needs in order to go on; undefined when there is nothing. */
  async exportState(id: string): Promise<Uint8Array | undefined> {
    await this.activate(id);
    return this.#lifecycle(id).with((code) => code.exportState());
  }

  /** Activates the plugin and gives it what exportState answered, in the format of `stateVersion`. */
  async importState(id: string, stateVersion: number, state: Uint8Array): Promise<void> {
    await this.activate(id);
    await this.#lifecycle(id).with((code) => code.importState(stateVersion, state));
  }

  /** VMP_CONFIGURATION_REFUSED when the plugin does not take it: the old one stays. */
  async configure(id: string, configuration: Configuration): Promise<void> {
    await this.#lifecycle(id).configure(configuration);
  }

  /** VMP_PLUGIN_REQUIRED or VMP_PLUGIN_IN_USE while others rely on it. */
  async stop(id: string): Promise<void> {
    await this.#lifecycle(id).run("stop");
  }

  /** Stops, cleans up and unloads, as far as there is need; also out of the state error. */
  async unload(id: string): Promise<void> {
    await this.#lifecycle(id).ensureUnloaded();
  }

  /** Unloads a plugin and refuses it from then on. `dependents`: those that require it are disabled first, else they forbid it. */
  async disable(id: string, options: { readonly dependents?: boolean } = {}): Promise<void> {
    const lifecycle = this.#lifecycle(id);
    if (options.dependents) for (const dependent of lifecycle.dependents) await this.disable(dependent, options);
    await lifecycle.disable();
  }

  /** Allows a plugin again, and activates it if it ran when it was disabled. */
  async enable(id: string): Promise<void> {
    if (await this.#lifecycle(id).enable()) await this.activate(id);
  }

  /** Hears of every change of any plugin's state. The returned function ends that. */
  on(_event: "state", listener: (event: StateEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Unloads every plugin, dependents first. All are tried; rejects with the first failure. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#unloadAll();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #unloadAll(): Promise<void> {
    await this.#activation.settled();
    const failures: unknown[] = [];
    const left = new Map(this.#lifecycles);
    while (left.size > 0) {
      const free = [...left].filter(([, lifecycle]) => !lifecycle.dependents.some((id) => left.has(id)));
      // Requirements have no circle, so that one is free; a fault there must not become a hang here.
      const wave = free.length > 0 ? free : [...left];
      const results = await Promise.allSettled(wave.map(([, lifecycle]) => lifecycle.ensureUnloaded()));
      failures.push(...results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])));
      for (const [id] of wave) left.delete(id);
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Made when it is first asked for: a host may know a thousand plugins and use three. */
  #lifecycle(id: string): Lifecycle {
    const present = this.#lifecycles.get(id);
    if (present) return present;
    const record = this.registry.get(id);
    const {
      native,
      packageRoot,
      timeout = timeouts.plugin.initialize,
      counted = false,
      configuration,
      hashFile: hash = hashFile,
    } = this.#options;
    const log = logFor(id, this.#options.log);
    const lifecycle = new Lifecycle({
      id,
      disabled: this.#disabled,
      configuration: configuration?.(id) ?? {},
      load: () => loadPlugin(record, { native, packageRoot, log, timeout, counted, hashFile: hash }),
      changed: (event) => this.#changed(event),
    });
    this.#lifecycles.set(id, lifecycle);
    return lifecycle;
  }

  #info(record: PluginRecord): PluginInfo {
    const { manifest, folder, builtin } = record;
    const lifecycle = this.#lifecycles.get(manifest.id);
    return {
      manifest,
      folder,
      builtin: builtin !== undefined,
      state: lifecycle?.state ?? "unloaded",
      disabled: this.#disabled.has(manifest.id),
      error: lifecycle?.error,
    };
  }

  #changed(event: StateEvent): void {
    this.#activation.changed(event);
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // A listener's fault is not the plugin's: its operation goes on.
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }

  #choiceOptions(options: ChoiceOptions): ChoiceOptions {
    return { ...options, refuse: (one) => this.#unusable(one) ?? options.refuse?.(one) };
  }

  #unusable({ plugin }: Implementation): string | undefined {
    const { id } = plugin.manifest;
    if (this.#disabled.has(id)) return "its plugin is disabled";
    return this.#lifecycles.get(id)?.state === "error" ? "its plugin has failed" : undefined;
  }

  async #resolve(roots: readonly PluginRecord[]): Promise<StartOrder> {
    // The build has compared the built-ins' ranges with each other.
    const added = this.registry.list().some((record) => record.builtin === undefined);
    const satisfies = added ? await loadSatisfies() : () => true;
    const obstacle = (implementation: Implementation) =>
      candidatesOf([implementation], this.#choiceOptions({}), this.#facts)[0]?.reason;
    return resolveOrder(roots, { registry: this.registry, satisfies, obstacle });
  }

  #refuseClosed(): void {
    if (this.#closing) throw new VmPluginError("VMP_HOST_CLOSED", {});
  }
}

function logFor(source: string, sink: LogSink | undefined): Log {
  const at = (level: keyof Log) => (message: string) => sink?.(level, source, String(message));
  return { trace: at("trace"), debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
