import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { folder } from "../support/folder.ts";
import { done, pluginPackage, type TestHome, testHome } from "./plugin-package.ts";

let home: TestHome;
beforeEach(() => {
  home = testHome();
  home.run("install", pluginPackage());
});

const config = (...words: string[]) => home.run("config", ...words);

describe("config get", () => {
  test("prints what is stored, what is used, and what would be used without", () => {
    expect(config("get", "greeter")).toEqual(done(""));
    expect(config("get", "greeter", "--effective")).toEqual(done('greeting="hello"\n'));
    config("set", "greeter", "server.ports=[80,443]", "server.name=web");
    const stored = "server.ports[0]=80\nserver.ports[1]=443\n";
    expect(config("get", "greeter")).toEqual(done(`${stored}server.name="web"\n`));
    expect(config("get", "greeter", "--effective").stdout.split("\n").sort()).toEqual(
      ["", 'greeting="hello"', ...stored.trimEnd().split("\n"), 'server.name="web"'].sort(),
    );
    expect(config("get", "greeter", "--defaults")).toEqual(done('greeting="hello"\n'));
    expect(config("get", "greeter", "--defaults", "--effective").status).toBe(2);
  });

  test("prints one value, a text as it is", () => {
    config("set", "greeter", "greeting=two words", "server.ports=[80]");
    expect(config("get", "greeter", "greeting")).toEqual(done("two words\n"));
    expect(config("get", "greeter", "server.ports[0]")).toEqual(done("80\n"));
    expect(config("get", "greeter", "server")).toEqual(done('{"ports":[80]}\n'));
    expect(home.json("config", "get", "greeter", "server.ports")).toMatchObject({
      id: "greeter",
      view: "stored",
      key: "server.ports",
      value: [80],
      metadata: { revision: 1, pluginVersion: "1.0.0" },
    });
  });

  test("a key that is not there is answered with the nearest", () => {
    config("set", "greeter", "greeting=hi");
    const { status, stderr } = config("get", "greeter", "greting");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^vm-plugin: VMP_CONFIGURATION_KEY_NOT_FOUND: .*Did you mean "greeting"\?.*\n$/);
    expect(config("get", "greeter", "a..b").stderr).toMatch(/^vm-plugin: VMP_CONFIGURATION_PATH/);
    expect(home.json("config", "get", "greeter", "--defaults").metadata.revision).toBe(1);
  });
});

