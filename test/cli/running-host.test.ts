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

/** One that runs the plugin; `name` is what it has in IN_HOST. */
async function startHost(name: string): Promise<ChildProcess> {
  const words = ["--import", "tsx", join(root, "test/cli/host-process.ts"), home.path, "greeter"];
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: { ...process.env, IN_HOST: name },
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return child;
}

async function endHost(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.stdin?.end();
  await ended;
}

beforeEach(async () => {
  home = testHome();
  home.run("install", pluginPackage({ methods: refusing }));
  host = await startHost("1");
});

afterEach(() => endHost(host));

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

  test("is waited for while it takes its time", async () => {
    const slow = onlyInHost("await new Promise((resolve) => setTimeout(resolve, 2000));");
    const methods = `async start() { ${slow} }, async configurationChanged() { ${slow} },`;
    expect(home.run("update", "greeter", pluginPackage({ version: "1.1.0", methods }))).toEqual(
      done("greeter 1.0.0 is now 1.1.0, in 1 running host too\n"),
    );
    expect(home.run("config", "set", "greeter", "greeting=hi")).toEqual(
      done("configured greeter, revision 1, in 1 running host too\n"),
    );
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

  test("keeps an update from another host too, and is told of when it is that one which cannot go back", async () => {
    const other = await startHost("2");
    try {
      const once = `start() { if (process.env.IN_HOST === "2" && globalThis.started++) throw new Error("only once"); },`;
      const base = pluginPackage({ version: "1.1.0", head: "globalThis.started ??= 0;", methods: once });
      expect(home.run("update", "greeter", base).stdout).toMatch(/is now 1\.1\.0, in 2 running hosts too/);
      const methods = `start() { if (process.env.IN_HOST === "1") throw new Error("not here"); },`;
      const { status, stderr } = home.run("update", "greeter", pluginPackage({ version: "1.2.0", methods }));
      expect(status).toBe(1);
      expect(stderr).toMatch(
        new RegExp(`process ${host.pid}: .*not here.*; process ${other.pid} cannot go back: .*only once`),
      );
      expect(home.json("info", "greeter").installed).toMatchObject({ version: "1.1.0" });
    } finally {
      await endHost(other);
    }
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
