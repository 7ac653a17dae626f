/** Machines whose plugins are installed in a home. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileStore } from "../../src/config/file-store.ts";
import { readBuiltins } from "../../src/host/builtins/builtins.ts";
import { disable } from "../../src/host/home/disable.ts";
import type { Home } from "../../src/host/home/home.ts";
import { install } from "../../src/host/home/install.ts";
import { runProgram } from "../../src/machine/run-program.ts";
import { packageRoot } from "../../src/package-root.ts";
import { guest, root, vmPlugin } from "../cli/vm-plugin.ts";
import { freshHome } from "../home/support.ts";
import { errorOf } from "../support/errors.ts";
import { pluginFolder } from "./plugin-folder.ts";

async function homeWith(...folders: string[]): Promise<{ home: Home; context: Parameters<typeof install>[2] }> {
  const home = freshHome();
  const { facts, records } = readBuiltins(packageRoot());
  const context = { facts, others: records, store: new FileStore({ folder: home.configurationFolder }) };
  for (const folder of folders) await install(home, folder, context);
  return { home, context };
}

const device = join(root, "test/examples/typescript-device");
const options = { stdin: "ignore", stdout: "pipe", stderr: "ignore" } as const;

test("an installed device is in the machines that ask for it, and in no other", async () => {
  const { home } = await homeWith(device);
  const run = ["run", "--home", home.path];
  const without = vmPlugin([...run, guest("mmio"), "0x2000001000"]);
  expect(without.status).toBeGreaterThan(128);
  const withIt = vmPlugin([...run, "--device", "dice", guest("mmio"), "0x2000001000"]);
  expect(withIt.stderr).toContain("device dice/dice: a die takes no 136");
  const unknown = vmPlugin([...run, "--device", "dices", guest("mmio")]);
  expect(unknown.stderr).toMatch(/VMP_IMPLEMENTATION_NOT_FOUND: .*device\.virtual.*dices/);
});

test("what was found out about a plugin in a folder is remembered in the home, where there can be one", () => {
  const home = freshHome();
  const run = (path: string) => vmPlugin(["run", "--home", path, "--plugin", device, guest("hello")]);
  const done = { status: 0, stdout: "Hello from a guest!\n", stderr: "" };
  expect(run(home.path)).toEqual(done);
  const module = readdirSync(join(home.cacheFolder, "modules"));
  expect(module).toHaveLength(1);
  const written = () => statSync(join(home.cacheFolder, "modules", module[0] ?? "")).mtimeMs;
  const before = written();
  expect(run(home.path)).toEqual(done);
  expect(written()).toBe(before);
  expect(run("/proc/none")).toEqual(done);
});

const failingEngine = () =>
  pluginFolder("arch.simulator", "{}", {
    methods: `start() { throw new Error("no licence"); }`,
    provision: { guests: ["riscv64"] },
  });

test("an installed engine of higher priority is taken; when it fails the next is, if the caller allows it", async () => {
  const { home } = await homeWith(failingEngine());
  const failed = await errorOf(() => runProgram(guest("hello"), [], { ...options, home: home.path }));
  expect(failed).toMatchObject({ code: "VMP_LIFECYCLE_FAILED", message: expect.stringContaining("no licence") });
  const program = await runProgram(guest("hello"), [], { ...options, home: home.path, fallback: true });
  expect(program.engine).toBe("interpreter");
  program.process.stdout?.resume();
  expect((await program.exit).status).toBe(0);
});

test("a plugin that is disabled in the home is passed over", async () => {
  const { home, context } = await homeWith(failingEngine());
  await disable(home, "test-plugin", context);
  const { status, stdout } = vmPlugin(["run", "--home", home.path, guest("hello")]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "Hello from a guest!\n" });
});
