import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder } from "../support/folder.ts";
import { root, vmPlugin } from "./vm-plugin.ts";

describe("vm-plugin generate", () => {
  test.each([
    ["exports no contract", "export const answer = 42;", "it exports no contract"],
    ["throws", 'throw new Error("a fault of the test");', "a fault of the test"],
    ["does not parse", "export const = 1;", "Expected identifier"],
  ])("of a file that %s says so in one line", (_what, text, says) => {
    const place = folder();
    writeFileSync(join(place, "points.ts"), text);
    const { status, stderr } = vmPlugin(["generate", "--contract", join(place, "points.ts"), "--out", place]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^vm-plugin: VMP_INVALID_ARGUMENT: .*points.*\n$/);
    expect(stderr).toContain(says);
  });

  test("--check gives 3 for files that differ, and 0 when they are as they would be written", () => {
    const words = ["generate", "--contract", join(root, "test/examples/contract/greeter.ts"), "--out", folder()];
    const { status, stdout } = vmPlugin([...words, "--check", "--json"]);
    expect({ status, document: JSON.parse(stdout) }).toEqual({ status: 3, document: { written: [], upToDate: false } });
    const { written } = JSON.parse(vmPlugin([...words, "--json"]).stdout) as { written: string[] };
    expect(written).toContain("include/acme/greeter.h");
    expect(vmPlugin(words)).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(vmPlugin([...words, "--check"]).status).toBe(0);
  });

  test.each([["--contract"], ["--out"]])("without %s is a wrong command line", (option) => {
    const { status, stderr } = vmPlugin(["generate", ...(option === "--out" ? ["--contract", "x.ts"] : [])]);
    expect(status).toBe(2);
    expect(stderr).toBe(`vm-plugin: VMP_ARGUMENT_MISSING: ${option} is missing. Fix: See vm-plugin generate --help.\n`);
  });
});
