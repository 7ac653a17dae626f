/** Messages that break the wire format: refused by stub and dispatcher alike, and never a crash. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, messageKinds, type SynchronousTransport } from "../../src/contracts/runtime/index.ts";
import { type Language, ProbeBuild, run } from "./probe-build.ts";
import { typescriptProbe } from "./probe-implementation.ts";
import type { Probe, ProbeModule, Reading, Sample } from "./probe-module.ts";
import { StdioTransport } from "./stdio-transport.ts";

const sanitizers = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];
const malformed = 13;
const numbers = { add: 1, describe: 2, sort: 3, sum: 4, classify: 5, watch: 8, native: 10, subscribe: 13 };

const reading: Reading = {
  id: 1,
  color: "red",
  weight: 1,
  pair: { first: 1, second: 2, flavor: "sweet" },
  severity: "mild",
};
const sample: Sample = {
  color: "red",
  count: 1,
  mask: 2n,
  delta: 3n,
  offset: 4,
  tiny: 5,
  byte: 6,
  half: 7,
  single: 8,
  name: "name",
  label: "label",
  access: 1,
  bytes: new Uint8Array(8),
  numbers: [1, 2, 3, 4],
  pairs: [reading.pair, reading.pair],
  tags: ["one", "two"],
  readings: [reading, reading],
  blob: Uint8Array.of(1, 2),
  choice: new Uint8Array(8),
};

let build: ProbeBuild;
let probe: ProbeModule;

beforeAll(async () => {
  build = new ProbeBuild();
  probe = await build.typescript();
});

afterAll(() => build.remove());

/** The request that a call sends. */
function requestOf(call: (client: Required<Probe>) => unknown): Uint8Array {
  let sent = new Uint8Array(0);
  const keep = (_method: number, _kind: number, request: Uint8Array): Answer => {
    sent = request.slice();
    return { status: 9, body: new Uint8Array(0) };
  };
  const transport: SynchronousTransport = { plugin: "acme-probe", call: keep, post: () => {} };
  try {
    call(new probe.ProbeClient(transport));
  } catch {
    // Answered VMP_ERROR_REVOKED above.
  }
  return sent;
}

interface Case {
  readonly name: string;
  readonly method: number;
  readonly request: () => Uint8Array;
  /** 32-bit words to write over it, by offset. */
  readonly words?: Readonly<Record<number, number>>;
}

const add = () => requestOf((client) => client.add(1, 2n, 3, 4, 5, 6, "red"));
const sort = () => requestOf((client) => client.sort([reading, reading]));
const sum = () => requestOf((client) => client.sum([1, 2, 3], [4], "five"));
const describeSample = () => requestOf((client) => client.describe(sample));
const classify = () => requestOf((client) => client.classify("mild"));

// `sort`: the span of readings at 0, its elements of 32 bytes at 32. `describe`: the span at 0, the sample at 16.
const cases: readonly Case[] = [
  { name: "an unknown method", method: 14, request: add },
  { name: "method 0", method: 0, request: add },
  { name: "a native-only method", method: numbers.native, request: () => new Uint8Array(0) },
  { name: "a request that is too short", method: numbers.add, request: () => add().slice(0, 39) },
  { name: "a reserved word that is not zero", method: numbers.add, request: add, words: { 4: 1 } },
  { name: "a value that an enumeration does not have", method: numbers.add, request: add, words: { 36: 4 } },
  { name: "elements that begin inside the fixed part", method: numbers.sort, request: sort, words: { 0: 24 } },
  { name: "elements that begin behind the end", method: numbers.sort, request: sort, words: { 0: 0x1000 } },
  { name: "elements that end behind the end", method: numbers.sort, request: sort, words: { 0: 40 } },
  { name: "elements that are not aligned", method: numbers.sort, request: sort, words: { 0: 36, 4: 1 } },
  { name: "one element too many", method: numbers.sort, request: sort, words: { 4: 3 } },
  { name: "a count whose size overflows 32 bits", method: numbers.sort, request: sort, words: { 4: 0x0800_0000 } },
  { name: "a count of all ones", method: numbers.sort, request: sort, words: { 4: 0xffff_ffff } },
  { name: "a stride of 0", method: numbers.sort, request: sort, words: { 8: 0 } },
  { name: "a stride below the smallest there ever was", method: numbers.sort, request: sort, words: { 8: 16 } },
  { name: "a stride that is not aligned", method: numbers.sort, request: sort, words: { 4: 1, 8: 36 } },
  { name: "a reserved word of an element that is not zero", method: numbers.sort, request: sort, words: { 60: 1 } },
  { name: "an unknown value inside an element", method: numbers.sort, request: sort, words: { 36: 9 } },
  { name: "numbers with another stride than their size", method: numbers.sum, request: sum, words: { 4: 1, 8: 4 } },
  { name: "text with a stride", method: numbers.classify, request: classify, words: { 4: 1, 8: 2 } },
  {
    name: "an empty span that points behind the end",
    method: numbers.classify,
    request: classify,
    words: { 0: 99, 4: 0 },
  },
  { name: "two values where one belongs", method: numbers.describe, request: describeSample, words: { 4: 2 } },
  { name: "no value where one belongs", method: numbers.describe, request: describeSample, words: { 0: 0, 4: 0 } },
  {
    name: "a string inside a layout that leaves the message",
    method: numbers.describe,
    request: describeSample,
    words: { [16 + 48]: 0xfff0 },
  },
  {
    name: "a string inside a layout with a fourth word",
    method: numbers.describe,
    request: describeSample,
    words: { [16 + 60]: 1 },
  },
  {
    name: "text that is not terminated",
    method: numbers.describe,
    request: describeSample,
    words: { [16 + 64]: 0x4141_4141, [16 + 68]: 0x4141_4141, [16 + 72]: 0x4141_4141 },
  },
  {
    name: "no callback where one is needed",
    method: numbers.watch,
    request: () => new Uint8Array(16),
    words: { 0: 7 },
  },
  {
    name: "no handle where one is needed",
    method: numbers.subscribe,
    request: () => new Uint8Array(24),
    words: { 8: 7 },
  },
  {
    name: "items that leave the message",
    method: numbers.describe,
    request: describeSample,
    words: { [16 + 112 + 4]: 1000 },
  },
];

