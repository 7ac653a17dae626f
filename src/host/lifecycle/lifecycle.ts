/**
 * One plugin's lifecycle: the only place that keeps its state. Operations run one at a time, in the order in which they were
 * asked for; the state changes after the plugin's own method has succeeded.
 */
import { reasonOf, VmPluginError } from "../../errors.ts";
import type { LoadedPlugin } from "../../runtime/loaded-plugin.ts";
import type { Configuration } from "../../sdk/define-plugin.ts";

export type State = "unloaded" | "loaded" | "initialized" | "running" | "stopped" | "error";
export type Transition = "load" | "initialize" | "start" | "stop" | "cleanup" | "unload";
export type Operation = Transition | "enable" | "disable" | "configure";

export interface StateEvent {
  readonly plugin: string;
  readonly operation: Operation;
  readonly from: State;
  readonly to: State;
  readonly disabled: boolean;
  /** Milliseconds of the monotonic clock, as process.hrtime() counts. */
  readonly time: number;
  /** Why `to` is "error". */
  readonly error?: VmPluginError;
}

const transitions: Readonly<Record<Transition, { readonly from: readonly State[]; readonly to: State }>> = {
  load: { from: ["unloaded"], to: "loaded" },
  initialize: { from: ["loaded"], to: "initialized" },
  start: { from: ["initialized"], to: "running" },
  stop: { from: ["running"], to: "stopped" },
  cleanup: { from: ["initialized", "stopped", "error"], to: "loaded" },
  unload: { from: ["loaded", "error"], to: "unloaded" },
};

/** The next step from a state towards running, and towards unloaded; an error is left by unload. */
const upwards: Readonly<Record<State, Transition | undefined>> = {
  unloaded: "load",
  loaded: "initialize",
  initialized: "start",
  running: undefined,
  stopped: "cleanup",
  error: undefined,
};
const downwards: Readonly<Record<State, Transition | undefined>> = {
  unloaded: undefined,
  loaded: "unload",
  initialized: "cleanup",
  running: "stop",
  stopped: "cleanup",
  error: "unload",
};

/** Who relies on a running plugin: another plugin by its id, or a user of its instances. */
export interface Holder {
  readonly plugin?: string;
}

/** A running plugin that is kept from being stopped until `release` is called. */
export interface Hold {
  readonly code: LoadedPlugin;
  readonly release: () => void;
}

export interface LifecycleOptions {
  readonly id: string;
  /** Loads and verifies the plugin's code. */
  readonly load: () => Promise<LoadedPlugin>;
  readonly configuration: Configuration;
  /** Keeps which plugins are disabled, for later hosts too. */
  readonly disabled: Pick<Set<string>, "has" | "add" | "delete">;
  /** Must not throw. */
  readonly changed: (event: StateEvent) => void;
}

