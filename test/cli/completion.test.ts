import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder } from "../support/folder.ts";
import { missing } from "../support/programs.ts";
import { pluginPackage, testHome } from "./plugin-package.ts";
import { programFolder, vmPlugin } from "./vm-plugin.ts";

const place = folder();
mkdirSync(join(place, "some-folder"));
writeFileSync(join(place, "some file"), "");
const environment = {
  ...process.env,
  PATH: `${programFolder()}:${process.env.PATH}`,
  VM_PLUGIN_HOME: join(place, "none"),
};

/** What bash would offer for the last word; words as readline takes a line apart. */
function inBash(...words: string[]): string[] {
  const script = `
    source <(vm-plugin completion bash)
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _vm_plugin vm-plugin
    for word in "\${COMPREPLY[@]}"; do printf '%s\\n' "$word"; done`;
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", script, "bash", "vm-plugin", ...words], {
    cwd: place,
    env: environment,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return stdout.split("\n").slice(0, -1);
}

describe.skipIf(missing("bash"))("in bash", () => {
  test.each([
    [["r"], ["run"]],
    [["unin"], ["uninstall"]],
    [
      ["config", "ba"],
      ["backup", "backups"],
    ],
    [
      ["run", "--e"],
      ["--engine", "--env"],
    ],
    [["run", "--stats", "--sta"], []],
    [
      ["run", "--limit-"],
      ["--limit-instructions", "--limit-memory", "--limit-open-files", "--limit-processes", "--limit-time"],
    ],
    [
      ["run", "--st"],
      ["--stats", "--strace", "--strace-output"],
    ],
    [
      ["run", "--strace-output", "some"],
      ["some file", "some-folder"],
    ],
    [
      ["run", "--env", "A=1", "--en"],
      ["--engine", "--env"],
    ],
    [["run", "--root", "some"], ["some-folder"]],
    [["run", "--root", "=", "some"], ["some-folder"]],
    [
      ["run", "some"],
      ["some file", "some-folder"],
    ],
    [["run", "/bin/true", "--"], []],
    [
      ["list", "--state", ""],
      ["enabled", "disabled", "running", "refused"],
    ],
    [["list", "-s", "dis"], ["disabled"]],
    [["list", "--state", "=", "dis"], ["disabled"]],
    [
      ["list", "--state", "="],
      ["enabled", "disabled", "running", "refused"],
    ],
    [["info", "lin"], ["linux"]],
    [["info", "--json", "lin"], ["linux"]],
    [["info", "linux", "l"], []],
    [["help", "ver"], ["version"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["no-such-command", ""], []],
  ])("%j is followed by %j", (words, offered) => {
    expect(inBash(...words).sort()).toEqual([...offered].sort());
  });
});

const fish = missing("fish");
test.skipIf(fish)("in fish", () => {
  const script = "vm-plugin completion fish | source; complete -C 'vm-plugin list --state dis'";
  const { stdout } = spawnSync("fish", ["--no-config", "-c", script], { env: environment, encoding: "utf8" });
  expect(stdout.trim()).toBe("disabled");
});

const zsh = missing("zsh");
test.skipIf(zsh)("zsh takes its script", () => {
  const script = "autoload -U compinit; compinit -u -D; source <(vm-plugin completion zsh); print $_comps[vm-plugin]";
  const { stdout, stderr } = spawnSync("zsh", ["-f", "-c", script], { env: environment, encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "_vm_plugin\n", stderr: "" });
});

describe("candidates, as the scripts ask for them", () => {
  const candidates = (...words: string[]) =>
    vmPlugin(["completion", "candidates", "--", ...words], { env: environment })
      .stdout.split("\n")
      .slice(0, -1);

  test("have their help behind a tabulator", () => {
    expect(candidates("")).toContain("install\tinstall a plugin");
  });

  test("of an option's value that is joined to it stand behind the option", () => {
    expect(candidates("list", "--state=")).toContain("--state=disabled\t");
  });

  test("ask for the shell's own files and folders", () => {
    expect(candidates("install", "")).toEqual([":file"]);
    expect(candidates("install", "--home", "")).toEqual([":folder"]);
  });

  test("know the installed plugins, the keys of their configurations and the names of backups", () => {
    const home = testHome();
    home.run("install", pluginPackage());
    home.run("config", "set", "greeter", "greeting=x");
    const name = home.run("config", "backup", "greeter", "--description", "kept").stdout.trim();
    const offered = (...words: string[]) => home.run("completion", "candidates", "--", ...words).stdout.split("\n");
    expect(offered("uninstall", "")).toContain("greeter\tA plugin of a test");
    expect(offered("config", "get", "greeter", "")).toContain("server.name\tstring");
    expect(offered("config", "set", "greeter", "--remove", "gre")).toContain(
      'greeting\tstring, characters at least 1, default "hello": said first',
    );
    expect(offered("config", "restore", "greeter", "")).toEqual([`${name}\tkept`, ""]);
    const elsewhere = ["completion", "candidates", "--", "info", "--home", home.path, ""];
    expect(vmPlugin(elsewhere).stdout).toContain("greeter\t");
  });
});
