/** What every plugin must hold to, as checks that any test runner can run. */
import { VmPluginError } from "../errors.ts";
import { checkManifest } from "../host/manifest/check.ts";
import { readManifestText } from "../host/manifest/file.ts";
import { platform } from "../host/manifest/manifest.ts";
import type { PluginManager } from "../host/plugin-manager.ts";
import type { Implementation } from "../host/plugin-record.ts";
import { closeNativeMachine, createNativeMachine, guardNative, type NativePlugin } from "../native.ts";
import { isCallable } from "../runtime/inline/native-instance.ts";
import type { Configuration } from "../sdk/define-plugin.ts";
import { TestHost } from "./test-host.ts";
import { checkVirtualization, virtualizationPoint, virtualizationRules } from "./virtualization.ts";

const devicePoint = "device.virtual";

export interface ConformanceOptions {
  /** What the implementations are made with, by name. Default: empty. */
  readonly configurations?: Readonly<Record<string, Configuration>>;
  /** Further folders, of plugins that it requires. */
  readonly plugins?: readonly string[];
  /** Whether the built-in plugins are there too. Default true. */
  readonly builtins?: boolean;
  /** Milliseconds that one call of the plugin may take, or one case of a point's own suite. Default 10,000; a case 60,000. */
  readonly timeout?: number;
}

/**
 * One check: `run` rejects with a VmPluginError when the plugin does not hold to it. It resolves with a text where it can
 * say nothing about the plugin, which is why (a feature that the backend does not offer, hardware that is missing):
 * give that to your test runner as the reason to skip, so that nothing passes in silence.
 */
export interface ConformanceCheck {
  readonly name: string;
  run(): Promise<string | undefined>;
}

/**
 * The checks for the plugin in a folder. An implementation of `accel.virtualization` gets those of its point's suite too,
 * one for each case: "NAME: memory: an unmapped slot is gone". Throws when its manifest cannot be read as JSON: then there is nothing to check. */
export function conformanceChecks(folder: string, options: ConformanceOptions = {}): ConformanceCheck[] {
  const { file, text } = readManifestText(folder);
  const { manifest, problems } = checkManifest(file, text);
  const validity = {
    name: "its manifest is valid",
    run: async () => {
      if (problems.length > 0) throw problems[0];
      return undefined;
    },
  };
  if (manifest === undefined) return [validity];
  const { id } = manifest;
  const { plugins = [], configurations = {}, ...settings } = options;

  /** A host of its own for each check, so that one that fails does not spoil the next. */
  const withHost = async <Result>(work: (kit: TestHost) => Promise<Result>): Promise<Result> => {
    await using kit = await TestHost.open({ plugins: [folder, ...plugins], ...settings });
    return await work(kit);
  };
  const check = (name: string, work: (kit: TestHost) => Promise<void>): ConformanceCheck => ({
    name,
    async run() {
      await withHost(work);
      return undefined;
    },
  });

  const checks = [
    validity,
    check("it loads and runs, stops and unloads, and does so again", async ({ host }) => {
      for (let round = 0; round < 2; round++) {
        await host.activate(id);
        await host.stop(id);
        await host.activate(id);
        await host.unload(id);
      }
    }),
    check("it can be disabled while it runs, and comes back when it is enabled", async ({ host }) => {
      await host.activate(id);
      await host.disable(id);
      await host.enable(id);
      expectThat(id, "enable", host.get(id).state === "running", "it does not run again");
    }),
    check("it tells its health, or does not tell", async ({ host }) => {
      const health = await host.healthCheck(id);
      expectThat(id, "healthCheck", health?.status !== "unhealthy", `it is unhealthy: ${health?.message}`);
    }),
    check("its exported state is taken by a fresh start of itself", async ({ host }) => {
      const state = await host.exportState(id);
      await host.unload(id);
      if (state !== undefined) await host.importState(id, manifest.stateVersion, state);
    }),
    ...manifest.provides.map(({ point, name }) =>
      check(`it makes ${point} ${name}, twice at a time`, async ({ host }) => {
        const implementation = host.choose(point, { name, plugin: id });
        await makeTwice(host, implementation, configurations[name] ?? {}, settings.timeout ?? 10_000);
      }),
    ),
    ...manifest.provides
      .filter(({ point }) => point === virtualizationPoint)
      .flatMap(({ name }) =>
        virtualizationRules().map((rule, index) => ({
          name: `${name}: ${rule}`,
          run: () =>
            withHost(({ host }) => {
              const implementation = host.choose(virtualizationPoint, { name, plugin: id });
              const configuration = configurations[name] ?? {};
              return checkVirtualization(host, implementation, { configuration, index, timeout: settings.timeout });
            }),
        })),
      ),
  ];
  if (manifest.entry.module !== undefined || manifest.entry.native?.[platform] !== undefined) return checks;
  const elsewhere = `not applicable: it has no entry for ${platform}`;
  return checks.map((one) => (one === validity ? one : { name: one.name, run: async () => elsewhere }));
}

async function makeTwice(
  host: PluginManager,
  implementation: Implementation,
  configuration: Configuration,
  timeout: number,
): Promise<void> {
  const { native, release } = await host.hold(implementation.plugin.manifest.id);
  try {
    // A device may need the machine that it belongs to.
    if (native !== undefined && (!isCallable(implementation.point) || implementation.point === devicePoint))
      await makeInMachines(native, implementation, configuration, timeout);
    else await makeForTypeScript(host, implementation, configuration);
  } finally {
    release();
  }
}

async function makeForTypeScript(
  host: PluginManager,
  implementation: Implementation,
  configuration: Configuration,
): Promise<void> {
  const instances = [
    await host.createInstance(implementation, configuration),
    await host.createInstance(implementation, configuration),
  ];
  for (const instance of instances) await instance.close();
}

/** Points that only native code calls get their instances from a machine. */
async function makeInMachines(
  native: NativePlugin,
  { point, name }: Implementation,
  configuration: Configuration,
  timeout: number,
): Promise<void> {
  const machines = [0, 1].map(() => createNativeMachine(1 << 20, () => {}));
  try {
    for (const machine of machines) guardNative(() => machine.add(native.handle, point, name, configuration));
  } finally {
    for (const machine of machines) await closeNativeMachine(machine, timeout);
  }
}

function expectThat(id: string, method: string, holds: boolean, reason: string): void {
  if (!holds) throw new VmPluginError("VMP_LIFECYCLE_FAILED", { id, method, reason });
}
