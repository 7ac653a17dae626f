/**
 * One plugin's lifecycle: the only place that keeps its state. Operations run one at a time, in the order in which they were
 * asked for; the state changes after the plugin's own method has succeeded.
 */
import { reasonOf, VmPluginError } from "../../errors.ts";
import type { LoadedPlugin } from "../../runtime/loaded-plugin.ts";
import type { Configuration, Health } from "../../sdk/define-plugin.ts";
import {
  downwards,
  type Operation,
  type State,
  type StateEvent,
  type Transition,
  transitions,
  upwards,
} from "./states.ts";
import { type Holder, Users } from "./users.ts";

/** A running plugin that is kept from being stopped until `release` is called. */
export interface Hold {
  readonly code: LoadedPlugin;
  readonly release: () => void;
}

/** Which plugins are disabled, for later hosts too. */
export interface DisabledFlags {
  has(id: string): boolean;
  add(id: string): unknown;
  delete(id: string): unknown;
}

export interface LifecycleOptions {
  readonly id: string;
  readonly version: string;
  /** Loads and verifies the plugin's code. */
  readonly load: () => Promise<LoadedPlugin>;
  /** What the plugin is initialized with; asked for right before. A rejection is a failure of initialize. */
  readonly configuration: (code: LoadedPlugin) => Configuration | Promise<Configuration>;
  /** `add` and `delete` may return promises. */
  readonly disabled: DisabledFlags;
  /** Must not throw. */
  readonly changed: (event: StateEvent) => void;
}

export class Lifecycle {
  readonly #options: LifecycleOptions;
  #state: State = "unloaded";
  #error: VmPluginError | undefined;
  #code: LoadedPlugin | undefined;
  #configuration: Configuration = {};
  readonly #users = new Users();
  /** Disabled while it ran. */
  #resume = false;
  /** Its method `enable` is owed a call. */
  #announceEnable = false;
  #queue: Promise<unknown> = Promise.resolve();
  /** How many operations were asked for and are not done. */
  #pending = 0;
  #retired = false;

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  get state(): State {
    return this.#state;
  }

  /** Whether it is not unloaded, or may soon not be. */
  get used(): boolean {
    return this.#state !== "unloaded" || this.#pending > 0;
  }

  /** Why the state is "error". */
  get error(): VmPluginError | undefined {
    return this.#error;
  }

  /** What the plugin was initialized with, or has accepted since. */
  get configuration(): Configuration {
    return this.#configuration;
  }

  get disabled(): boolean {
    return this.#options.disabled.has(this.#options.id);
  }

  /** One operation of the diagram. VMP_LIFECYCLE_INVALID_OPERATION when the state does not allow it: nothing changes. */
  run(transition: Transition): Promise<void> {
    return this.#enqueue(() => this.#perform(transition));
  }

  /**
   * Whatever is needed until it runs. Refused in the state error and when it is disabled. `beforeStart` is given the initialized
   * plugin; its rejection is one of `start`.
   */
  ensureRunning(beforeStart?: (code: LoadedPlugin) => Promise<void>): Promise<void> {
    return this.#enqueue(() => this.#climb("running", beforeStart));
  }

  /** Whatever is needed until its code is there. */
  ensureLoaded(): Promise<void> {
    return this.#enqueue(() => this.#climb("loaded"));
  }

  /** Whatever is needed until it is unloaded. */
  ensureUnloaded(): Promise<void> {
    return this.#enqueue(() => this.#descend());
  }