function bytesOf({ request, words = {} }: Case): Uint8Array {
  const bytes = request();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [offset, word] of Object.entries(words)) view.setUint32(Number(offset), word, true);
  return bytes;
}

describe("a TypeScript dispatcher", () => {
  const called: string[] = [];
  const implementation = new Proxy(typescriptProbe({ notified: [] }), {
    get: (target, name) => {
      const method = Reflect.get(target, name) as ((...parameters: unknown[]) => unknown) | undefined;
      return method === undefined
        ? undefined
        : (...parameters: unknown[]) => {
            called.push(String(name));
            return method(...parameters);
          };
    },
  });

  test.each(cases)("refuses $name and does not call the implementation", (broken) => {
    called.length = 0;
    expect(probe.dispatchProbe(implementation, broken.method, bytesOf(broken))).toEqual({
      status: malformed,
      body: new Uint8Array(0),
    });
    expect(called).toEqual([]);
  });

  test.each([add, sort, sum, describeSample, classify])("takes the request that was broken above (%#)", (request) => {
    const method = [add, sort, sum, describeSample, classify].indexOf(request);
    const number = [numbers.add, numbers.sort, numbers.sum, numbers.describe, numbers.classify][method] as number;
    expect((probe.dispatchProbe(implementation, number, request()) as Answer).status).toBe(0);
  });

  test("refuses every truncation of a request", () => {
    for (const [method, request] of [
      [numbers.add, add()],
      [numbers.sort, sort()],
      [numbers.sum, sum()],
      [numbers.describe, describeSample()],
      [numbers.classify, classify()],
    ] as const) {
      for (let size = 0; size < request.length; size++) {
        expect((probe.dispatchProbe(implementation, method, request.slice(0, size)) as Answer).status).toBe(malformed);
      }
    }
  });

  test("never throws on 20,000 random mutations", () => {
    let state = 0x2545f491n;
    const random = (below: number): number => {
      state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
      return Number((state >> 33n) % BigInt(below));
    };
    const requests = [add(), sort(), sum(), describeSample(), classify()];
    const methods = [numbers.add, numbers.sort, numbers.sum, numbers.describe, numbers.classify];
    const cruel = [0, 1, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_fff8, 0xffff_ffff];
    const statuses = new Map<number, number>();
    for (let round = 0; round < 20_000; round++) {
      const index = random(requests.length);
      const bytes = (requests[index] as Uint8Array).slice(0, random(8) === 0 ? random(64) : undefined);
      for (let change = random(3); change >= 0 && bytes.length >= 4; change--) {
        const view = new DataView(bytes.buffer);
        const at = random(bytes.length >> 2) * 4;
        if (random(2) === 0) view.setUint32(at, cruel[random(cruel.length)] as number, true);
        else view.setUint8(at, random(256));
      }
      const { status } = probe.dispatchProbe(implementation, methods[index] as number, bytes) as Answer;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(statuses.get(malformed)).toBeGreaterThan(1000);
    expect(statuses.get(0)).toBeGreaterThan(1000);
  });
});

/** Sanitized builds take long to compile: C has them, and C++ shows that the same holds of the same code there. */
const builds: readonly (readonly [Language, readonly string[]])[] = [
  ["C11", sanitizers],
  ["C++17", []],
];

describe.each(builds)("a %s stub", (language, flags) => {
  let child: ChildProcessWithoutNullStreams;
  let transport: StdioTransport;

  beforeAll(() => {
    child = spawn(build.program("probe_stub", language, ...flags));
    child.stderr.pipe(process.stderr);
    transport = new StdioTransport(child);
  });

  afterAll(() => child.stdin.end());

  test.each(cases)("refuses $name", async (broken) => {
    const { status, body } = await transport.send(broken.method, messageKinds.synchronous, bytesOf(broken));
    expect({ status, size: body.length }).toEqual({ status: malformed, size: 0 });
  });
});

describe.each(builds)("in one process, as %s", (language, flags) => {
  test("100,000 mutations of requests and 75,000 of answers harm neither stub nor proxy", () => {
    const said = run(build.program("probe_fuzz", language, ...flags), ["100000"]).toString();
    expect(said).toMatch(/^truncated and still valid: 0\nrefused: \d+, valid: \d+\n$/);
  });

  test("shared spans, handles, callbacks, cancellation and minors apart work between a proxy and a stub", () => {
    run(build.program("probe_loopback", language, ...flags), []);
  });
});
