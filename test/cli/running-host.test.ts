/** What the command changes, in a host that runs meanwhile. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { done, pluginPackage, type TestHome, testHome } from "./plugin-package.ts";
import { root } from "./vm-plugin.ts";

/** Does in the host what it would not do in the command's own process. */
const onlyInHost = (statement: string) => `if (process.env.IN_HOST) { ${statement} }`;
const refusing = `configurationChanged({ greeting }) { ${onlyInHost('if (greeting === "no") throw new Error("not here");')} },`;

let home: TestHome;
let host: ChildProcess;

beforeEach(async () => {
  home = testHome();
  home.run("install", pluginPackage({ methods: refusing }));
  const words = ["--import", "tsx", join(root, "test/cli/host-process.ts"), home.path, "greeter"];
  host = spawn(process.execPath, words, {
    cwd: root,
    env: { ...process.env, IN_HOST: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(host.stdout as NodeJS.ReadableStream, "data");
});

afterEach(async () => {
  const ended = once(host, "exit");
  host.stdin?.end();
  await ended;
});

describe("a host that runs the plugin", () => {
  test("is shown, is configured, and keeps what it refuses from everybody", () => {
    const { pid } = host;
    expect(home.json("list", "-s", "running").plugins).toContainEqual(
      expect.objectContaining({ id: "greeter", hosts: [pid] }),
    );
    expect(home.run("info", "greeter").stdout).toMatch(/^state +enabled, running in 1 host$/m);
    expect(home.json("config", "set", "greeter", "greeting=hi")).toMatchObject({ hosts: [pid], unanswered: [] });
    expect(home.run("config", "set", "greeter", "greeting=hey")).toEqual(
      done("configured greeter, revision 2, in 1 running host too\n"),
    );
    const { status, stdout, stderr } = home.run("config", "set", "greeter", "greeting=no");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^vm-plugin: VMP_CONFIGURATION_REFUSED: .*process ${pid}: .*not here.*\\n$`));
    expect(home.run("config", "get", "greeter", "greeting")).toEqual(done("hey\n"));
  });

  test("gets the update, and keeps one that it cannot start from everybody", () => {
    expect(home.run("update", "greeter", pluginPackage({ version: "1.1.0" }))).toEqual(
      done("greeter 1.0.0 is now 1.1.0, in 1 running host too\n"),
    );
    const methods = `start() { ${onlyInHost('throw new Error("not here");')} },`;
    const { status, stderr } = home.run("update", "greeter", pluginPackage({ version: "1.2.0", methods }));
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`^vm-plugin: VMP_UPDATE_FAILED: .*process ${host.pid}: .*not here.*\\n$`));
    const [plugin] = home.json("list", "-s", "running").plugins.filter(({ id }: { id: string }) => id === "greeter");
    expect(plugin).toMatchObject({ version: "1.1.0", hosts: [host.pid] });
    expect(home.json("info", "greeter").installed).toMatchObject({ version: "1.1.0", previous: { version: "1.0.0" } });
    expect(home.run("update", "greeter", "--rollback")).toEqual(
      done("greeter 1.1.0 is now 1.0.0, in 1 running host too\n"),
    );
  });

  test("stops what is disabled, starts it again, and lets go of what is uninstalled", () => {
    const running = () => home.json("list", "-s", "running").plugins.some(({ id }: { id: string }) => id === "greeter");
    expect(home.run("disable", "greeter")).toEqual(done("disabled greeter, in 1 running host too\n"));
    expect(running()).toBe(false);
    expect(home.run("enable", "greeter")).toEqual(done("enabled greeter, in 1 running host too\n"));
    expect(running()).toBe(true);
    expect(home.run("uninstall", "greeter")).toEqual(done("uninstalled greeter, in 1 running host too\n"));
    expect(running()).toBe(false);
  });
});
