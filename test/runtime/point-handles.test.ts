import { expect, test } from "vitest";
import { contracts } from "../../src/contracts/all.ts";
import { makeHandle, type PointHandle } from "../../src/runtime/inline/point-handles.ts";
import { errorOf } from "../support/errors.ts";

type Methods = Record<string, (...values: unknown[]) => unknown>;

function handleOf(point: string, implementation: object): { methods: Methods; revoke: () => void } {
  const { implementation: methods, revoke } = makeHandle(point, "acme.x", implementation, false) as PointHandle;
  return { methods: methods as Methods, revoke };
}

/** All or nearly all of their methods are for native code alone. */
const native = new Set(["accel.virtualization", "arch.simulator", "os.personality"]);

test.each(contracts.filter(({ kind, id }) => kind === "point" && !native.has(id)))(
  "a handle of $id demands what the contract demands and answers for what is optional",
  ({ id, table }) => {
    const name = (method: string) => method.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    const required = table?.methods.filter((method) => !method.optional).map((method) => name(method.name)) ?? [];
    expect(required.length).toBeGreaterThan(0);
    const whole = Object.fromEntries(required.map((method) => [method, () => method]));
    const { methods } = handleOf(id, whole);
    for (const method of required) expect(methods[method]?.()).toBe(method);
    for (const method of table?.methods ?? []) expect(methods[name(method.name)]).toBeTypeOf("function");
    for (const method of required) {
      expect(makeHandle(id, "acme.x", { ...whole, [method]: undefined }, false)).toBe(`it has no method ${method}`);
      expect(makeHandle(id, "acme.x", { ...whole, [method]: 3 }, true)).toBe(`it has no method ${method}`);
    }
  },
);

class Greeter {
  #word = "hello";
  greet(name: string): string {
    return `${this.#word} ${name}`;
  }
}

class LoudGreeter extends Greeter {
  readonly loud = true;
  override greet(name: string): string {
    return super.greet(name).toUpperCase();
  }
}

test("an implementation of a point of another package keeps its methods, its private state and what it inherits", () => {
  const { methods } = handleOf("acme.greeter", new LoudGreeter());
  expect(methods.greet?.("you")).toBe("HELLO YOU");
  expect(Object.keys(methods)).toEqual(["greet"]);
});

test("a revoked handle refuses every method and names point and plugin", async () => {
  for (const point of ["debug.logger", "acme.greeter"]) {
    const { methods, revoke } = handleOf(point, { log: () => "called" });
    expect(methods.log?.()).toBe("called");
    revoke();
    const error = await errorOf(() => methods.log?.());
    expect(error).toMatchObject({ code: "VMP_REVOKED", values: { point, id: "acme.x" } });
  }
});

test("a counted handle tells how often it was called and failed; a plain or foreign one does not tell", () => {
  const log = (fail: boolean) => {
    if (fail) throw new Error("no");
  };
  const counted = makeHandle("debug.logger", "acme.x", { log }, true) as PointHandle;
  const methods = counted.implementation as Methods;
  methods.log?.(false);
  expect(() => methods.log?.(true)).toThrow("no");
  expect(counted.statistics()).toMatchObject({ calls: 2, errors: 1 });
  expect((makeHandle("debug.logger", "acme.x", { log }, false) as PointHandle).statistics()).toBeUndefined();
  expect((makeHandle("acme.log", "acme.x", { log }, true) as PointHandle).statistics()).toBeUndefined();
});

test("a method of another package's point may be called revoke", async () => {
  const { methods, revoke } = handleOf("acme.lock", { revoke: () => "mine" });
  expect(methods.revoke?.()).toBe("mine");
  revoke();
  expect((await errorOf(() => methods.revoke?.())).code).toBe("VMP_REVOKED");
});
