import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Call } from "../../src/cli/call.ts";
import type { Command } from "../../src/cli/command.ts";
import { commands } from "../../src/cli/commands.ts";
import { missing } from "../support/programs.ts";
import { pluginPackage, type TestHome, testHome } from "./plugin-package.ts";
import { main, root, vmPlugin } from "./vm-plugin.ts";

/** Every command's words. */
const names = Object.entries(commands).flatMap(([name, entry]) =>
  "load" in entry ? [[name]] : Object.keys(entry.commands).map((sub) => [name, sub]),
);

describe("a wrong command line", () => {
  test.each([
    [["rum"], "VMP_COMMAND_UNKNOWN", /Did you mean "run"/],
    [["instal", "x"], "VMP_COMMAND_UNKNOWN", /Did you mean "install"/],
    [["docter"], "VMP_COMMAND_UNKNOWN", /Did you mean "doctor"/],
    [["config"], "VMP_ARGUMENT_MISSING", /COMMAND is missing.*vm-plugin config --help/],
    [["config", "backps", "x"], "VMP_COMMAND_UNKNOWN", /there is no command config backps\. .*Did you mean "backups"/],
    [["config", "--jsn"], "VMP_OPTION_UNKNOWN", /--jsn/],
    [["version", "--jsn"], "VMP_OPTION_UNKNOWN", /Did you mean "--json"/],
    [["version", "--json", "--json"], "VMP_OPTION_VALUE", /twice/],
    [["version", "--json=yes"], "VMP_OPTION_VALUE", /switch/],
    [["version", "extra"], "VMP_ARGUMENT_UNEXPECTED", /extra/],
    [["version", "--", "--json"], "VMP_ARGUMENT_UNEXPECTED", /--json/],
    [["list", "--stat", "running"], "VMP_OPTION_UNKNOWN", /Did you mean "--state"/],
    [["list", "--state", "runing"], "VMP_OPTION_VALUE", /expected one of .*Did you mean "running"/],
    [["list", "-s"], "VMP_OPTION_VALUE", /-s does not take nothing: expected STATE/],
    [["list", "-s", "-t", "x"], "VMP_OPTION_VALUE", /-s does not take -t: expected STATE/],
    [["list", "extra"], "VMP_ARGUMENT_UNEXPECTED", /extra/],
    [["info"], "VMP_ARGUMENT_MISSING", /ID/],
    [["info", "a", "b"], "VMP_ARGUMENT_UNEXPECTED", /b/],
    [["install"], "VMP_ARGUMENT_MISSING", /PATH/],
    [["config", "set", "x"], "VMP_ARGUMENT_MISSING", /KEY=VALUE/],
    [["config", "restore", "x"], "VMP_ARGUMENT_MISSING", /NAME/],
    [["completion", "fihs"], "VMP_ARGUMENT_VALUE", /Did you mean "fish"/],
    [["help", "nothing-like-it"], "VMP_COMMAND_UNKNOWN", /nothing-like-it/],
  ])("%j is refused with %s and the status 2, in one line", (args, code, says) => {
    const { status, stdout, stderr } = vmPlugin(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^vm-plugin: ${code}: .* Fix: .*\\n$`));
    expect(stderr).toMatch(says);
  });

  test("none at all prints the help on standard error", () => {
    const { status, stdout, stderr } = vmPlugin([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toBe(vmPlugin(["--help"]).stdout);
  });
});

describe("help", () => {
  test("names every command, and the exit statuses", () => {
    for (const words of [["--help"], ["-h"], ["help"]]) {
      const { status, stdout, stderr } = vmPlugin(words);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      for (const name of Object.keys(commands)) expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
      expect(stdout).toMatch(/Exit status: 0 .*1 .*2 .*3 /s);
    }
    expect(vmPlugin(["config", "--help"]).stdout).toMatch(/^ {2}restore /m);
  });

  test.each(names)("of %s %s tells its usage, arguments and options", (...words) => {
    const { status, stdout, stderr } = vmPlugin([...words.filter((word) => word !== undefined), "--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Usage: vm-plugin ${words.filter((word) => word !== undefined).join(" ")} `));
    expect(stdout).toContain("--help");
    expect(stdout.split("\n").filter((line) => line.length > 140)).toEqual([]);
    expect(vmPlugin(["help", ...words.filter((word) => word !== undefined)]).stdout).toBe(stdout);
  });
});

