import { expect, test } from "vitest";
import { type Manifest, type Provision, platform } from "../../src/host/manifest/manifest.ts";
import type { BuiltinFiles } from "../../src/host/plugin-record.ts";
import { Registry } from "../../src/host/registry.ts";
import { type ChoiceOptions, candidatesOf, choose } from "../../src/host/resolution/choice.ts";
import { lackOf, type MachineFacts, thisMachine } from "../../src/host/resolution/machine-facts.ts";
import { failureOf } from "./support.ts";

const point = "arch.simulator";
const machine: MachineFacts = {
  os: "linux",
  arch: "x64",
  hasDevice: (path) => path === "/dev/null",
  hasFeature: (name) => name === "sse2",
};

interface Offer extends Partial<Provision> {
  id: string;
  builtin?: boolean;
  manifest?: Partial<Manifest>;
}

function registryOf(...offers: Offer[]): Registry {
  const registry = new Registry();
  for (const { id, builtin, manifest, ...provision } of offers) {
    const provides = [{ point, name: "engine", contract: "1.0", priority: 0, ...provision }];
    const whole = {
      id,
      version: "1.0.0",
      type: "arch",
      tiers: ["inline"],
      entry: { module: "x.js" },
      requires: [],
      provides,
      ...manifest,
    };
    registry.add({
      manifest: whole as unknown as Manifest,
      folder: `/${id}`,
      builtin: builtin ? ({} as BuiltinFiles) : undefined,
    });
  }
  return registry;
}

const taken = (registry: Registry, options: ChoiceOptions = {}) => {
  const one = choose(point, registry.implementations(point), options, { machine, contracts: { [point]: "1.2" } });
  return `${one.plugin.manifest.id}/${one.name}`;
};

test("auto takes the highest priority, an added plugin's before a built-in's", () => {
  const registry = registryOf(
    { id: "builtin", name: "interpreter", builtin: true, priority: 10 },
    { id: "acme", name: "fast", priority: 20 },
  );
  expect(taken(registry)).toBe("acme/fast");
  expect(taken(registry, { name: "auto" })).toBe("acme/fast");
  expect(taken(registry, { name: "interpreter" })).toBe("builtin/interpreter");
});

test("among equals the built-in is taken, then the order of ids, whatever the order of discovery", () => {
  const offers = [{ id: "zeta" }, { id: "alpha" }, { id: "builtin", builtin: true }];
  expect(taken(registryOf(...offers))).toBe("builtin/engine");
  expect(taken(registryOf(...offers.slice(0, 2)))).toBe("alpha/engine");
  expect(taken(registryOf(...offers.slice(0, 2).reverse()))).toBe("alpha/engine");
});

test("a plugin can be asked for by its id", () => {
  expect(taken(registryOf({ id: "a", priority: 9 }, { id: "b" }), { plugin: "b" })).toBe("b/engine");
});

test("what the machine or the guest rules out is passed over", () => {
  const registry = registryOf(
    { id: "kvm", name: "kvm", priority: 9, guests: ["x86-64"] },
    { id: "wide", name: "wide", priority: 8, guests: ["riscv64"], needs: { cpu: ["avx512f"] } },
    {
      id: "plain",
      name: "plain",
      guests: ["riscv64"],
      needs: { os: ["linux"], arch: ["x64"], cpu: ["sse2"], devices: ["/dev/null"] },
    },
  );
  expect(taken(registry, { guest: "riscv64" })).toBe("plain/plain");
});

