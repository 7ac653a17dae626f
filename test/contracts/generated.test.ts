/** What is checked in is what the generator writes, and every header compiles alone. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { status } from "../../src/contracts/abi.ts";
import { contracts } from "../../src/contracts/all.ts";
import { extensionPoints } from "../../src/contracts/points.ts";
import { failureSize, headerSize, messageKinds, statusNumbers } from "../../src/contracts/runtime/index.ts";
import { messageHeader, messageKind, wireFailure, wireSpan } from "../../src/contracts/transport.ts";
import { differing, leftBehind, write } from "../../src/sdk/generator/files.ts";
import { responseMinimum, spanSize } from "../../src/sdk/generator/messages.ts";
import { ownFolders, ownOutputs } from "../../src/sdk/generator/own-outputs.ts";
import { type Language, languageFlags, ProbeBuild, root, run, tsx, warnings } from "./probe-build.ts";

const folder = mkdtempSync(join(tmpdir(), "vm-plugin-generated-"));
let build: ProbeBuild;

beforeAll(() => {
  build = new ProbeBuild();
});

afterAll(() => {
  build.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe("generate", () => {
  test("what is checked in is what the contracts give", () => {
    expect(differing(root, ownOutputs())).toEqual([]);
  });

  test("a generated file without a contract is named", () => {
    const outputs = ownOutputs();
    const folders = Object.values(ownFolders);
    expect(leftBehind(root, folders, outputs)).toEqual([]);
    const gone = [
      "native/include/vm_plugin/marshal/plugin.h",
      "src/contracts/generated/log.ts",
      "src/contracts/generated/reference.md",
    ];
    const fewer = outputs.filter(({ path }) => !gone.includes(path));
    expect(leftBehind(root, folders, fewer).sort()).toEqual(gone);
  });

  test("--check names the files that differ and fails", () => {
    const out = join(folder, "own");
    const parameters = ["--contract", join(import.meta.dirname, "synthetic/probe.ts"), "--out", out];
    tsx("src/sdk/generator/main.ts", ...parameters);
    tsx("src/sdk/generator/main.ts", ...parameters, "--check");
    writeFileSync(join(out, "include/acme/probe.h"), "changed");
    rmSync(join(out, "typescript/probe.ts"));
    expect(() => tsx("src/sdk/generator/main.ts", ...parameters, "--check")).toThrow(
      /ended with 1:\ninclude\/acme\/probe\.h differs.*\ntypescript\/probe\.ts differs/,
    );
  });

  test("only what differs is written", () => {
    const outputs = [{ path: "a/b.txt", text: "b" }];
    expect(write(folder, outputs)).toEqual(["a/b.txt"]);
    expect(write(folder, outputs)).toEqual([]);
    expect(readFileSync(join(folder, "a/b.txt"), "utf8")).toBe("b");
  });
});

describe.each<Language>(["C11", "C++17"])("as %s", (language) => {
  const [compiler, ...standard] = languageFlags(language);
  const include = join(root, "native/include");
  const headers = readdirSync(include, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".h"));

  test.each(headers)("%s compiles alone", (header) => {
    run(compiler, [...standard, ...warnings, "-fsyntax-only", join(include, header)]);
  });

  test("a contract of another package compiles alone, beside the installed headers", () => {
    // Only what is published is on the path.
    const installed = join(folder, language);
    cpSync(include, installed, { recursive: true });
    for (const header of ["acme/probe.h", "acme/marshal/probe.h"]) {
      run(compiler, [
        ...standard,
        ...warnings,
        `-I${installed}`,
        "-fsyntax-only",
        join(build.folder, "include", header),
      ]);
    }
  });

  test("marshalling of several contracts fits into one file", () => {
    const all = join(folder, "all.c");
    const files = readdirSync(join(include, "vm_plugin/marshal")).map((name) => `#include "vm_plugin/marshal/${name}"`);
    writeFileSync(all, `${files.join("\n")}\n#include "acme/marshal/probe.h"\n`);
    run(compiler, [...standard, ...warnings, ...build.includes, "-fsyntax-only", all]);
  });
});

describe("lists that are written twice", () => {
  test("the statuses that TypeScript knows are those of the contract", () => {
    const names = [...status.values].map(([key, { value }]) => [key.replace(/^ERROR_/, ""), value]);
    expect(Object.entries(statusNumbers)).toEqual(names);
  });

  test("the kinds of messages that TypeScript knows are those of the contract", () => {
    const names = [...messageKind.values].map(([key, { value }]) => [key.toLowerCase(), value]);
    expect(Object.entries(messageKinds)).toEqual(names);
  });

  test("the sizes that TypeScript has of a message's header and of a failure are those of the contract", () => {
    expect([failureSize, headerSize]).toEqual([wireFailure.size, messageHeader.size]);
  });

  test("the generator's smallest room for an answer, and the size of its spans, are C's", () => {
    const wire = readFileSync(join(root, "native/include/vm_plugin/marshal/wire.h"), "utf8");
    expect(wire).toContain(`#define VMP_WIRE_RESPONSE_MINIMUM ${responseMinimum}u\n`);
    expect(spanSize).toBe(wireSpan.size);
  });

  test("the points with a contract are those that are not reserved", () => {
    const defined = contracts.filter(({ kind }) => kind === "point").map(({ id }) => id);
    expect(
      extensionPoints
        .filter(({ reserved }) => !reserved)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(defined.sort());
    expect(new Set(extensionPoints.map(({ id }) => id)).size).toBe(23);
  });
});
