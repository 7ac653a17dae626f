/** list, info, install, uninstall, enable, disable. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder } from "../support/folder.ts";
import { done, packed, pluginPackage, schema, testHome } from "./plugin-package.ts";
import { guest, root, vmPlugin } from "./vm-plugin.ts";

/** Those of other systems alone are not there. */
const builtins = readdirSync(join(root, "plugins")).filter((name) => {
  const { entry } = JSON.parse(readFileSync(join(root, "plugins", name, "package.json"), "utf8")).vmPlugin;
  return entry.module !== undefined || entry.native[`${process.platform}-${process.arch}`] !== undefined;
}).length;

describe("list", () => {
  test("shows the built-in plugins where there is no home, and makes none", () => {
    const home = testHome();
    const { plugins, problems } = home.json("list");
    expect(plugins).toHaveLength(builtins);
    expect(problems).toEqual([]);
    for (const plugin of plugins) expect(plugin).toMatchObject({ source: "built-in", enabled: true, hosts: [] });
    expect(existsSync(home.path)).toBe(false);
  });

  test("shows installed plugins, by type and by state", () => {
    const home = testHome();
    expect(home.run("install", pluginPackage())).toEqual(done("installed greeter 1.0.0\n"));
    expect(home.json("list").plugins.at(-1)).toEqual({
      id: "greeter",
      version: "1.0.0",
      type: "debug",
      enabled: true,
      hosts: [],
      refused: [],
      shadowedBy: null,
      source: "installed",
      name: "test-greeter",
      description: "A plugin of a test",
    });
    home.run("disable", "greeter");
    const ids = (...words: string[]) => home.json("list", ...words).plugins.map(({ id }: { id: string }) => id);
    expect(ids("--type", "debug")).toContain("greeter");
    expect(ids("-t", "arch")).not.toContain("greeter");
    expect(ids("-t", "gc")).toEqual([]);
    expect(ids("-s", "disabled")).toEqual(["greeter"]);
    expect(ids("-s", "enabled")).not.toContain("greeter");
    expect(ids("-s", "running")).toEqual([]);
    expect(home.run("list").stdout).toMatch(/^greeter +1\.0\.0 +debug +disabled +installed +A plugin of a test$/m);
  });

  test("an unknown type is answered with the nearest", () => {
    const { status, stderr } = testHome().run("list", "--type", "debgu");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^vm-plugin: VMP_OPTION_VALUE: .*Did you mean "debug"\?/);
  });

  test("a damaged plugin is told of, and hides no other", () => {
    const home = testHome();
    home.run("install", pluginPackage());
    home.run("install", pluginPackage({ id: "other" }));
    const [hash] = home.json("info", "greeter").folder.split("/").slice(-1);
    rmSync(join(home.path, "plugins", hash), { recursive: true });
    const { status, stdout, stderr } = home.run("list");
    expect(status).toBe(3);
    expect(stdout).toContain("other");
    expect(stderr).toMatch(/^vm-plugin: VMP_PLUGIN_DAMAGED: .*greeter.*\n$/);
    expect(home.json("list").problems).toMatchObject([{ code: "VMP_PLUGIN_DAMAGED" }]);
    expect(home.run("info", "greeter").stderr).toMatch(/^vm-plugin: VMP_PLUGIN_DAMAGED/);
  });

  test("what a plugin says of itself reaches no terminal unescaped", () => {
    const home = testHome();
    const [esc, rightToLeft] = [String.fromCharCode(27), String.fromCharCode(0x202e)];
    const evil = `${esc}[2J${esc}]0;title\u0007 ${rightToLeft}gnp.exe\u009b31m\nsecond line`;
    const module = { methods: `healthCheck: () => ({ status: "healthy", message: ${JSON.stringify(evil)} }),` };
    expect(
      home.run("install", pluginPackage({ manifest: { description: evil, author: evil }, ...module })).status,
    ).toBe(0);
    home.run("config", "set", "greeter", `greeting=${evil}`);
    const commands = ["list", "info greeter", "status greeter", "config get greeter", "config get greeter greeting"];
    for (const command of commands.flatMap((words) => [words, `${words} --json`])) {
      const { stdout, stderr } = home.run(...command.split(" "));
      expect(stderr).toBe("");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(stdout).toContain("\\u001b");
    }
    expect(home.json("list").plugins.at(-1).description).toBe(evil);
    expect(home.json("config", "get", "greeter", "greeting").value).toBe(evil);
  });
});