test("when none fits each candidate is named with its reason", async () => {
  const registry = registryOf(
    { id: "a", name: "one", needs: { devices: ["/dev/kvm"] } },
    { id: "b", name: "two", contract: "2.0" },
    { id: "c", name: "three", manifest: { tiers: ["process"] } },
    { id: "d", name: "four", manifest: { entry: { native: { "aix-ppc64": "x.node" } } } },
    { id: "e", name: "five", needs: { os: ["win32", "darwin"] } },
    { id: "f", name: "six", guests: ["arm64"] },
  );
  const failure = await failureOf(() => taken(registry, { refuse: () => "never" }));
  expect(failure).toMatch(/^VMP_NO_IMPLEMENTATION: nothing can serve as arch\.simulator here: /);
  for (const reason of [
    "one of a: /dev/kvm cannot be opened",
    "two of b: it implements version 2.0 of the contract, this host has 1.2",
    "three of c: its plugin does not list the inline tier (process)",
    `four of d: its plugin has no entry for ${platform}`,
    "five of e: it needs win32 or darwin, this is linux",
    "six of f: never",
  ])
    expect(failure).toContain(reason);
  expect(await failureOf(() => taken(registryOf()))).toMatch(/^VMP_NO_IMPLEMENTATION: .*no plugin provides it/);
});

test("a name that does not exist is answered with the nearest and all there are", async () => {
  const registry = registryOf({ id: "a", name: "interpreter" }, { id: "b", name: "jit" });
  expect(await failureOf(() => taken(registry, { name: "interprter" }))).toMatch(
    /^VMP_IMPLEMENTATION_NOT_FOUND: .*interprter\. Fix: Did you mean "interpreter"\? Choose one of: interpreter, jit/,
  );
});

test("a named one that cannot be used here is not replaced by another", async () => {
  const registry = registryOf({ id: "a", name: "kvm", needs: { devices: ["/dev/kvm"] } }, { id: "b", name: "jit" });
  expect(await failureOf(() => taken(registry, { name: "kvm" }))).toMatch(
    /^VMP_IMPLEMENTATION_UNSUITABLE: kvm of plugin a .*\/dev\/kvm cannot be opened/,
  );
});

test("all candidates are listed in order with their reasons", () => {
  const registry = registryOf(
    { id: "a", priority: 2, guests: ["arm64"] },
    { id: "b", priority: 1, guests: ["riscv64"] },
  );
  const options = { guest: "riscv64" };
  const found = candidatesOf(registry.implementations(point), options, { machine, contracts: {} });
  expect(found.map(({ implementation, reason }) => [implementation.plugin.manifest.id, reason])).toEqual([
    ["a", "it does not run riscv64"],
    ["b", undefined],
  ]);
});

test("plugins are found by id, type and point; an unknown id is answered with the nearest", async () => {
  const registry = registryOf(
    { id: "acme.fast" },
    { id: "acme.disk", point: "device.virtual", manifest: { type: "device" } },
  );
  const ids = (filter: { type?: string; point?: string }) => registry.list(filter).map((one) => one.manifest.id);
  expect(ids({})).toEqual(["acme.fast", "acme.disk"]);
  expect(ids({ type: "device" })).toEqual(["acme.disk"]);
  expect(ids({ point })).toEqual(["acme.fast"]);
  expect(await failureOf(() => registry.get("acme.fats"))).toMatch(
    /^VMP_PLUGIN_NOT_FOUND: .*Did you mean "acme\.fast"\?/,
  );
});

test("two plugins of one id are refused and both places are named; the first stays", async () => {
  const registry = registryOf({ id: "acme" });
  const { manifest } = registry.get("acme");
  const again = { manifest, folder: "/elsewhere" };
  expect(await failureOf(() => registry.add(again))).toMatch(/^VMP_PLUGIN_DUPLICATE_ID: .*\/acme and \/elsewhere/);
  expect(registry.get("acme").folder).toBe("/acme");
  expect(registry.implementations(point)).toHaveLength(1);
});

test("this machine's devices and processor features are read from the machine itself", () => {
  expect(lackOf({ os: [process.platform], arch: [process.arch] }, thisMachine)).toBeUndefined();
  expect(lackOf({ devices: ["/dev/null"] }, thisMachine)).toBeUndefined();
  expect(lackOf({ devices: ["/dev/none"] }, thisMachine)).toBe("/dev/none cannot be opened");
  if (process.platform === "linux" && process.arch === "x64")
    expect(lackOf({ cpu: ["sse2"] }, thisMachine)).toBeUndefined();
  expect(lackOf({ cpu: ["no_such_feature"] }, thisMachine)).toBe("the processor has no no_such_feature");
});
