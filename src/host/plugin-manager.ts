/** What the machine, the command line and the test kit see of plugins: found, chosen, started, used, updated, stopped. */
import type { ConfigurationManager } from "../config/manager.ts";
import { reasonOf, VmPluginError } from "../errors.ts";
import type { Instance } from "../runtime/loaded-plugin.ts";
import type { Configuration, Health } from "../sdk/define-plugin.ts";
import { Turns } from "../turns.ts";
import { readBuiltins } from "./builtins/builtins.ts";
import { Configurations } from "./configurations.ts";
import type { Discovered, Place } from "./discovery/discover.ts";
import { followedOf } from "./followed.ts";
import { HomeUse } from "./home/use.ts";
import type { HostFacts } from "./host-facts.ts";
import { Activation } from "./lifecycle/activation.ts";
import { Instances } from "./lifecycle/instances.ts";
import type { DisabledFlags, Lifecycle } from "./lifecycle/lifecycle.ts";
import { Lifecycles } from "./lifecycle/lifecycles.ts";
import { makeLifecycle } from "./lifecycle/make-lifecycle.ts";
import type { State, StateEvent } from "./lifecycle/states.ts";
import { Listeners } from "./listeners.ts";
import { type HealthEvent, scheduleHealthChecks } from "./monitoring/health.ts";
import { Metrics, type PluginMetrics } from "./monitoring/metrics.ts";
import type { HeldPlugin, PluginInfo, PluginManagerOptions } from "./plugin-manager-options.ts";
import type { Implementation, PluginRecord } from "./plugin-record.ts";
import { Registry } from "./registry.ts";
import type { Candidate, ChoiceOptions } from "./resolution/choice.ts";
import { thisMachine } from "./resolution/machine-facts.ts";
import { loadSatisfies } from "./resolution/versions.ts";
import { Selection, type UseOptions } from "./selection.ts";

/** How often another version may come into use while a plugin is activated. */
const attempts = 5;

interface Events {
  readonly state: StateEvent;
  readonly health: HealthEvent;
}

export class PluginManager {
  readonly registry = new Registry();
  readonly #options: PluginManagerOptions;
  readonly #facts: HostFacts;
  readonly #listeners = new Listeners<Events>();
  readonly #metrics = new Metrics();
  readonly #instances = new Instances();
  readonly #lifecycles: Lifecycles;
  readonly #selection: Selection;
  readonly #activation: Activation;
  readonly #configurations: Configurations;
  readonly #home: HomeUse | undefined;
  readonly #disabled: DisabledFlags;
  readonly #updates = new Turns();
  readonly #ends: (() => void)[] = [];
  #closing: Promise<void> | undefined;