test("the version is the package's", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  for (const word of ["version", "--version"])
    expect(vmPlugin([word])).toEqual({ status: 0, stdout: `vm-plugin ${version}\n`, stderr: "" });
  expect(JSON.parse(vmPlugin(["version", "--json"]).stdout)).toEqual({
    version,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  });
});

describe("the words of a call", () => {
  const command: Command = {
    name: "try",
    about: "",
    arguments: [
      { name: "ID", help: "" },
      { name: "VALUES", help: "", multiple: true, optional: true },
    ],
    options: { file: { value: "FILE", short: "f", help: "" }, all: { help: "" } },
    run: async () => 0,
  };

  test("options stand before, between and behind arguments", () => {
    const call = new Call(command, ["-f", "x", "id", "--all", "a=-1", "b"]);
    call.check();
    expect([call.argument("ID"), call.rest("VALUES"), call.value("file"), call.has("all")]).toEqual([
      "id",
      ["a=-1", "b"],
      "x",
      true,
    ]);
  });

  test("nothing is an option behind --", () => {
    const call = new Call(command, ["--", "--all", "-f"]);
    expect([call.argument("ID"), call.rest("VALUES"), call.has("all")]).toEqual(["--all", ["-f"], false]);
  });

  test("a command whose options come first hands the rest on as it is", () => {
    const call = new Call({ ...command, optionsFirst: true }, ["--all", "id", "--all", "--", "-x"]);
    expect([call.argument("ID"), call.rest("VALUES")]).toEqual(["id", ["--all", "--", "-x"]]);
    expect(new Call({ ...command, optionsFirst: true }, ["--", "-x", "y"]).argument("ID")).toBe("-x");
  });
});

describe("output", () => {
  test("a reader that has seen enough is no fault", () => {
    const command = `'${process.execPath}' '${main}' help run; echo "status $?" >&2`;
    const { stderr } = spawnSync("bash", ["-c", `{ ${command}; } | true`], { encoding: "utf8" });
    expect(stderr).toBe("status 0\n");
  });

  test("output that cannot be written is an error", () => {
    const command = `'${process.execPath}' '${main}' version > /dev/full; echo "status $?"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", command], { encoding: "utf8" });
    expect(stdout).toBe("status 1\n");
    expect(stderr).toMatch(/^vm-plugin: VMP_OUTPUT_FAILED: .*ENOSPC/);
  });

  const withoutTerminal = missing("script");
  test.skipIf(withoutTerminal)("has colours on a terminal alone, and none where NO_COLOR is set", () => {
    const bold = `${String.fromCharCode(27)}[1m`;
    const onTerminal = (environment: NodeJS.ProcessEnv) => {
      const words = ["-qec", `'${process.execPath}' '${main}' list`, "/dev/null"];
      const env = { ...process.env, TERM: "xterm", VM_PLUGIN_HOME: "/nowhere", ...environment };
      return String(spawnSync("script", words, { env, encoding: "utf8", input: "" }).stdout);
    };
    expect(onTerminal({})).toContain(`${bold}ID`);
    for (const environment of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      expect(onTerminal(environment)).toMatch(/^ID +VERSION/m);
      expect(onTerminal(environment)).not.toContain(bold);
    }
    const piped = vmPlugin(["list", "--home", "/nowhere"]).stdout;
    expect(piped).not.toContain(bold);
  });

  test.skipIf(withoutTerminal)("shows the progress of long work on a terminal alone, and wipes it", () => {
    const install = (home: TestHome) =>
      `'${process.execPath}' '${main}' install '${pluginPackage()}' --home '${home.path}'`;
    const env = { ...process.env, TERM: "xterm" };
    const words = ["-qec", install(testHome()), "/dev/null"];
    const { stdout } = spawnSync("script", words, { env, encoding: "utf8", input: "" });
    const wipe = `\r${String.fromCharCode(27)}[K`;
    expect(stdout).toContain(`${wipe}bundling`);
    expect(stdout.split(wipe).at(-1)).toBe("installed greeter 1.0.0\r\n");
    expect(spawnSync("bash", ["-c", install(testHome())], { env, encoding: "utf8" }).stderr).toBe("");
  });

  test("--verbose adds the cause, also when the command line is wrong", () => {
    const { status, stderr } = vmPlugin(["version", "--verbose", "--bogus"]);
    expect(status).toBe(2);
    expect(stderr.split("\n")[0]).toMatch(/^vm-plugin: VMP_OPTION_UNKNOWN/);
    expect(stderr).toMatch(/^ {4}at /m);
  });
});
