/** What users of an instance hold: the point's methods, until they are revoked. */
import { DebugLoggerHandle } from "../../contracts/generated/debug-logger.ts";
import { DeviceVirtualHandle } from "../../contracts/generated/device-virtual.ts";
import type { PointMap } from "../../contracts/generated/index.ts";
import { refusal } from "../../contracts/runtime/index.ts";

export interface Revocable {
  /** From now on every method throws VMP_REVOKED. */
  revoke(): void;
}

type HandleClasses = {
  readonly [Point in keyof PointMap]?: new (
    implementation: PointMap[Point],
    plugin: string,
  ) => PointMap[Point] & Revocable;
};

const handleClasses: HandleClasses = { "debug.logger": DebugLoggerHandle, "device.virtual": DeviceVirtualHandle };

type HandleClass = new (implementation: object, plugin: string) => Revocable;

/** A handle over the implementation, or what the implementation lacks, in words. */
export function makeHandle(point: string, plugin: string, implementation: object): Revocable | string {
  if (!Object.hasOwn(handleClasses, point)) return new ForeignHandle(point, plugin, implementation);
  const Handle = handleClasses[point as keyof PointMap] as HandleClass;
  try {
    return new Handle(implementation, plugin);
  } catch {
    return `it has no method ${lastTaken(Handle, implementation)}`;
  }
}

/** A handle takes the methods one by one when it is made: what it took last was none. */
function lastTaken(Handle: HandleClass, implementation: object): string {
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
class ForeignHandle implements Revocable {
  readonly #methods: readonly string[];
  readonly #refuse: () => never;

  constructor(point: string, plugin: string, implementation: object) {
    this.#refuse = refusal(point, plugin);
    this.#methods = methodsOf(implementation);
    for (const method of this.#methods)
      this.#set(method, (implementation as Record<string, () => unknown>)[method]?.bind(implementation));
  }

  revoke(): void {
    for (const method of this.#methods) this.#set(method, this.#refuse);
  }

  #set(method: string, value: unknown): void {
    Object.defineProperty(this, method, { value, configurable: true, enumerable: true });
  }
}

/** Also those that its class gives it. */
function methodsOf(implementation: object): string[] {
  const methods = new Set<string>();
  for (let at = implementation; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (typeof value === "function" && name !== "constructor") methods.add(name);
  }
  return [...methods];
}