  private constructor(options: PluginManagerOptions, facts: HostFacts, others: readonly PluginRecord[]) {
    this.#options = options;
    this.#facts = facts;
    this.#home = options.home === undefined ? undefined : new HomeUse(options.home, { facts, others });
    this.#disabled = options.disabled ?? this.#home?.disabled ?? new Set<string>();
    this.#lifecycles = new Lifecycles((record) =>
      makeLifecycle(record, {
        ...options,
        disabled: this.#disabled,
        cacheFolder: this.#home?.moduleCache,
        configuration: (code) => this.#configurations.initial(record, code),
        changed: (event) => this.#changed(record, event),
      }),
    );
    this.#selection = new Selection({
      registry: this.registry,
      lifecycles: this.#lifecycles,
      disabled: this.#disabled,
      machine: options.machine ?? thisMachine,
      contracts: facts.contracts,
      warn: (message) => this.#warn(message),
    });
    this.#activation = new Activation({
      resolve: (roots) => this.#selection.resolve(roots),
      lifecycleOf: (record) => {
        this.#selection.refuseGone(record);
        return this.#lifecycleOf(record);
      },
    });
    this.#configurations = new Configurations({
      home: this.#home?.home,
      given: options.configuration,
      rules: options.configurationRules,
      describe: (id) => this.#selection.find(id)?.manifest,
      offer: (id, configuration) => this.#offer(id, configuration),
    });
  }

  /** Finds plugins; runs none of their code. Rejects with the first problem of a folder that was given. */
  static async open(options: PluginManagerOptions): Promise<PluginManager> {
    const { facts, records } = readBuiltins(options.packageRoot);
    const builtins = options.builtins === false ? [] : records;
    const manager = new PluginManager(options, facts, builtins);
    const given = options.plugins?.length ? await manager.#discover(options.plugins) : [];
    const hidden = new Set(given.map((record) => record.manifest.id));
    const installed = (await manager.#home?.records((problem) => manager.#warn(problem.message))) ?? [];
    manager.register([...builtins, ...given, ...installed.filter((record) => !hidden.has(record.manifest.id))]);
    manager.#begin(hidden);
    return manager;
  }

  /** Adds plugins to those that can be chosen. VMP_PLUGIN_DUPLICATE_ID for a version that is there: none is added then. */
  register(records: readonly PluginRecord[]): void {
    this.#refuseClosed();
    const added: PluginRecord[] = [];
    try {
      for (const record of records) {
        this.registry.add(record);
        added.push(record);
      }
    } catch (error) {
      for (const record of added) this.registry.remove(record);
      throw error;
    }
  }

  /** Finds plugins in these places and registers them. A bad one hides no other: it is among the problems. */
  async discover(places: readonly Place[]): Promise<Discovered> {
    const { discover } = await import("./discovery/discover.ts");
    const found = await discover(places, this.#facts, { cache: this.#home?.home.discoveryCache });
    const refused: VmPluginError[] = [];
    const registered: PluginRecord[] = [];
    for (const record of found.records) {
      try {
        this.register([record]);
        registered.push(record);
      } catch (error) {
        if (!(error instanceof VmPluginError)) throw error;
        refused.push(error);
      }
    }
    return { ...found, records: registered, problems: [...found.problems, ...refused] };
  }

  list(filter: { readonly type?: string; readonly point?: string; readonly state?: State } = {}): PluginInfo[] {
    return this.registry
      .list(filter)
      .map((record) => this.#info(this.#selection.find(record.manifest.id) ?? record))
      .filter((info) => filter.state === undefined || info.state === filter.state);
  }

  /** VMP_PLUGIN_NOT_FOUND with the nearest id. */
  get(id: string): PluginInfo {
    return this.#info(this.#selection.get(id));
  }

  /** What was counted since the manager was opened; of all plugins that did anything, or of one. */
  metrics(id?: string): PluginMetrics[] {
    const ids = id === undefined ? this.list().map((info) => info.manifest.id) : [this.get(id).manifest.id];
    return ids.map((plugin) => {
      const record = this.#selection.get(plugin);
      const lifecycle = this.#lifecycles.find(record);
      const open = lifecycle === undefined ? [] : this.#instances.open(lifecycle);
      const calls = open.flatMap((instance) => instance.statistics() ?? []);
      return {
        ...this.#metrics.of(record),
        instances: open.length,
        calls: calls.reduce((sum, one) => sum + one.calls, 0),
        errors: calls.reduce((sum, one) => sum + one.errors, 0),
      };
    });
  }

  /** The implementations of a point, the preferred first, each with why it cannot be taken here. */
  candidates(point: string, options: ChoiceOptions = {}): Candidate[] {
    return this.#selection.candidates(point, options);
  }

  /** The implementation that is to be used; an error of choice.ts, or VMP_POINT_UNKNOWN, says why there is none. */
  choose(point: string, options: ChoiceOptions = {}): Implementation {
    return this.#selection.choose(point, options);
  }

  /** Does `work` with the implementation that is chosen, or with the first of the next ones with which it succeeds. */
  use<Result>(
    point: string,
    options: UseOptions,
    work: (implementation: Implementation) => Promise<Result>,
  ): Promise<Result> {
    return this.#selection.use(point, options, work);
  }

  /** Brings a plugin to running, with what it requires. Costs nothing when it runs already. */
  async activate(id: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const record = this.#selection.get(id);
      try {
        return await this.#activation.activate(record);
      } catch (error) {
        // Of it, or of what it requires, another version has come into use meanwhile.
        const late = error instanceof VmPluginError && error.code === "VMP_PLUGIN_VERSION_IN_USE";
        if (attempt === attempts || !(late || this.#selection.find(id) !== record)) throw error;
      }
    }
  }

  /** Activates every plugin that asks for it in its manifest. Rejects with the first failure, when all were tried. */
  async activateStartup(): Promise<void> {
    const startup = this.list().filter((info) => info.manifest.activation === "startup" && !info.disabled);
    await allOf(startup.map((info) => this.activate(info.manifest.id)));
  }

  /** Loads and verifies a plugin's code; nothing of it is started. */
  async load(id: string): Promise<void> {
    await this.#lifecycle(id).ensureLoaded();
  }

  /** Loads several at once, so that activating them later is quick. Rejects with the first failure, when all were tried. */
  async preload(ids: readonly string[]): Promise<void> {
    await allOf(ids.map((id) => this.load(id)));
  }

  /** Activates a plugin and keeps it from being stopped. */
  async hold(id: string): Promise<HeldPlugin> {
    await this.activate(id);
    const lifecycle = this.#lifecycle(id);
    const { code, release } = await lifecycle.hold({});
    return { native: code.native, configuration: lifecycle.configuration, release };
  }

  /**
   * An instance that belongs to no machine, revocable; its plugin is activated first. `configuration` is of this instance, above
   * the plugin's own. VMP_INSTANCE_FAILED for a native implementation of a point that only native code can call.
   */
  async createInstance(implementation: Implementation, configuration: Configuration = {}): Promise<Instance> {
    const { plugin, point, name } = implementation;
    await this.activate(plugin.manifest.id);
    const lifecycle = this.#lifecycle(plugin.manifest.id);
    return this.#instances.make(lifecycle, { point, name, configuration });
  }

  /** Activates the plugin. Undefined when it does not tell; a check that fails leads to the state error. */
  async healthCheck(id: string): Promise<Health | undefined> {
    await this.activate(id);
    return this.#lifecycle(id).healthCheck();
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

  /** Where plugins' configurations are read and changed; what is set reaches those that run. */
  configurations(): Promise<ConfigurationManager> {
    return this.#configurations.manager();
  }

  /** Sets a plugin's whole configuration. VMP_CONFIGURATION_INVALID or VMP_CONFIGURATION_REFUSED: the old one stays. */
  async configure(id: string, configuration: Configuration): Promise<void> {
    const { manifest } = this.get(id);
    await (await this.configurations()).set(manifest.id, configuration);
  }

  /**
   * Puts another version of a plugin in the place of the one that is used: verified and started beside it, with its state. New
   * instances are the new version's; old ones keep the old version until they are closed, unless the contract says that nobody
   * can tell. `next`: a record, or the folder of a package. VMP_UPDATE_FAILED: the old version has never stopped.
   */
  update(id: string, next: PluginRecord | string): Promise<void> {
    return this.#updates.take(id, () => this.#update(id, next));
  }

  /** VMP_PLUGIN_REQUIRED or VMP_PLUGIN_IN_USE while others rely on it. */
  async stop(id: string): Promise<void> {
    await this.#lifecycle(id).run("stop");
  }

  /** Stops, cleans up and unloads, as far as there is need; also out of the state error. */
  async unload(id: string): Promise<void> {
    await this.#lifecycle(id).ensureUnloaded();
  }

  /** Unloads a plugin and takes it out of the registry. VMP_PLUGIN_REQUIRED or VMP_PLUGIN_IN_USE while others rely on it. */
  async unregister(id: string): Promise<void> {
    const record = this.#selection.get(id);
    await this.#lifecycles.find(record)?.retire();
    this.#lifecycles.forget(record);
    this.registry.remove(record);
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

  /** Hears of every change of any plugin's state, or of every scheduled check of its health. The returned function ends that. */
  on<Name extends keyof Events>(event: Name, listener: (event: Events[Name]) => void): () => void {
    return this.#listeners.on(event, listener);
  }

  /** Unloads every plugin, dependents first. All are tried; rejects with the first failure. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    for (const end of this.#ends.splice(0)) end();
    await this.#home?.stop();
    await this.#updates.settled();
    await this.#activation.settled();
    const [first] = await this.#lifecycles.unloadAll();
    await this.#home?.leave();
    this.#configurations.close();
    if (first !== undefined) throw first;
  }

  #begin(hidden: ReadonlySet<string>): void {
    const { healthInterval, follow = 0 } = this.#options;
    if (healthInterval !== undefined) {
      const end = scheduleHealthChecks({
        interval: healthInterval,
        running: () => this.list({ state: "running" }).map((info) => info.manifest.id),
        check: (id) => this.#lifecycle(id).healthCheck(),
        checked: (event) => this.#checked(event),
      });
      this.#ends.push(end);
    }
    if (follow === false) return;
    const followed = followedOf({
      host: this,
      hidden,
      lifecycles: this.#lifecycles,
      selection: this.#selection,
      disabled: this.#disabled,
      configurations: this.#configurations,
      warn: (message) => this.#warn(message),
    });
    this.#home?.follow(follow, followed);
  }

  #checked(event: HealthEvent): void {
    if (event.health !== undefined && event.health.status !== "healthy")
      this.#warn(`plugin ${event.plugin} is ${event.health.status}: ${event.health.message}`);
    if (event.error !== undefined) this.#warn(`the health check failed: ${reasonOf(event.error)}`);
    this.#listeners.tell("health", event);
  }

  async #discover(folders: readonly string[]): Promise<readonly PluginRecord[]> {
    const { discover } = await import("./discovery/discover.ts");
    this.#home?.makeCaches();
    const places = folders.map((path): Place => ({ kind: "package", path }));
    const { records, problems } = await discover(places, this.#facts, { cache: this.#home?.home.discoveryCache });
    if (problems[0] !== undefined) throw problems[0];
    return records;
  }

  async #update(id: string, given: PluginRecord | string): Promise<void> {
    this.#refuseClosed();
    const old = this.#selection.get(id);
    const [next] = typeof given === "string" ? await this.#discover([given]) : [given];
    if (next === undefined) throw new VmPluginError("VMP_MANIFEST_NOT_FOUND", { path: String(given) });
    const satisfies = await loadSatisfies();
    const { updatePlugin } = await import("./update/update.ts");
    await updatePlugin(old, next, {
      registry: this.registry,
      lifecycles: this.#lifecycles,
      activation: this.#activation,
      instances: this.#instances,
      disabled: this.#disabled,
      satisfies,
      warn: (message) => this.#warn(message),
    });
    // What was set while it was tried out was offered to the old version.
    const lifecycle = this.#lifecycles.find(next);
    if (lifecycle?.state !== "running") return;
    await this.#configurations.refresh(id, lifecycle).catch((error: unknown) => this.#warn(reasonOf(error)));
  }

  /** Of the version that is used. VMP_PLUGIN_NOT_FOUND with the nearest id. */
  #lifecycle(id: string): Lifecycle {
    return this.#lifecycleOf(this.#selection.get(id));
  }

  #lifecycleOf(record: PluginRecord): Lifecycle {
    this.#refuseClosed();
    return this.#lifecycles.of(record);
  }

  #info(record: PluginRecord): PluginInfo {
    const { manifest, folder, builtin, installed } = record;
    const lifecycle = this.#lifecycles.find(record);
    return {
      manifest,
      folder,
      source: builtin ? "builtin" : installed ? "installed" : "folder",
      state: lifecycle?.state ?? "unloaded",
      disabled: this.#disabled.has(manifest.id),
      error: lifecycle?.error,
    };
  }

  #changed(record: PluginRecord, event: StateEvent): void {
    this.#activation.changed(record, event.to);
    this.#metrics.count(record, event);
    const lifecycle = this.#lifecycles.find(record);
    if (lifecycle !== undefined && event.to !== "running" && event.to !== "error") this.#instances.ended(lifecycle);
    this.#listeners.tell("state", event);
  }

  /** A configuration that was set, to the plugin if it runs. */
  async #offer(id: string, configuration: Configuration): Promise<void> {
    const record = this.#lifecycles.current(id);
    if (record !== undefined) await this.#lifecycles.find(record)?.configure(configuration);
  }

  #warn(message: string): void {
    this.#options.log?.("warn", "host", message);
  }

  #refuseClosed(): void {
    if (this.#closing) throw new VmPluginError("VMP_HOST_CLOSED", {});
  }
}

/** Waits for all, then rejects with the first failure. */
async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === "rejected") throw result.reason;
}
