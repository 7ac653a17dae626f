/** Calls between two processes: a TypeScript client of a C stub, and a C proxy of a TypeScript dispatcher. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messageKinds } from "../../src/contracts/runtime/index.ts";
import { type Language, ProbeBuild } from "./probe-build.ts";
import { type ProbeState, totalOf, typescriptProbe } from "./probe-implementation.ts";
import type { ProbeModule, Promised, Reading, Sample } from "./probe-module.ts";
import { encodeFrame, readFrames, StdioTransport } from "./stdio-transport.ts";

let build: ProbeBuild;
let probe: ProbeModule;

beforeAll(async () => {
  build = new ProbeBuild();
  probe = await build.typescript();
});

afterAll(() => build.remove());

const readings: Reading[] = [
  { id: 1, color: "green", weight: 0.5, pair: { first: 0, second: 0, flavor: 9 }, severity: "none" },
  { id: 2, color: "red", weight: 0, pair: { first: 0, second: 0, flavor: 0 }, severity: "harsh" },
];

/** What probe_caller.c sends. */
const sample: Sample = {
  color: "dark-blue",
  count: 1234567890123,
  mask: 0xffff_ffff_ffff_ffffn,
  delta: -3n,
  offset: -4,
  tiny: -5,
  byte: 250,
  half: -6,
  single: 0.25,
  name: "näme",
  label: "label",
  access: 3,
  bytes: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7),
  numbers: [60000, 60001, 60002, 60003],
  pairs: [
    { first: 0, second: 0, flavor: 0 },
    { first: -7, second: 8, flavor: 0 },
  ],
  tags: ["a", "bé"],
  readings,
  blob: Uint8Array.of(7, 8, 9),
  choice: Uint8Array.of(2, 1, 0, 0, 0, 0, 0, 0),
  extra: 42,
};

describe.each<Language>(["C11", "C++17"])("a TypeScript client of a %s stub", (language) => {
  let child: ChildProcessWithoutNullStreams;
  let client: Promised;

  beforeAll(() => {
    child = spawn(build.program("probe_stub", language));
    client = new probe.ProbeAsynchronousClient(new StdioTransport(child));
  });

  afterAll(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, "exit");
    expect(child.exitCode).toBe(0);
  });

  test("numbers of every width arrive and come back", async () => {
    expect(await client.add(200, -5n, 3, 1.5, 2.25, -4, "red")).toEqual({ sum: 197n, brighter: "green" });
    expect(await client.add(0, -(2n ** 63n), 0, 0, 0, 0, "green")).toEqual({
      sum: -(2n ** 63n),
      brighter: "dark-blue",
    });
  });

  test("a plugin's own error keeps its code and message", async () => {
    await expect(client.add(1, 1n, 1, 0, 0, 0, "dark-blue")).rejects.toMatchObject({
      code: "acme-probe/TOO_DARK",
      message: "dark blue has no brighter color",
    });
  });

  test("a layout with strings, arrays, items and a union arrives whole", async () => {
    expect(await client.describe(sample)).toEqual({ severity: "harsh", total: totalOf(sample), text: "label" });
  });

  test("an out span that is too small is asked for again with the size that it needs", async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ ...(readings[index % 2] as Reading), id: index }));
    const { sorted, names } = await client.sort(many);
    expect(sorted).toEqual(many.toReversed());
    expect(names).toBe(many.map(({ id }) => `${id},`).join(""));
  });

  test("empty spans and strings arrive empty", async () => {
    expect(await client.sort([])).toEqual({ sorted: [], names: "" });
    expect(await client.sum([], [], "")).toBe(0n);
    expect(await client.classify("")).toBe("none");
  });

  test("spans of numbers and of text arrive", async () => {
    expect(await client.sum([1, 2, 65535], [2.5], "xyz")).toBe(65538n + 2n + 363n);
  });

  test("an unknown value of an enumeration becomes the one that its contract names", async () => {
    expect(await client.classify("?")).toBe("mild");
  });

  test("a value that a field cannot hold is refused before it is sent", async () => {
    await expect(client.add(256, 0n, 0, 0, 0, 0, "red")).rejects.toThrow("a must be an integer from 0 to 255, not 256");
    await expect(client.add(0, 2n ** 63n, 0, 0, 0, 0, "red")).rejects.toThrow("b must fit a signed 64-bit integer");
  });

  test("a posted method is not answered, and is done before the next call", async () => {
    const before = (await client.health()).level;
    client.notify("green", "hey");
    expect((await client.health()).level).toBe(before + 2 + 3 + ((104 + 101 + 121) & 1));
  });

  test("asynchronous and appended methods answer", async () => {
    expect(await client.wait(12, new AbortController().signal)).toBe(12);
    expect(await client.appended(21)).toBe(42);
  });

  test("a call that is cancelled ends in the other process, which answers others meanwhile", async () => {
    const controller = new AbortController();
    const waiting = client.wait(600_000, controller.signal);
    expect(await client.appended(4)).toBe(8);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "VMP_CANCELLED" });
    await expect(client.wait(600_000, AbortSignal.abort())).rejects.toMatchObject({ code: "VMP_CANCELLED" });
    expect(await client.wait(1, new AbortController().signal)).toBe(1);
  });
});

describe.each<Language>(["C11", "C++17"])("a %s proxy of a TypeScript dispatcher", (language) => {
  test("every method arrives as it was called, and its answer comes back", async () => {
    const state: ProbeState = { notified: [] };
    const implementation = typescriptProbe(state);
    const child = spawn(build.program("probe_caller", language));
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    readFrames(child, async ({ method, kind, callId, body }) => {
      const { status, body: answer } = await probe.dispatchProbe(implementation, method, body);
      if (kind === messageKinds.posted) return;
      child.stdin.write(encodeFrame({ method, kind: messageKinds.response, status, callId, body: answer }));
    });
    const [code] = await once(child, "close");
    expect(said.trim().split("\n")).toEqual([
      "add 0 197 2",
      "add 15 TOO_DARK: dark blue has no brighter color",
      `describe 0 2 ${totalOf(sample)} label`,
      "sort 12 2 4",
      "sort 0 2 2 2 1,2,",
      `sum ${65538 + 2 + 363}`,
      "classify 2 0",
      "wait 0 12",
      "health 0 1 0 present",
      "appended 0 42",
      "watch 3 ARGUMENT_CANNOT_TRAVEL",
    ]);
    expect(code).toBe(0);
    expect(state.sample).toEqual(sample);
    expect(state.notified).toEqual(["green hey"]);
  });
});
