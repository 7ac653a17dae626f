/** What users of an instance hold: the point's methods, until the instance is closed. */
import { VmPluginError } from "../../errors.ts";

export interface PointHandle {
  readonly implementation: unknown;
  revoke(): void;
}

/** For a point of another package, whose contract is not known here: whatever methods the implementation has. */
export function makeHandle(point: string, plugin: string, implementation: object): PointHandle {
  let target: Record<string, unknown> | undefined = implementation as Record<string, unknown>;
  const handle: Record<string, unknown> = {};
  for (const method of methodsOf(implementation)) {
    handle[method] = (...values: unknown[]): unknown => {
      if (target === undefined) throw new VmPluginError("VMP_REVOKED", { point, id: plugin });
      return (target[method] as (...values: unknown[]) => unknown)(...values);
    };
  }
  return {
    implementation: handle,
    revoke: () => {
      target = undefined;
    },
  };
}

export function missingMethod(_point: string, _implementation: object): string | undefined {
  return undefined;
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
