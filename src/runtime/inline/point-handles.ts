/** What users of an instance hold: the point's methods, until they are revoked. */
import {
  CountedDebugLoggerHandle,
  DebugLoggerHandle,
  debugLoggerContract,
} from "../../contracts/generated/debug-logger.ts";
import {
  CountedDeviceVirtualHandle,
  DeviceVirtualHandle,
  deviceVirtualContract,
} from "../../contracts/generated/device-virtual.ts";
import type { PointMap } from "../../contracts/generated/index.ts";
import { type CallStatistics, refusal } from "../../contracts/runtime/index.ts";

export interface PointHandle {
  /** For the users: to be called through, not taken apart. */
  readonly implementation: object;
  /** Undefined where calls are not counted. */
  statistics(): CallStatistics | undefined;
  /** From now on every method throws VMP_REVOKED. */
  revoke(): void;
}

type HandleClass<Point> = new (implementation: Point, plugin: string) => Point & Handle;
type AnyHandleClass = HandleClass<object>;

interface Handle {
  readonly statistics?: CallStatistics;
  revoke(): void;
}

type HandleClasses = {
  readonly [Point in keyof PointMap]?: Readonly<Record<"plain" | "counted", HandleClass<PointMap[Point]>>>;
};

const handleClasses: HandleClasses = {
  "debug.logger": { plain: DebugLoggerHandle, counted: CountedDebugLoggerHandle },
  "device.virtual": { plain: DeviceVirtualHandle, counted: CountedDeviceVirtualHandle },
};

const contracts: Readonly<Record<string, { readonly replaceable: boolean }>> = {
  "debug.logger": debugLoggerContract,
  "device.virtual": deviceVirtualContract,
};

/** A handle over the implementation, or what the implementation lacks, in words. Calls of a counted one take longer. */
export function makeHandle(
  point: string,
  plugin: string,
  implementation: object,
  counted: boolean,
): PointHandle | string {
  if (!Object.hasOwn(handleClasses, point)) return foreignHandle(point, plugin, implementation);
  const classes = handleClasses[point as keyof PointMap] as Readonly<Record<"plain" | "counted", AnyHandleClass>>;
  const Handle = counted ? classes.counted : classes.plain;
  try {
    const handle = new Handle(implementation, plugin);
    return { implementation: handle, statistics: () => handle.statistics, revoke: () => handle.revoke() };
  } catch {
    return `it has no method ${lastTaken(Handle, implementation)}`;
  }
}

/** Whether an update may put another instance in the place of one that is in use. */
export function isReplaceable(point: string): boolean {
  return Object.hasOwn(contracts, point) && contracts[point]?.replaceable === true;
}

/** A handle takes the methods one by one when it is made: what it took last was none. */
function lastTaken(Handle: AnyHandleClass, implementation: object): string {
  let last = "";
  const watched = new Proxy(implementation, {
    get(target, key) {
      last = String(key);
      return Reflect.get(target, key, target);
    },
  });
  try {
    new Handle(watched, "");
  } catch {
    // as before
  }
  return last;
}

/** For a point of another package, whose contract is not known here: whatever methods the implementation has. */
function foreignHandle(point: string, plugin: string, implementation: object): PointHandle {
  const handle: Record<string, unknown> = Object.create(null);
  for (const method of methodsOf(implementation))
    handle[method] = (implementation as Record<string, () => unknown>)[method]?.bind(implementation);
  return {
    implementation: handle,
    statistics: () => undefined,
    revoke() {
      for (const method of Object.keys(handle)) handle[method] = refusal(point, plugin);
    },
  };
}

/** Also those that its class gives it. */
function methodsOf(implementation: object): Set<string> {
  const methods = new Set<string>();
  for (let at = implementation; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (typeof value === "function" && name !== "constructor") methods.add(name);
  }
  return methods;
}
