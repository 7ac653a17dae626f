import { beforeEach, describe, expect, test } from "vitest";
import { done, packed, pluginPackage, type TestHome, testHome } from "./plugin-package.ts";

let home: TestHome;
beforeEach(() => {
  home = testHome();
  home.run("install", pluginPackage());
});

const version = () => home.json("info", "greeter").manifest.version;

describe("update", () => {
  test("puts another version in the place of the present one, with its configuration, and back again", () => {
    home.run("config", "set", "greeter", "greeting=hi");
    const next = packed(pluginPackage({ version: "1.1.0" }));
    expect(home.run("update", "greeter", next)).toEqual(done("greeter 1.0.0 is now 1.1.0\n"));
    expect(home.json("status", "greeter").plugins[0]).toMatchObject({ version: "1.1.0", message: "hi from 1.1.0" });
    expect(home.run("info", "greeter").stdout).toMatch(/^previous +1\.0\.0; vm-plugin update greeter --rollback$/m);
    expect(home.run("update", "greeter", next)).toEqual(done("greeter 1.1.0 is what is installed\n"));
    expect(home.run("update", "greeter", "--rollback")).toEqual(done("greeter 1.1.0 is now 1.0.0\n"));
    expect(home.json("status", "greeter").plugins[0]).toMatchObject({ version: "1.0.0", message: "hi from 1.0.0" });
    expect(home.json("update", "greeter", "--rollback")).toMatchObject({
      id: "greeter",
      from: "1.0.0",
      version: "1.1.0",
      hosts: [],
      unanswered: [],
    });
  });

  test("to a version that cannot be used changes nothing", () => {
    for (const [options, code, says] of [
      [{ head: "throw new Error('at once');" }, "VMP_UPDATE_FAILED", "at once"],
      [{ methods: "start() { throw new Error('not today'); }," }, "VMP_UPDATE_FAILED", "not today"],
      [
        { methods: "healthCheck: () => ({ status: 'unhealthy', message: 'I ache' })," },
        "VMP_UPDATE_FAILED",
        "unhealthy: I ache",
      ],
      [{ id: "other" }, "VMP_PLUGIN_OTHER", "other"],
      [{ vmPlugin: { engines: { vm: "^99" } } }, "VMP_PLUGIN_INCOMPATIBLE", "99"],
      [{ head: "const = ;" }, "VMP_MODULE_FAILED", "="],
    ] as const) {
      const { status, stdout, stderr } = home.run("update", "greeter", pluginPackage({ version: "2.0.0", ...options }));
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(new RegExp(`^vm-plugin: ${code}: .*\\n$`));
      expect(stderr).toContain(says);
      expect(version()).toBe("1.0.0");
    }
    expect(home.run("status", "greeter").status).toBe(0);
    expect(home.run("update", "greeter", "--rollback").stderr).toMatch(/^vm-plugin: VMP_PLUGIN_NO_PREVIOUS/);
  });

  test("is refused while others need what it would take away", () => {
    home.run("install", pluginPackage({ id: "user", vmPlugin: { requires: [{ plugin: "greeter", version: "^1" }] } }));
    const { status, stderr } = home.run("update", "greeter", pluginPackage({ version: "2.0.0" }));
    expect(status).toBe(1);
    expect(stderr).toContain("user requires greeter ^1");
    expect(version()).toBe("1.0.0");
  });

  test("mends a version that does not start", () => {
    home.run("uninstall", "greeter");
    home.run("install", pluginPackage({ methods: "start() { throw new Error('never'); }," }));
    expect(home.run("status", "greeter").status).toBe(3);
    expect(home.run("update", "greeter", pluginPackage({ version: "1.0.1" })).status).toBe(0);
    expect(home.run("status", "greeter").status).toBe(0);
  });

  test("of a disabled plugin runs none of it, and holds when it is enabled", () => {
    home.run("disable", "greeter");
    const broken = pluginPackage({ version: "1.1.0", methods: "start() { throw new Error('never'); }," });
    expect(home.run("update", "greeter", broken).status).toBe(0);
    expect(home.json("info", "greeter")).toMatchObject({ enabled: false, manifest: { version: "1.1.0" } });
    home.run("enable", "greeter");
    expect(home.run("status", "greeter").status).toBe(3);
  });

  test("of what is not installed is answered with the nearest id", () => {
    const { status, stderr } = home.run("update", "greter", "--rollback");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^vm-plugin: VMP_PLUGIN_NOT_INSTALLED: .*Did you mean "greeter"\?/);
    expect(home.run("update", "greeter").status).toBe(2);
    expect(home.run("update", "greeter", "x", "--rollback").status).toBe(2);
  });
});