  /** As ensureUnloaded, and for good: VMP_PLUGIN_NOT_FOUND for whoever is late and wants it loaded again. */
  retire(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#descend();
      this.#retired = true;
    });
  }

  /** Stops, cleans up and unloads; load is refused from then on. */
  disable(): Promise<void> {
    return this.#enqueue(async () => {
      if (this.disabled) return;
      const from = this.#state;
      this.#users.refuse(this.#options.id);
      const begun = now();
      // A broken plugin can be disabled even if it cannot be unloaded.
      if (from === "error") await this.#options.disabled.add(this.#options.id);
      else await this.#guard("disable", async () => this.#code?.call("disable", {}));
      await this.#descend();
      await this.#options.disabled.add(this.#options.id);
      this.#resume = from === "running";
      this.#announce("disable", from, begun);
    });
  }

  /** Load is possible again. Answers whether the plugin ran when it was disabled, and is to be brought back to that. */
  enable(): Promise<boolean> {
    return this.#enqueue(async () => {
      if (!this.disabled) return false;
      const begun = now();
      await this.#options.disabled.delete(this.#options.id);
      this.#announceEnable = true;
      this.#announce("enable", this.#state, begun);
      const resume = this.#resume;
      this.#resume = false;
      return resume;
    });
  }

  /** A changed configuration. VMP_CONFIGURATION_REFUSED when the plugin does not take it: the old one stays. */
  configure(configuration: Configuration): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#state !== "initialized" && this.#state !== "running") return;
      await this.#offer(configuration);
      this.#configuration = configuration;
    });
  }

  /** A check that fails, or outlasts its time-out, leads to the state error. */
  healthCheck(): Promise<Health | undefined> {
    return this.#enqueue(async () => {
      const code = this.#running("answer");
      let health: Health | undefined;
      await this.#guard("healthCheck", async () => {
        health = await code.healthCheck();
      });
      return health;
    });
  }

  /** Runs `work` on the running plugin, between operations. VMP_LIFECYCLE_INVALID_OPERATION when it does not run. */
  with<Result>(work: (code: LoadedPlugin) => Promise<Result>): Promise<Result> {
    return this.#enqueue(() => work(this.#running("answer")));
  }

  /** As `with`, for an instance, which counts as open until `closed` of what is returned is called. */
  open<Result>(work: (code: LoadedPlugin) => Promise<Result>): Promise<{ made: Result; closed: () => void }> {
    return this.#enqueue(async () => {
      const made = await work(this.#running("answer"));
      return { made, closed: this.#users.open() };
    });
  }

  /** Resolves once nobody holds it and none of its instances is open. */
  free(): Promise<void> {
    return this.#users.free();
  }

  /** Keeps it from being stopped. VMP_LIFECYCLE_INVALID_OPERATION when it does not run: that is not begun here. */
  hold(holder: Holder): Promise<Hold> {
    return this.#enqueue(async () => ({ code: this.#running("serve"), release: this.#users.hold(holder) }));
  }

  /** The plugins that rely on this one. */
  get dependents(): readonly string[] {
    return this.#users.dependents;
  }

  #enqueue<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#pending++;
    const result = this.#queue.then(work).finally(() => {
      this.#pending--;
    });
    this.#queue = result.catch(() => {});
    return result;
  }

  async #climb(to: "loaded" | "running", beforeStart?: (code: LoadedPlugin) => Promise<void>): Promise<void> {
    for (let next = upwards[this.#state]; next !== undefined; next = upwards[this.#state]) {
      if (to === "loaded" && next !== "load") return;
      const code = this.#code;
      if (next === "start" && beforeStart && code) await this.#guard("start", () => beforeStart(code));
      await this.#perform(next);
    }
    if (this.#state === "error") throw this.#error ?? this.#invalid("start");
  }

  async #descend(): Promise<void> {
    for (let next = downwards[this.#state]; next !== undefined; next = downwards[this.#state])
      await this.#perform(next);
  }

  async #perform(transition: Transition): Promise<void> {
    const from = this.#state;
    const begun = now();
    if (transition === "load") this.#refuseLoad();
    if (!transitions[transition].from.includes(from)) throw this.#invalid(transition);
    if (transition === "stop") this.#users.refuse(this.#options.id);
    const code = this.#code;
    if (transition === "load") await this.#load();
    else if (code !== undefined) await this.#guard(transition, () => this.#call(transition, code));
    if (transition === "unload") this.#code = undefined;
    this.#error = undefined;
    // What failed while it was loaded has nothing to clean up.
    this.#state = this.#code === undefined ? "unloaded" : transitions[transition].to;
    this.#announce(transition, from, begun);
  }

  #refuseLoad(): void {
    const { id } = this.#options;
    if (this.#retired) throw new VmPluginError("VMP_PLUGIN_NOT_FOUND", { id, hint: "" });
    if (this.disabled) throw new VmPluginError("VMP_PLUGIN_DISABLED", { id });
  }

  async #load(): Promise<void> {
    await this.#guard("load", async () => {
      this.#code = await this.#options.load();
    });
    if (this.#announceEnable) await this.#guard("enable", async () => this.#code?.call("enable", {}));
    this.#announceEnable = false;
  }

  async #call(transition: Exclude<Transition, "load">, code: LoadedPlugin): Promise<void> {
    if (transition === "initialize") this.#configuration = await this.#options.configuration(code);
    // First its instances, which may use what the method gives back.
    if (transition === "stop" || transition === "cleanup" || transition === "unload") {
      await code.closeInstances();
      this.#users.endInstances();
    }
    await (transition === "unload" ? code.unload() : code.call(transition, this.#configuration));
  }

  /** A plugin that hangs is broken; one that throws has refused. */
  async #offer(configuration: Configuration): Promise<void> {
    const begun = now();
    try {
      await this.#code?.call("configurationChanged", configuration);
    } catch (cause) {
      if (cause instanceof VmPluginError && cause.code === "VMP_LIFECYCLE_TIMED_OUT")
        throw this.#fail("configure", cause, begun);
      throw new VmPluginError(
        "VMP_CONFIGURATION_REFUSED",
        { id: this.#options.id, reason: reasonOf(cause) },
        { cause },
      );
    }
  }

  async #guard(operation: Operation, work: () => Promise<void>): Promise<void> {
    const begun = now();
    try {
      await work();
    } catch (thrown) {
      throw this.#fail(operation, thrown, begun);
    }
  }

  /** Leads to the state error. */
  #fail(operation: Operation, thrown: unknown, begun: number): VmPluginError {
    const { id } = this.#options;
    const values = { id, method: operation, reason: reasonOf(thrown) };
    const error =
      thrown instanceof VmPluginError ? thrown : new VmPluginError("VMP_LIFECYCLE_FAILED", values, { cause: thrown });
    const from = this.#state;
    this.#error = error;
    this.#state = "error";
    this.#announce(operation, from, begun);
    return error;
  }

  #running(operation: string): LoadedPlugin {
    if (this.#code === undefined || this.#state !== "running") throw this.#invalid(operation);
    return this.#code;
  }

  #invalid(operation: string): VmPluginError {
    const from = Object.hasOwn(transitions, operation)
      ? transitions[operation as Transition].from.join(", ")
      : "running";
    const values = { id: this.#options.id, operation, state: this.#state, from };
    return new VmPluginError("VMP_LIFECYCLE_INVALID_OPERATION", values, { cause: this.#error });
  }

  #announce(operation: Operation, from: State, begun: number): void {
    const error = this.#error;
    const time = now();
    this.#options.changed({
      plugin: this.#options.id,
      version: this.#options.version,
      operation,
      from,
      to: this.#state,
      disabled: this.disabled,
      time,
      duration: time - begun,
      ...(error === undefined ? {} : { error }),
    });
  }
}

/** Milliseconds. Not performance.now(), which makes Node load all of perf_hooks. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
