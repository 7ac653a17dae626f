/** A TypeScript or JavaScript plugin in the host's own process. Code that never yields cannot be interrupted here. */
import { VmPluginError } from "../../errors.ts";
import type { Health, Log, PluginDefinition } from "../../sdk/define-plugin.ts";
import { withTimeLimit } from "../../time-limit.ts";
import type { Instance, LoadedPlugin, PluginSource } from "../loaded-plugin.ts";
import { shapeProblem } from "./definition-shape.ts";
import { type ImportOptions, importModule } from "./import-module.ts";
import { makeInstance } from "./module-instance.ts";
import { lifecycleFailure } from "./plugin-failure.ts";

export interface ModuleOptions extends ImportOptions {
  readonly log: Log;
  /** Whether calls of instances are counted and sampled. */
  readonly counted: boolean;
}

/** Imports and checks the module: what is returned has the shape that the manifest promises. */
export async function loadModulePlugin(source: PluginSource, options: ModuleOptions): Promise<LoadedPlugin> {
  const { id, path } = source;
  const definition = (await importModule(source, options)).default;
  const problem = shapeProblem(definition, source);
  if (problem !== undefined) throw new VmPluginError("VMP_MODULE_SHAPE", { id, path, reason: problem });
  return new ModulePlugin(id, definition as PluginDefinition, options);
}

class ModulePlugin implements LoadedPlugin {
  readonly native = undefined;
  readonly #id: string;
  readonly #definition: PluginDefinition;
  readonly #options: ModuleOptions;
  /** Of the context that initialize got last. */
  #context = new AbortController();
  readonly #instances = new Set<Instance>();

  constructor(id: string, definition: PluginDefinition, options: ModuleOptions) {
    this.#id = id;
    this.#definition = definition;
    this.#options = options;
  }

  call: LoadedPlugin["call"] = async (method, configuration) => {
    const definition = this.#definition;
    const { log } = this.#options;
    if (method === "initialize") this.#context = new AbortController();
    const { signal } = this.#context;
    const work = () => {
      if (method === "initialize") return definition.initialize?.({ id: this.#id, configuration, log, signal });
      if (method === "configurationChanged") return definition.configurationChanged?.(configuration);
      return definition[method]?.();
    };
    // After its time-out the plugin is in the state error: its signal tells it that nobody waits any longer.
    await this.#bounded(method, work, () => this.#context.abort());
    if (method === "cleanup") this.#context.abort();
  };

  healthCheck: LoadedPlugin["healthCheck"] = async () => {
    const health = await this.#bounded("healthCheck", () => this.#definition.healthCheck?.());
    return health === undefined ? undefined : checkedHealth(this.#id, health);
  };

  exportState: LoadedPlugin["exportState"] = async () => {
    const state = await this.#bounded("exportState", () => this.#definition.exportState?.());
    if (state === undefined || state instanceof Uint8Array) return state;
    throw lifecycleFailure(this.#id, "exportState", new TypeError("it did not return a Uint8Array"));
  };

  importState: LoadedPlugin["importState"] = (stateVersion, state) =>
    this.#bounded("importState", () => this.#definition.importState?.(stateVersion, state));

  migrateConfiguration: LoadedPlugin["migrateConfiguration"] = (from, configuration) =>
    this.#bounded("migrateConfiguration", () => this.#definition.migrateConfiguration?.(from, configuration));

  createInstance: LoadedPlugin["createInstance"] = async (request) => {
    const instance = await makeInstance(this.#id, this.#definition, request, {
      log: this.#options.log,
      timeout: this.#options.timeout,
      counted: this.#options.counted,
      closed: () => this.#instances.delete(instance),
    });
    this.#instances.add(instance);
    return instance;
  };

  closeInstances: LoadedPlugin["closeInstances"] = async () => {
    await Promise.all([...this.#instances].map((instance) => instance.close()));
  };

  unload: LoadedPlugin["unload"] = async () => {
    this.#context.abort();
  };

  async #bounded<Result>(
    method: string,
    work: () => Result | PromiseLike<Result>,
    late: () => void = () => {},
  ): Promise<Result> {
    const { timeout } = this.#options;
    try {
      return await withTimeLimit(timeout, work, () => {
        late();
        return new VmPluginError("VMP_LIFECYCLE_TIMED_OUT", { id: this.#id, method, milliseconds: timeout });
      });
    } catch (error) {
      throw lifecycleFailure(this.#id, method, error);
    }
  }
}

function checkedHealth(id: string, health: unknown): Health {
  const { status, message } = Object(health) as Partial<Health>;
  if ((status === "healthy" || status === "degraded" || status === "unhealthy") && typeof message === "string")
    return { status, message };
  throw lifecycleFailure(id, "healthCheck", new TypeError("it did not return { status, message }"));
}
