/** The TypeScript that is generated: its types, its accessors of memory, and calls that stay in one process. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { enumeration, field, layout, method, output, u32 } from "../../src/contracts/index.ts";
import {
  type Answer,
  type AsynchronousTransport,
  type Dispatch,
  type DispatchEnvironment,
  HandleTable,
  type SharedSpan,
  type SynchronousTransport,
} from "../../src/contracts/runtime/index.ts";
import { PluginError } from "../../src/sdk/define-plugin.ts";
import { defaultsOf } from "../../src/sdk/generator/marshal-defaults.ts";
import { defaultResult } from "../../src/sdk/generator/ts-dispatcher.ts";
import { type Language, ProbeBuild, root, run } from "./probe-build.ts";
import { type ProbeState, typescriptProbe } from "./probe-implementation.ts";
import type { Listener, Probe, ProbeModule } from "./probe-module.ts";

let build: ProbeBuild;
let probe: ProbeModule;

beforeAll(async () => {
  build = new ProbeBuild();
  probe = await build.typescript();
});

afterAll(() => build.remove());

/** What a person writes against the generated types. Each line marked with an error must be one. */
const consumer = `
import type { Color, Listener, PointMap, Probe, Reading } from "./index.ts";
import { ProbeAsynchronousClient, ProbeClient, ProbeHandle, StateView, dispatchProbe } from "./probe.ts";

export const probe: Probe = {
  add: (a, b, c) => ({ sum: b + BigInt(a + c), brighter: "green" }),
  describe: (sample) => ({ severity: "mild", total: sample.tags.length, text: sample.label }),
  sort: (readings) => ({ sorted: readings, names: "" }),
  sum: (numbers) => numbers.length,
  classify: (name) => (name === "" ? "none" : "harsh"),
  fill: (from, to) => to.view.setUint8(0, from.view.getUint8(0)),
  wait: async (milliseconds, signal) => (signal.aborted ? 0 : milliseconds),
  watch: (_session, listener) => { listener.progress(1, "x"); return 1; },
  notify: () => {},
};
export const point: PointMap["acme.probe"] = probe;
export const color: Color = "dark-blue";
// @ts-expect-error: not one of the values
export const wrong: Color = "purple";
// @ts-expect-error: weight is missing
export const reading: Reading = { id: 1, color, pair: { first: 1, second: 2, flavor: 77 } };
// @ts-expect-error: a number where the answer has text
export const listener: Listener = { progress() {}, note: (text: number) => {} };
export type Sum = ReturnType<ProbeClient["add"]>["sum"] extends bigint ? true : never;
export type Waited = ReturnType<ProbeAsynchronousClient["wait"]> extends Promise<number> ? true : never;
export const yes: [Sum, Waited] = [true, true];
export const handle: Probe = new ProbeHandle(probe, "acme");
export const size: number = StateView.size;
export const answer = dispatchProbe(probe, 1, new Uint8Array(40));
`;

test("the types are as an implementer expects them", () => {
  writeFileSync(join(build.folder, "typescript/consumer.ts"), consumer);
  const options = { extends: join(root, "tsconfig.json"), compilerOptions: { rootDir: "/" }, include: ["typescript"] };
  writeFileSync(join(build.folder, "tsconfig.json"), JSON.stringify(options));
  run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", build.folder]);
});

describe.each<Language>(["C11", "C++17"])("a view of memory that %s laid out", (language) => {
  test("reads what was written there, and writes what is read there", () => {
    const program = build.program("probe_layouts", language);
    const bytes = new Uint8Array(run(program, []));
    expect(bytes.length).toBe(probe.StateView.size);
    const state = new probe.StateView(new DataView(bytes.buffer));
    expect([state.loadReady(), state.loadWanted(), state.loadTicks()]).toEqual([7, -2, 0x1122_3344_5566_7788n]);
    expect([state.engine, state.session, state.nameAddress, state.nameSize]).toEqual([0n, 0n, 0n, 99n]);
    expect(state.pair).toMatchObject({ first: -3, second: 65535 });
    expect(state.choiceNumber).toBe(0x0807_0605_0403_0201n);
    expect(state.choicePair).toMatchObject({ first: 0x0403_0201, second: 0x0605, flavor: 0x0807 });
    expect([state.low, state.high, state.text]).toEqual([1, 0xffff_ffff, "hi"]);
    expect([state.pairs(1).first, state.words(1)]).toEqual([11, 22]);
    expect(() => state.words(2)).toThrow("index 2 of 2");
    expect(state.orReady(8)).toBe(7);
    state.storeWanted(-9);
    state.storeTicks(5n);
    state.low = 6;
    state.text = "tschüss, longer than there is room for";
    state.setWords(1, 44);
    state.pairs(1).first = -12;
    expect(run(program, ["check"], { input: bytes }).toString()).toBe("15 -9 5 -3 0 6 4294967295 -12 44 tschüs\n");
  });
});

