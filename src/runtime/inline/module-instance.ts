/** Instances of a module's implementations: made by its factory, called through a handle that can be revoked. */
import { VmPluginError } from "../../errors.ts";
import type { Factory, Log, PluginDefinition } from "../../sdk/define-plugin.ts";
import { withTimeLimit } from "../../time-limit.ts";
import type { Instance, InstanceRequest } from "../loaded-plugin.ts";
import { factoryOf } from "./definition-shape.ts";
import { failureOf, lifecycleFailure } from "./plugin-failure.ts";
import { makeHandle } from "./point-handles.ts";

export interface InstanceOptions {
  readonly log: Log;
  /** Milliseconds for each method of the factory. */
  readonly timeout: number;
  /** Whether calls are counted and sampled. */
  readonly counted: boolean;
  readonly closed: (instance: Instance) => void;
}

/** VMP_CONFIGURATION_REFUSED, VMP_INSTANCE_FAILED, VMP_INSTANCE_SHAPE or VMP_TIMED_OUT; nothing is left then. */
export async function makeInstance(
  plugin: string,
  definition: PluginDefinition,
  request: InstanceRequest,
  options: InstanceOptions,
): Promise<Instance> {
  const { point, name } = request;
  const factory = factoryOf(definition.points, point, name);
  if (factory === undefined) throw instanceFailure(plugin, request, "its module does not define it");
  await validate(plugin, factory, request, options.timeout);
  const ending = new AbortController();
  const implementation = await create(plugin, factory, request, options, ending);
  const isObject = typeof implementation === "object" && implementation !== null;
  const handle = isObject ? makeHandle(point, plugin, implementation, options.counted) : "create returned no object";
  if (typeof handle === "string") {
    ending.abort();
    discard(factory, implementation);
    throw new VmPluginError("VMP_INSTANCE_SHAPE", { id: plugin, point, name, reason: handle });
  }
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    ending.abort();
    handle.revoke();
    options.closed(instance);
    await destroy(plugin, factory, implementation, options.timeout);
  };
  const instance: Instance = {
    plugin,
    point,
    name,
    implementation: handle.implementation,
    statistics: handle.statistics,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
  return instance;
}

function instanceFailure(
  plugin: string,
  { point, name }: InstanceRequest,
  reason: string,
  cause?: unknown,
): VmPluginError {
  return new VmPluginError("VMP_INSTANCE_FAILED", { id: plugin, point, name, reason }, { cause });
}

function late(plugin: string, { point, name }: InstanceRequest, doing: string, milliseconds: number): VmPluginError {
  return new VmPluginError("VMP_TIMED_OUT", { what: `${doing} ${point} ${name} of plugin ${plugin}`, milliseconds });
}

async function validate(
  plugin: string,
  factory: Factory<unknown>,
  request: InstanceRequest,
  timeout: number,
): Promise<void> {
  try {
    await withTimeLimit(
      timeout,
      () => factory.validateConfiguration?.(request.configuration),
      () => late(plugin, request, "checking the configuration of", timeout),
    );
  } catch (thrown) {
    if (thrown instanceof VmPluginError) throw thrown;
    const cause = failureOf(plugin, thrown);
    throw new VmPluginError("VMP_CONFIGURATION_REFUSED", { id: plugin, reason: cause.message }, { cause });
  }
}

async function create(
  plugin: string,
  factory: Factory<unknown>,
  request: InstanceRequest,
  { log, timeout }: InstanceOptions,
  ending: AbortController,
): Promise<unknown> {
  const { name, configuration } = request;
  let making: unknown;
  try {
    return await withTimeLimit(
      timeout,
      () => {
        making = factory.create({ name, configuration, log, signal: ending.signal });
        return making;
      },
      () => late(plugin, request, "making", timeout),
    );
  } catch (thrown) {
    ending.abort();
    if (thrown instanceof VmPluginError) {
      discard(factory, making);
      throw thrown;
    }
    const cause = failureOf(plugin, thrown);
    throw instanceFailure(plugin, request, cause.message, cause);
  }
}

/** For what came too late or is of no use: nobody would hear of its errors. */
function discard(factory: Factory<unknown>, making: unknown): void {
  Promise.resolve(making)
    .then((made) => factory.destroy?.(made))
    .catch(() => {});
}

async function destroy(
  plugin: string,
  factory: Factory<unknown>,
  implementation: unknown,
  timeout: number,
): Promise<void> {
  try {
    await withTimeLimit(
      timeout,
      () => factory.destroy?.(implementation),
      () => new VmPluginError("VMP_LIFECYCLE_TIMED_OUT", { id: plugin, method: "destroy", milliseconds: timeout }),
    );
  } catch (thrown) {
    throw lifecycleFailure(plugin, "destroy", thrown);
  }
}