export class Lifecycle {
  readonly #options: LifecycleOptions;
  #state: State = "unloaded";
  #error: VmPluginError | undefined;
  #code: LoadedPlugin | undefined;
  #configuration: Configuration;
  readonly #holders = new Set<Holder>();
  /** Disabled while it ran. */
  #resume = false;
  /** Its method `enable` is owed a call. */
  #announceEnable = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.#configuration = options.configuration;
  }

  get state(): State {
    return this.#state;
  }

  /** Why the state is "error". */
  get error(): VmPluginError | undefined {
    return this.#error;
  }

  get disabled(): boolean {
    return this.#options.disabled.has(this.#options.id);
  }

  /** One operation of the diagram. VMP_LIFECYCLE_INVALID_OPERATION when the state does not allow it: nothing changes. */
  run(transition: Transition): Promise<void> {
    return this.#enqueue(() => this.#perform(transition));
  }

  /** Whatever is needed until it runs. Refused in the state error and when it is disabled. */
  ensureRunning(): Promise<void> {
    return this.#enqueue(() => this.#climb());
  }

  /** Whatever is needed until it is unloaded. */
  ensureUnloaded(): Promise<void> {
    return this.#enqueue(() => this.#descend());
  }

  /** Stops, cleans up and unloads; load is refused from then on. */
  disable(): Promise<void> {
    return this.#enqueue(async () => {
      if (this.disabled) return;
      const from = this.#state;
      this.#refuseHeld();
      // A broken plugin can be disabled even if it cannot be unloaded.
      if (from === "error") this.#options.disabled.add(this.#options.id);
      else await this.#guard("disable", async () => this.#code?.call("disable", {}));
      await this.#descend();
      this.#resume = from === "running";
      this.#options.disabled.add(this.#options.id);
      this.#announce("disable", from);
    });
  }

  /** Load is possible again. Answers whether the plugin ran when it was disabled, and is to be brought back to that. */
  enable(): Promise<boolean> {
    return this.#enqueue(async () => {
      if (!this.disabled) return false;
      this.#options.disabled.delete(this.#options.id);
      this.#announceEnable = true;
      this.#announce("enable", this.#state);
      const resume = this.#resume;
      this.#resume = false;
      return resume;
    });
  }

  /** A changed configuration. VMP_CONFIGURATION_REFUSED when the plugin does not take it: the old one stays. */
  configure(configuration: Configuration): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#state === "initialized" || this.#state === "running") await this.#offer(configuration);
      this.#configuration = configuration;
    });
  }

  /** Runs `work` on the running plugin, between operations. VMP_LIFECYCLE_INVALID_OPERATION when it does not run. */
  with<Result>(work: (code: LoadedPlugin) => Promise<Result>): Promise<Result> {
    return this.#enqueue(() => work(this.#running("answer")));
  }

  /** Keeps it from being stopped. VMP_LIFECYCLE_INVALID_OPERATION when it does not run: that is not begun here. */
  hold(holder: Holder): Promise<Hold> {
    return this.#enqueue(async () => {
      const code = this.#running("serve");
      this.#holders.add(holder);
      return { code, release: () => void this.#holders.delete(holder) };
    });
  }

  /** The plugins that rely on this one. */
  get dependents(): readonly string[] {
    return [...this.#holders].flatMap((holder) => holder.plugin ?? []);
  }

  #enqueue<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  async #climb(): Promise<void> {
    for (let next = upwards[this.#state]; next !== undefined; next = upwards[this.#state]) await this.#perform(next);
    if (this.#state === "error") throw this.#error ?? this.#invalid("start");
  }

  async #descend(): Promise<void> {
    for (let next = downwards[this.#state]; next !== undefined; next = downwards[this.#state])
      await this.#perform(next);
  }

  async #perform(transition: Transition): Promise<void> {
    const from = this.#state;
    if (transition === "load" && this.disabled)
      throw new VmPluginError("VMP_PLUGIN_DISABLED", { id: this.#options.id });
    if (!transitions[transition].from.includes(from)) throw this.#invalid(transition);
    if (transition === "stop") this.#refuseHeld();
    const code = this.#code;
    if (transition === "load") await this.#load();
    else if (code !== undefined) await this.#guard(transition, () => this.#call(transition, code));
    if (transition === "unload") this.#code = undefined;
    this.#error = undefined;
    // What failed while it was loaded has nothing to clean up.
    this.#state = this.#code === undefined ? "unloaded" : transitions[transition].to;
    this.#announce(transition, from);
  }

  async #load(): Promise<void> {
    try {
      this.#code = await this.#options.load();
    } catch (thrown) {
      throw this.#fail("load", thrown);
    }
    if (this.#announceEnable) await this.#guard("enable", async () => this.#code?.call("enable", {}));
    this.#announceEnable = false;
  }

  async #call(transition: Exclude<Transition, "load">, code: LoadedPlugin): Promise<void> {
    // First its instances, which may use what the method gives back.
    if (transition === "stop" || transition === "cleanup" || transition === "unload") await code.closeInstances();
    await (transition === "unload" ? code.unload() : code.call(transition, this.#configuration));
  }

  /** A plugin that hangs is broken; one that throws has refused. */
  async #offer(configuration: Configuration): Promise<void> {
    try {
      await this.#code?.call("configurationChanged", configuration);
    } catch (cause) {
      if (cause instanceof VmPluginError && cause.code === "VMP_LIFECYCLE_TIMED_OUT")
        throw this.#fail("configure", cause);
      throw new VmPluginError(
        "VMP_CONFIGURATION_REFUSED",
        { id: this.#options.id, reason: reasonOf(cause) },
        { cause },
      );
    }
  }

  async #guard(operation: Operation, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      throw this.#fail(operation, thrown);
    }
  }

  /** Leads to the state error. */
  #fail(operation: Operation, thrown: unknown): VmPluginError {
    const { id } = this.#options;
    const values = { id, method: operation, reason: reasonOf(thrown) };
    const error =
      thrown instanceof VmPluginError ? thrown : new VmPluginError("VMP_LIFECYCLE_FAILED", values, { cause: thrown });
    const from = this.#state;
    this.#error = error;
    this.#state = "error";
    this.#announce(operation, from);
    return error;
  }

  #running(operation: string): LoadedPlugin {
    if (this.#code === undefined || this.#state !== "running") throw this.#invalid(operation);
    return this.#code;
  }

  #refuseHeld(): void {
    if (this.#holders.size === 0) return;
    const { id } = this.#options;
    const { dependents } = this;
    throw dependents.length > 0
      ? new VmPluginError("VMP_PLUGIN_REQUIRED", { id, dependents: dependents.join(", ") })
      : new VmPluginError("VMP_PLUGIN_IN_USE", { id, count: this.#holders.size });
  }

  #invalid(operation: string): VmPluginError {
    const from = Object.hasOwn(transitions, operation)
      ? transitions[operation as Transition].from.join(", ")
      : "running";
    const values = { id: this.#options.id, operation, state: this.#state, from };
    return new VmPluginError("VMP_LIFECYCLE_INVALID_OPERATION", values, { cause: this.#error });
  }

  #announce(operation: Operation, from: State): void {
    const error = this.#error;
    this.#options.changed({
      plugin: this.#options.id,
      operation,
      from,
      to: this.#state,
      disabled: this.disabled,
      // Not performance.now(), which makes Node load all of perf_hooks.
      time: Number(process.hrtime.bigint()) / 1e6,
      ...(error === undefined ? {} : { error }),
    });
  }
}