describe("info", () => {
  test("tells what the manifest says, what meets its requirements and what is not enforced", () => {
    const home = testHome();
    const vmPluginObject = {
      requires: [{ point: "arch.simulator" }, { plugin: "not-there", version: "^2", optional: true }],
      permissions: [{ name: "files.read", reason: "to read its table" }],
      limits: { memory: "64 MiB" },
    };
    home.run("install", pluginPackage({ vmPlugin: vmPluginObject }));
    const { status, stdout } = home.run("info", "greeter");
    expect(status).toBe(0);
    for (const line of [
      /^id +greeter$/m,
      /^state +enabled$/m,
      /^source +installed, \d{4}-/m,
      /^provides +debug\.logger "greeter" \(contract 1\.0; priority -1\)$/m,
      /^requires +some arch\.simulator \*: met by \S+ \d/m,
      /^ +plugin not-there \^2: not there, and optional$/m,
      /^permissions +files\.read: to read its table$/m,
      /^ +\(not enforced yet: it runs in the host's process\)$/m,
      /^limits +64 MiB of memory \(not enforced yet\)$/m,
      /^configuration +greeting: string, characters at least 1, default "hello": said first$/m,
      /^ +server\.ports: array$/m,
      /^ +old: boolean, deprecated$/m,
    ])
      expect(stdout).toMatch(line);
    const document = home.json("info", "greeter");
    expect(document).toMatchObject({ source: "installed", enabled: true, manifest: { configuration: schema } });
    expect(document.installed).toMatchObject({ id: "greeter", version: "1.0.0" });
    expect(document.requires.map(({ by }: { by: string[] }) => by.length)).toEqual([1, 0]);
  });

  test("a mistyped id is answered with the nearest", () => {
    const home = testHome();
    home.run("install", pluginPackage());
    for (const words of [
      "info greter",
      "status greter",
      "disable greter",
      "config get greter",
      "config set greter a=1",
    ]) {
      const { status, stdout, stderr } = home.run(...words.split(" "));
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(/^vm-plugin: VMP_PLUGIN_NOT_FOUND: .*Did you mean "greeter"\?.*\n$/);
    }
    expect(home.run("uninstall", "greter").stderr).toMatch(/VMP_PLUGIN_NOT_INSTALLED: .*Did you mean "greeter"\?/);
  });
});

describe("install and uninstall", () => {
  test("take a packed archive, with a configuration in any format", () => {
    for (const [name, text] of Object.entries({
      "c.json": '{ "greeting": "hi" }',
      "c.toml": 'greeting = "hi"\n',
      "c.yml": "greeting: hi\n",
    })) {
      const home = testHome();
      const file = join(folder(), name);
      writeFileSync(file, text);
      expect(home.json("install", packed(pluginPackage()), "-c", file)).toMatchObject({ id: "greeter", hosts: [] });
      expect(home.run("config", "get", "greeter")).toEqual(done('greeting="hi"\n'));
    }
  });

  test("a configuration that is not valid installs nothing", () => {
    const home = testHome();
    const place = folder();
    const file = (name: string, text: string) => {
      writeFileSync(join(place, name), text);
      return join(place, name);
    };
    for (const [path, code] of [
      [file("bad.json", '{ "greeting": 5 }'), "VMP_CONFIGURATION_INVALID"],
      [file("bad.toml", "greeting = "), "VMP_CONFIGURATION_MALFORMED"],
      [file("list.yaml", "- a\n"), "VMP_CONFIGURATION_MALFORMED"],
      [file("bad.ini", "greeting=x"), "VMP_CONFIGURATION_FORMAT_UNKNOWN"],
      [join(place, "missing.json"), "VMP_CONFIGURATION_UNREADABLE"],
    ]) {
      const { status, stderr } = home.run("install", pluginPackage(), "--configuration", path ?? "");
      expect(status).toBe(1);
      expect(stderr).toMatch(new RegExp(`^vm-plugin: ${code}: .*\\n$`));
    }
    expect(home.json("list").plugins).toHaveLength(builtins);
  });

  test("what is installed serves later runs, until it is uninstalled", () => {
    const home = testHome();
    const loud = {
      vmPlugin: { activation: "startup", configuration: undefined },
      methods: 'start() { process.stderr.write("started\\n"); },',
    };
    home.run("install", pluginPackage(loud));
    expect(home.run("run", guest("hello"))).toMatchObject({ stdout: "Hello from a guest!\n", stderr: "started\n" });
    expect(vmPlugin(["run", "--home", home.path, guest("hello")]).stderr).toBe("started\n");
    expect(vmPlugin(["run", guest("hello")]).stderr).toBe("");
    home.run("disable", "greeter");
    expect(home.run("run", guest("hello")).stderr).toBe("");
    home.run("enable", "greeter");
    expect(home.run("run", guest("hello")).stderr).toBe("started\n");
    expect(home.run("uninstall", "greeter")).toEqual(done("uninstalled greeter\n"));
    expect(home.run("run", guest("hello")).stderr).toBe("");
  });

  test("uninstalling forgets the configuration unless told to keep it", () => {
    const home = testHome();
    for (const [words, left] of [
      [["--keep-configuration"], 'greeting="kept"\n'],
      [[], ""],
    ] as const) {
      home.run("install", pluginPackage());
      home.run("config", "set", "greeter", "greeting=kept");
      expect(home.json("uninstall", "greeter", ...words)).toEqual({
        uninstalled: ["greeter"],
        hosts: [],
        unanswered: [],
      });
      home.run("install", pluginPackage());
      expect(home.run("config", "get", "greeter").stdout).toBe(left);
      home.run("uninstall", "greeter");
    }
  });

  test("a built-in plugin cannot be uninstalled, nor an id installed twice", () => {
    const home = testHome();
    const [{ id }] = home.json("list").plugins;
    expect(home.run("uninstall", id).stderr).toMatch(/^vm-plugin: VMP_PLUGIN_NOT_INSTALLED/);
    home.run("install", pluginPackage());
    expect(home.run("install", pluginPackage()).stderr).toMatch(/^vm-plugin: VMP_PLUGIN_INSTALLED: .*update greeter/);
  });

  test("what others require stays, unless they are taken along", () => {
    const home = testHome();
    home.run("install", pluginPackage());
    home.run("install", pluginPackage({ id: "user", vmPlugin: { requires: [{ plugin: "greeter", version: "^1" }] } }));
    for (const command of ["disable", "uninstall"]) {
      const { status, stderr } = home.run(command, "greeter");
      expect(status).toBe(1);
      expect(stderr).toMatch(/^vm-plugin: VMP_PLUGIN_REQUIRED: .*user/);
    }
    expect(home.json("disable", "greeter", "--dependents").changed).toEqual(["greeter", "user"]);
    expect(home.json("disable", "greeter").changed).toEqual([]);
    expect(home.run("enable", "user")).toEqual(done("enabled user\n"));
    expect(home.run("enable", "greeter")).toEqual(done("enabled greeter\n"));
    expect(home.run("enable", "greeter")).toEqual(done("greeter was enabled already\n"));
    expect(home.json("uninstall", "greeter", "--dependents").uninstalled.sort()).toEqual(["greeter", "user"]);
  });
});
