/** Programs in the style of the usual test suites, on glibc and on musl: they do what they do on the host. */
import { describe, expect, test } from "vitest";
import { vmPlugin } from "../../cli/vm-plugin.ts";
import { missing } from "../../support/programs.ts";
import { cannotCompare } from "../linux/shell/compare.ts";
import { buildSuite } from "../linux/suites/build.ts";
import { compareExecuting, compareSuite, suites } from "../linux/suites/compare.ts";
import { runWords } from "../linux/support/platform.ts";
import { kvm, skip } from "./support/platform.ts";

const { compilers } = kvm;

describe.skipIf(skip)("a program's results are the host's (needs /dev/kvm)", () => {
  test.each(suites)("%s", (name, status) => compareSuite(kvm, buildSuite(name, compilers), status));
});

const musl = { ...compilers, c: "musl-gcc" };
describe.skipIf(skip || missing(musl.c))("a program of musl's has the host's results (needs /dev/kvm)", () => {
  const inC = suites.filter(([name]) => ["compression", "hashing", "numbers", "processes"].includes(name));
  test.each(inC)("%s", (name, status) => compareSuite(kvm, buildSuite(name, musl), status));
});

describe.skipIf(skip || cannotCompare(kvm))("a program that executes others (needs /dev/kvm)", () => {
  test("gets what it gets on the host", () => compareExecuting(kvm, buildSuite("processes", compilers)));
});

describe.skipIf(skip)("a thread (needs /dev/kvm)", () => {
  test("is refused with an error that the program can handle, and a message", () => {
    const { status, stdout, stderr } = vmPlugin([...runWords(kvm), buildSuite("refused", compilers)]);
    expect(stdout).toBe("1 Resource temporarily unavailable\ngoes on\n");
    expect(stderr).toMatch(/vm-plugin.*clone.*thread/);
    expect(status).toBe(3);
  });
});
