import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nativePlugins } from "../../src/native.ts";
import { errorOf } from "../support/errors.ts";
import { folder } from "../support/folder.ts";
import { buildNativeTests } from "./build-native-tests.ts";

const { plugins } = buildNativeTests();
const timeout = 5000;
const load = (name: string, milliseconds = timeout) =>
  nativePlugins.loadPlugin(join(plugins, `${name}.node`), name, milliseconds);

test("a library without vm_plugin_entry is refused by name", async () => {
  const { code, message } = await errorOf(() => load("no_entry"));
  expect(code).toBe("VMP_NATIVE_NO_ENTRY");
  expect(message).toContain("no_entry");
});

test("a wrong ABI is refused with all the numbers", async () => {
  const major = await errorOf(() => load("wrong_major"));
  expect(major.code).toBe("VMP_NATIVE_ABI_MAJOR");
  expect(major.message).toMatch(/2\.3.*1\.0/);
  const minor = await errorOf(() => load("too_new"));
  expect(minor.code).toBe("VMP_NATIVE_ABI_MINOR");
  expect(minor.message).toMatch(/1\.5.*1\.2.*1\.0/);
});

test("a plugin built with newer headers that is content with this host runs", async () => {
  const plugin = await load("newer_but_runs");
  expect(plugin.abi).toEqual({ major: 1, minor: 5, lowest: 0 });
});

test("a file that is no library is refused with the linker's words", async () => {
  const path = join(folder(), "text.node");
  writeFileSync(path, "not a library");
  const { code, message } = await errorOf(() => nativePlugins.loadPlugin(path, "text", timeout));
  expect(code).toBe("VMP_NATIVE_LIBRARY_UNLOADABLE");
  expect(message).toContain(path);
});

test("a failing init comes with the plugin's own words", async () => {
  const { code, message } = await errorOf(() => load("init_fails"));
  expect(code).toBe("VMP_NATIVE_INIT_FAILED");
  expect(message).toContain("NO_LICENCE: the licence file is missing");
});

test("an init that hangs is abandoned, and the host goes on", async () => {
  const { code, message } = await errorOf(() => load("init_hangs", 50));
  expect(code).toBe("VMP_NATIVE_INIT_TIMED_OUT");
  expect(message).toContain("init_hangs");
  await load("newer_but_runs");
});

test("a library turns an older version's configuration into its own, or says why it cannot", async () => {
  const plugin = await load("lifecycle");
  const json = await nativePlugins.migrateConfiguration(plugin, "1.9.0", { depth: 7 }, timeout);
  expect(JSON.parse(new TextDecoder().decode(json))).toEqual({ level: 7 });
  const refused = await errorOf(() => nativePlugins.migrateConfiguration(plugin, "0.9.0", { depth: 7 }, timeout));
  expect(refused.code).toBe("lifecycle/TOO_OLD");
  const without = await load("newer_but_runs");
  expect(await nativePlugins.migrateConfiguration(without, "1.0.0", {}, timeout)).toBeUndefined();
  for (const loaded of [plugin, without]) await nativePlugins.deinitPlugin(loaded, timeout);
});

test("two hosts share one init, and deinit waits for the second; a state that is never large enough is refused", async () => {
  const first = await load("counted");
  const second = await load("counted");
  expect((await nativePlugins.healthCheck(second, timeout))?.message).toBe("1/0");
  await nativePlugins.deinitPlugin(first, timeout);
  expect(await nativePlugins.healthCheck(first, timeout)).toBeUndefined();
  expect((await nativePlugins.healthCheck(second, timeout))?.message).toBe("1/0");
  expect((await errorOf(() => nativePlugins.exportState(second, timeout))).code).toBe("counted/STATE_SIZE");
  await nativePlugins.deinitPlugin(second, timeout);
  const third = await load("counted");
  expect((await nativePlugins.healthCheck(third, timeout))?.message).toBe("2/1");
  await nativePlugins.deinitPlugin(third, timeout);
});

test("lifecycle methods reach the plugin, refusals carry its code, state travels whole", async () => {
  const plugin = await load("lifecycle");
  await nativePlugins.lifecycle(plugin, "initialize", { refuse: true }, timeout);
  expect(await nativePlugins.healthCheck(plugin, timeout)).toEqual({ status: "degraded", message: "not started" });
  await nativePlugins.lifecycle(plugin, "start", {}, timeout);
  expect(await nativePlugins.healthCheck(plugin, timeout)).toEqual({ status: "healthy", message: "started" });
  // A method that its table does not have is none of its business.
  await nativePlugins.lifecycle(plugin, "enable", {}, timeout);
  expect(await errorOf(() => nativePlugins.lifecycle(plugin, "stop", {}, timeout))).toMatchObject({
    code: "lifecycle/BUSY_NOW",
    message: "told to refuse",
  });
  const state = await nativePlugins.exportState(plugin, timeout);
  expect(state?.length).toBe(10000);
  expect(state?.every((byte) => byte === 1)).toBe(true);
  await nativePlugins.importState(plugin, 1, new Uint8Array(10000).fill(9), timeout);
  expect((await nativePlugins.exportState(plugin, timeout))?.[9999]).toBe(9);
  expect((await errorOf(() => nativePlugins.importState(plugin, 2, new Uint8Array(1), timeout))).code).toBe(
    "lifecycle/FAILED",
  );
  await nativePlugins.deinitPlugin(plugin, timeout);
});