/** Both ends in one thread; handles and callbacks are looked up in tables as two processes would. */
class Loopback implements SynchronousTransport {
  readonly plugin = "acme-probe";
  readonly shared = new Uint8Array(256);
  readonly handles = new HandleTable("acme-probe");
  callbacks = 0;
  /** Transports to callbacks, until they are given back. */
  readonly imported = new Set<SynchronousTransport>();
  readonly #implementation: Probe;

  constructor(implementation: Probe) {
    this.#implementation = implementation;
  }

  #environment(signal?: AbortSignal): DispatchEnvironment {
    return {
      shared: this.shared,
      importHandle: (type, handle) => this.handles.find(type, handle),
      importCallback: (table, handle) => {
        const dispatch = this.handles.find(table, handle) as Dispatch;
        const call = (method: number, _kind: number, request: Uint8Array) => dispatch(method, request) as Answer;
        const transport: SynchronousTransport = {
          plugin: "caller",
          call,
          post: (method, request) => void dispatch(method, request),
        };
        this.imported.add(transport);
        return transport;
      },
      releaseCallback: (transport) => void this.imported.delete(transport),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  dispatch(method: number, request: Uint8Array, signal?: AbortSignal): Answer | Promise<Answer> {
    return probe.dispatchProbe(this.#implementation, method, request.slice(), this.#environment(signal));
  }

  call(method: number, _kind: number, request: Uint8Array, signal?: AbortSignal): Answer {
    return this.dispatch(method, request, signal) as Answer;
  }

  post(method: number, request: Uint8Array): void {
    void this.dispatch(method, request);
  }

  exportHandle(type: string, object: unknown): bigint {
    return this.handles.insert(type, object);
  }

  exportCallback(table: string, dispatch: Dispatch): bigint {
    this.callbacks++;
    return this.handles.insert(table, dispatch);
  }

  withdrawCallback(handle: bigint): void {
    this.callbacks--;
    this.handles.revoke(handle);
  }
}

describe("a client and a dispatcher in one process", () => {
  const asynchronous = (loopback: Loopback): AsynchronousTransport => ({
    plugin: loopback.plugin,
    post: (method, request) => loopback.post(method, request),
    send: async (method, _kind, request, signal) => loopback.dispatch(method, request, signal),
    exportHandle: (type, object) => loopback.exportHandle(type, object),
    exportCallback: (table, dispatch) => loopback.exportCallback(table, dispatch),
    withdrawCallback: (handle) => loopback.withdrawCallback(handle),
  });

  test("a callback is called back, and taken back after the call", () => {
    const loopback = new Loopback(typescriptProbe({ notified: [] }));
    const heard: string[] = [];
    const listener: Listener = {
      progress: (done, text) => void heard.push(`${done} ${text}`),
      note: (text) => void heard.push(text),
    };
    expect(new probe.ProbeClient(loopback).watch({}, listener)).toBe(2);
    expect(heard).toEqual(["1 one", "one"]);
    expect(loopback.callbacks).toBe(0);
    expect(loopback.imported.size).toBe(0);
  });

  test("a callback is given back when the promise of an asynchronous method is settled", async () => {
    let finish: ((events: number) => void) | undefined;
    const watched = new Promise<number>((resolve) => {
      finish = resolve;
    });
    const loopback = new Loopback({ ...typescriptProbe({ notified: [] }), watch: () => watched });
    const client = new probe.ProbeAsynchronousClient(asynchronous(loopback));
    const answered = client.watch({}, { progress: () => {}, note: () => {} });
    await new Promise((resolve) => setImmediate(resolve));
    expect(loopback.imported.size).toBe(1);
    finish?.(3);
    expect(await answered).toBe(3);
    expect(loopback.imported.size).toBe(0);
  });

  test("a callback that lives as long as the instance is kept, and one that may be absent is undefined", () => {
    const state: ProbeState = { notified: [] };
    const loopback = new Loopback(typescriptProbe(state));
    const client = new probe.ProbeClient(loopback);
    const heard: string[] = [];
    const listener: Listener = { progress: (done, text) => void heard.push(`${done} ${text}`), note: () => {} };
    client.subscribe({}, listener, undefined);
    expect([loopback.callbacks, loopback.imported.size, heard]).toEqual([1, 1, []]);
    state.listener?.progress(4, "later");
    client.subscribe({}, listener, listener);
    expect([loopback.callbacks, loopback.imported.size, heard]).toEqual([2, 2, ["4 later", "2 two"]]);
  });

  test("a handle that may be absent is undefined, any other absent one is refused", () => {
    const sessions: unknown[] = [];
    const implementation = {
      ...typescriptProbe({ notified: [] }),
      watch: (session: object | undefined) => sessions.push(session),
      subscribe: (session: object) => void sessions.push(session),
    };
    const client = new probe.ProbeClient(new Loopback(implementation));
    const nobody: Listener = { progress: () => {}, note: () => {} };
    expect(client.watch(undefined, nobody)).toBe(1);
    const absent = undefined as unknown as object;
    const refused = expect.objectContaining({ code: "acme-probe/MALFORMED" }) as Error;
    expect(() => client.subscribe(absent, nobody, undefined)).toThrow(refused);
    expect(sessions).toEqual([undefined]);
  });

  test("an error of a callback goes through both sides", () => {
    const loopback = new Loopback(typescriptProbe({ notified: [] }));
    const listener: Listener = {
      progress: () => {
        throw new PluginError("ENOUGH", "no more");
      },
      note: () => {},
    };
    expect(() => new probe.ProbeClient(loopback).watch({}, listener)).toThrow(
      expect.objectContaining({ code: "acme-probe/ENOUGH", message: "no more" }) as Error,
    );
    expect(loopback.callbacks).toBe(0);
  });

  test("an object behind a handle is the one that was passed, and a revoked one is refused", () => {
    const sessions: (object | undefined)[] = [];
    const loopback = new Loopback({ ...typescriptProbe({ notified: [] }), watch: (session) => sessions.push(session) });
    const session = { name: "session" };
    const nobody: Listener = { progress: () => {}, note: () => {} };
    new probe.ProbeClient(loopback).watch(session, nobody);
    expect(sessions[0]).toBe(session);
    const handle = loopback.handles.insert("acme_session", session);
    loopback.handles.revoke(handle);
    loopback.exportHandle = () => handle;
    expect(() => new probe.ProbeClient(loopback).watch(session, nobody)).toThrow(
      expect.objectContaining({ code: "VMP_REVOKED" }) as Error,
    );
    expect(loopback.handles.insert("acme_session", session)).not.toBe(handle);
    expect(() => new probe.ProbeClient(loopback).watch(session, nobody)).toThrow(
      expect.objectContaining({ code: "VMP_REVOKED" }) as Error,
    );
    expect(sessions).toHaveLength(1);
  });

  test("shared spans are one memory, and nothing outside of it can be named", () => {
    const loopback = new Loopback(typescriptProbe({ notified: [] }));
    const client = new probe.ProbeClient(loopback);
    const span = (offset: number, count: number, stride: number, bytes = loopback.shared): SharedSpan => ({
      view: new DataView(bytes.buffer, bytes.byteOffset + offset, count * stride),
      count,
      stride,
    });
    loopback.shared.set([7, 8], 3);
    client.fill(span(3, 2, 1), span(64, 2, 32));
    expect([loopback.shared[64], loopback.shared[96]]).toEqual([7, 8]);
    expect(() => client.fill(span(0, 2, 1, new Uint8Array(8)), span(64, 2, 32))).toThrow(
      "does not lie in the shared memory",
    );
    expect(() => client.fill(span(3, 2, 1), span(64, 2, 16))).toThrow(
      expect.objectContaining({ code: "acme-probe/MALFORMED" }) as Error,
    );
    expect(() => client.fill(span(3, 3, 1), span(64, 2, 32))).toThrow(
      expect.objectContaining({ code: "acme-probe/INVALID_ARGUMENT", message: "more bytes than elements" }) as Error,
    );
  });

  test("an AbortSignal reaches the implementation, and its error comes back", async () => {
    const client = new probe.ProbeAsynchronousClient(asynchronous(new Loopback(typescriptProbe({ notified: [] }))));
    const controller = new AbortController();
    const waiting = client.wait(5, controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "VMP_CANCELLED" });
    await expect(client.wait(5, new AbortController().signal)).resolves.toBe(5);
  });

  test("an implementation may answer a synchronous method with a promise", async () => {
    const slow = {
      ...typescriptProbe({ notified: [] }),
      classify: (async () => "harsh") as unknown as Probe["classify"],
    };
    await expect(new probe.ProbeAsynchronousClient(asynchronous(new Loopback(slow))).classify("x")).resolves.toBe(
      "harsh",
    );
  });

  test("methods that the implementation lacks answer their defaults", () => {
    const { health: _health, appended: _appended, ...rest } = typescriptProbe({ notified: [] });
    const client = new probe.ProbeClient(new Loopback(rest));
    expect(client.health()).toEqual({
      level: 5,
      severity: "harsh",
      report: { severity: "mild", total: 3n, text: "absent" },
    });
    expect(client.appended(4)).toBe(0);
  });

  test("a default that a contract does not give is 0, whichever value stands first", () => {
    const mood = enumeration({ name: "Mood", prefix: "ACME_MOOD", values: { GLAD: 2, NOT_KNOWN: 0 } });
    const found = layout("acme_found", {}, [field("mood", mood), field("count", u32)]);
    const optional = method("look", { thread: "any", optional: true }, [output("mood", mood), output("found", found)]);
    expect(defaultResult(optional)).toBe('{ mood: "not-known", found: { mood: "not-known", count: 0 } }');
    // As the zeroed result of a stub is read.
    expect(defaultsOf(optional)).toEqual([]);
  });

  test("what an implementation answers is checked", () => {
    const broken = (answer: unknown) =>
      new probe.ProbeClient(
        new Loopback({
          ...typescriptProbe({ notified: [] }),
          sum: () => answer as bigint,
          classify: () => answer as string,
        }),
      );
    expect(() => broken(-1).sum([], [], "")).toThrow("the result must fit an unsigned 64-bit integer, -1 does not");
    expect(() => broken(1.5).sum([], [], "")).toThrow("the result must be a bigint or a safe integer, not 1.5");
    expect(() => broken("awful").classify("")).toThrow("awful is none of none, mild, harsh");
    expect(broken(3).sum([], [], "")).toBe(3n);
  });

  test("fields that an older or a later minor sends are 0 or ignored", () => {
    const seen: unknown[] = [];
    const implementation = {
      ...typescriptProbe({ notified: [] }),
      sort: (readings: unknown[]) => {
        seen.push(...readings);
        return { sorted: [], names: "" };
      },
    };
    const request = (stride: number) => {
      const bytes = new Uint8Array(32 + stride);
      const view = new DataView(bytes.buffer);
      for (const [index, word] of [32, 1, stride].entries()) view.setUint32(index * 4, word, true);
      view.setUint32(32, 77, true);
      view.setUint32(36, 2, true);
      if (stride >= 32) view.setUint32(56, 2, true);
      if (stride > 32) bytes.fill(0xff, 64);
      return bytes;
    };
    for (const stride of [24, 32, 48])
      expect((probe.dispatchProbe(implementation, 3, request(stride)) as Answer).status).toBe(0);
    const known = { id: 77, color: "green", weight: 0, pair: { first: 0, second: 0, flavor: 0 } };
    expect(seen).toEqual([
      { ...known, severity: "none" },
      { ...known, severity: "harsh" },
      { ...known, severity: "harsh" },
    ]);
  });
});