describe("config set", () => {
  test("takes JSON values, texts, and what config get prints", () => {
    config("set", "greeter", 'server={"name":"x","ports":[1,2]}', "greeting=a=b");
    const lines = config("get", "greeter").stdout.trimEnd().split("\n");
    expect(lines).toContain('greeting="a=b"');
    config("reset", "greeter");
    expect(config("get", "greeter").stdout).toBe("");
    expect(config("set", "greeter", ...lines).status).toBe(0);
    expect(config("get", "greeter").stdout.trimEnd().split("\n")).toEqual(lines);
    expect(config("set", "greeter", "--string", "greeting=5").status).toBe(0);
    expect(config("get", "greeter", "greeting").stdout).toBe("5\n");
  });

  test("removes keys", () => {
    config("set", "greeter", "greeting=x", "server.ports=[1,2,3]", "server.name=y");
    expect(config("set", "greeter", "--remove", "greeting", "--remove", "server.ports[1]").status).toBe(0);
    expect(home.json("config", "get", "greeter").value).toEqual({ server: { ports: [1, 3], name: "y" } });
  });

  test("takes a whole configuration from a file, and keeps it in the format that is asked for", () => {
    const file = join(folder(), "c.toml");
    writeFileSync(file, '[server]\nname = "web"\n');
    const set = home.json("config", "set", "greeter", "--file", file, "greeting=x", "--format", "yaml");
    expect(set).toMatchObject({ revision: 1, configuration: { greeting: "x", server: { name: "web" } }, warnings: [] });
    const [stored = ""] = readdirSync(join(home.path, "configuration")).filter((name) => name.endsWith(".yaml"));
    expect(readFileSync(join(home.path, "configuration", stored), "utf8")).toContain("name: web");
    expect(config("set", "greeter", "greeting=x", "--format", "yml").stderr).toMatch(/VMP_OPTION_VALUE.*"yaml"/);
  });

  test("keeps why, by tags too", () => {
    config("set", "greeter", "greeting=x", "--description", "as asked for", "--tag", "a", "--tag", "b");
    const { metadata } = home.json("config", "get", "greeter");
    expect(metadata).toMatchObject({ description: "as asked for", tags: ["a", "b"], revision: 1 });
  });

  test("warns of what is deprecated", () => {
    const { status, stdout, stderr } = config("set", "greeter", "old=true");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "configured greeter, revision 1\n" });
    expect(stderr).toMatch(/^vm-plugin: warning: old .*deprecated.*\n$/);
  });

  test("refuses what is not valid and what the plugin does not like, and changes nothing", () => {
    config("set", "greeter", "greeting=before");
    for (const [word, code] of [
      ["greeting=5", "VMP_CONFIGURATION_INVALID"],
      ["server.ports=[0]", "VMP_CONFIGURATION_INVALID"],
      ["greting=x", "VMP_CONFIGURATION_INVALID"],
      ["greeting=bad", "VMP_CONFIGURATION_REFUSED"],
      ["a..b=1", "VMP_CONFIGURATION_PATH"],
    ] as const) {
      const { status, stdout, stderr } = config("set", "greeter", word);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(new RegExp(`^vm-plugin: ${code}: .*\\n$`));
    }
    expect(home.json("config", "get", "greeter")).toMatchObject({
      value: { greeting: "before" },
      metadata: { revision: 1 },
    });
  });

  test("a word that is no KEY=VALUE is a wrong command line", () => {
    for (const word of ["greeting", "=x"]) {
      const { status, stderr } = config("set", "greeter", word);
      expect(status).toBe(2);
      expect(stderr).toMatch(/^vm-plugin: VMP_ARGUMENT_VALUE: .*expected KEY=VALUE/);
    }
  });

  test("a plugin that needs its configuration in order to start can be given it", () => {
    const methods = "start() { if (greeting === 'hello') throw new Error('no greeting'); },";
    home.run("uninstall", "greeter");
    home.run("install", pluginPackage({ methods }));
    expect(home.run("status", "greeter").status).toBe(3);
    expect(config("set", "greeter", "greeting=mine")).toEqual(done("configured greeter, revision 1\n"));
    expect(home.run("status", "greeter").status).toBe(0);
  });
});

describe("config backup, backups and restore", () => {
  test("keep copies under names of their own, and take back the one that is named", () => {
    config("set", "greeter", "greeting=first");
    const first = config("backup", "greeter", "--description", "the first").stdout.trim();
    config("set", "greeter", "greeting=second");
    const second = home.json("config", "backup", "greeter");
    expect(second).toMatchObject({ id: "greeter", revision: 2, pluginVersion: "1.0.0", description: "" });
    config("set", "greeter", "greeting=third");
    expect(home.json("config", "backups", "greeter").backups).toMatchObject([
      { name: first, revision: 1, description: "the first" },
      { name: second.name, revision: 2 },
    ]);
    expect(config("backups", "greeter").stdout).toMatch(/^NAME +REVISION +PLUGIN VERSION +DESCRIPTION\n.*the first\n/);
    expect(config("restore", "greeter", first)).toEqual(done("restored the configuration of greeter, revision 4\n"));
    expect(config("get", "greeter", "greeting").stdout).toBe("first\n");
    const { status, stderr } = config("restore", "greeter", `${first}x`);
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`^vm-plugin: VMP_BACKUP_NOT_FOUND: .*Did you mean "${first}"`));
    expect(config("get", "greeter", "greeting").stdout).toBe("first\n");
  });

  test("there is nothing to back up where nothing is configured", () => {
    expect(config("backup", "greeter").stderr).toMatch(/^vm-plugin: VMP_CONFIGURATION_NOT_FOUND/);
    expect(home.json("config", "backups", "greeter").backups).toEqual([]);
  });

  test("reset goes back to the defaults, and can be undone by a copy", () => {
    config("set", "greeter", "greeting=x");
    const name = config("backup", "greeter").stdout.trim();
    expect(home.json("config", "reset", "greeter")).toMatchObject({ id: "greeter", revision: 2, configuration: null });
    expect(config("get", "greeter", "--effective").stdout).toBe('greeting="hello"\n');
    config("restore", "greeter", name);
    expect(config("get", "greeter").stdout).toBe('greeting="x"\n');
  });
});
