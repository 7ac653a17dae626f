import { expect, test } from "vitest";
import { done, pluginPackage, testHome } from "./plugin-package.ts";

test("every plugin is started, asked how it is, and shown with the time that took", () => {
  const home = testHome();
  home.run("install", pluginPackage());
  const { status, stdout, stderr } = home.run("status");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^greeter +1\.0\.0 +healthy +\d+ ms +enabled +hello from 1\.0\.0$/m);
  const { healthy, plugins, problems } = home.json("status");
  expect({ healthy, problems }).toEqual({ healthy: true, problems: [] });
  expect(plugins.at(-1)).toMatchObject({ id: "greeter", health: "healthy", enabled: true, hosts: [], refused: [] });
  expect(plugins[0]).toMatchObject({ health: "unknown", message: "" });
});

test.each([
  ["fails to start", "start() { throw new Error('no memory'); },", "failed", "no memory"],
  ["is degraded", "healthCheck: () => ({ status: 'degraded', message: 'slow' }),", "degraded", "slow"],
  ["is unhealthy", "healthCheck: () => ({ status: 'unhealthy', message: 'ill' }),", "unhealthy", "ill"],
  ["fails when it is asked", "healthCheck: () => { throw new Error('what?'); },", "failed", "what?"],
])("a plugin that %s is told, by the status too", (_what, methods, health, message) => {
  const home = testHome();
  home.run("install", pluginPackage({ methods }));
  for (const words of [["status"], ["status", "greeter"]]) {
    const { status, stdout } = home.run(...words);
    expect(status).toBe(3);
    expect(stdout).toMatch(new RegExp(`^greeter +1\\.0\\.0 +${health} .*${message.replace("?", "\\?")}`, "m"));
  }
  const { healthy, plugins } = home.json("status", "greeter");
  expect(healthy).toBe(false);
  expect(plugins).toHaveLength(1);
  // A plugin that is not meant to be used is no fault.
  home.run("disable", "greeter");
  expect(home.json("status")).toMatchObject({ healthy: true });
  expect(home.run("status", "greeter").stdout).toMatch(/^greeter +1\.0\.0 +disabled/m);
});

test("a plugin that leaves a timer behind keeps no command from ending", () => {
  const home = testHome();
  home.run("install", pluginPackage({ methods: "start() { setInterval(() => {}, 1000); }," }));
  expect(home.run("status", "greeter").status).toBe(0);
  expect(home.run("config", "set", "greeter", "greeting=x")).toEqual(done("configured greeter, revision 1\n"));
});
