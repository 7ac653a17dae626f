/** The wire format, against bytes written by hand from its description. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DebugLoggerClient, dispatchDebugLogger } from "../../src/contracts/generated/debug-logger.ts";
import { DeviceVirtualClient, dispatchDeviceVirtual } from "../../src/contracts/generated/device-virtual.ts";
import type { Answer, SynchronousTransport } from "../../src/contracts/runtime/index.ts";
import { PluginError } from "../../src/sdk/define-plugin.ts";
import { type Language, languageFlags, root, run, warnings } from "./probe-build.ts";

const hex = (...words: string[]): string => words.join("").replaceAll(" ", "");
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const golden = {
  // region 2, four bytes of padding, offset 0x10, size 4, four bytes of padding
  readRequest: hex("02000000 00000000", "1000000000000000", "04000000 00000000"),
  readResponse: hex("8877665544332211"),
  // code: 11 bytes at 36; message: 10 bytes at 47; needed: none, of 8-byte elements
  failure: hex(
    "24000000 0b000000 01000000",
    "2f000000 0a000000 01000000",
    "00000000 00000000 08000000",
    Buffer.from("NO_REGISTERnone there").toString("hex"),
  ),
  regionsRequest: hex("0100000000000000"),
  // one element of 24 bytes at 16: struct_size 24, kind 1, address 0x10000000, size 4096
  regionsResponse: hex(
    "10000000 01000000 18000000",
    "00000000",
    "18000000 01000000",
    "0000001000000000",
    "0010000000000000",
  ),
  // no code, no message; needed: one element of 8 bytes at 40, which is 1
  tooSmall: hex(
    "00000000 00000000 01000000",
    "00000000 00000000 01000000",
    "28000000 01000000 08000000",
    "00000000",
    "0100000000000000",
  ),
  // one record of 48 bytes at 16: struct_size, level 4, nanoseconds 1000, source 4 bytes at 64, message 2 bytes at 68
  logRequest: hex(
    "10000000 01000000 30000000 00000000",
    "30000000 04000000 e803000000000000",
    "40000000 04000000 01000000 00000000",
    "44000000 02000000 01000000 00000000",
    Buffer.from("corehi").toString("hex"),
  ),
};

describe("TypeScript", () => {
  /** Keeps the request and answers with the bytes given. */
  function transport(answer: Answer): SynchronousTransport & { sent: string[] } {
    const sent: string[] = [];
    const keep = (method: number, kind: number, request: Uint8Array) => sent.push(`${method} ${kind} ${text(request)}`);
    return {
      plugin: "serial",
      sent,
      call: (method, kind, request) => {
        keep(method, kind, request);
        return answer;
      },
      post: (method, request) => {
        keep(method, 2, request);
      },
    };
  }

  const device = {
    regions: () => [{ kind: "mmio", address: 0x1000_0000, size: 4096 } as const],
    read(_region: number, offset: number): bigint {
      if (offset === 0x20) throw new PluginError("NO_REGISTER", "none there");
      return 0x1122_3344_5566_7788n;
    },
    write() {},
  };

  test("a client sends these bytes and reads these", () => {
    const link = transport({ status: 0, body: bytes(golden.readResponse) });
    expect(new DeviceVirtualClient(link).read(2, 0x10, 4)).toBe(0x1122_3344_5566_7788n);
    expect(link.sent).toEqual([`2 1 ${golden.readRequest}`]);
    const regions = transport({ status: 0, body: bytes(golden.regionsResponse) });
    expect(new DeviceVirtualClient(regions).regions()).toEqual([{ kind: "mmio", address: 0x1000_0000n, size: 4096 }]);
    const failing = transport({ status: 15, body: bytes(golden.failure) });
    expect(() => new DeviceVirtualClient(failing).read(2, 0x20, 4)).toThrow(
      expect.objectContaining({ code: "serial/NO_REGISTER", message: "none there" }) as Error,
    );
    const logger = transport({ status: 0, body: new Uint8Array(0) });
    new DebugLoggerClient(logger).log({ level: "warn", nanoseconds: 1000n, source: "core", message: "hi" });
    expect(logger.sent).toEqual([`1 2 ${golden.logRequest}`]);
  });

  test("a dispatcher reads these bytes and answers these", () => {
    const dispatch = (method: number, request: string) => {
      const { status, body } = dispatchDeviceVirtual(device, method, bytes(request)) as Answer;
      return { status, body: text(body) };
    };
    expect(dispatch(2, golden.readRequest)).toEqual({ status: 0, body: golden.readResponse });
    expect(dispatch(2, golden.readRequest.replace("10000000", "20000000"))).toEqual({
      status: 15,
      body: golden.failure,
    });
    expect(dispatch(1, golden.regionsRequest)).toEqual({ status: 0, body: golden.regionsResponse });
    const { status, body } = dispatch(1, "0000000000000000");
    expect(status).toBe(12);
    // The message is free text; what is needed stands where golden.tooSmall has it.
    expect(body.slice(48, 96)).toBe(golden.tooSmall.slice(48));
    const records: unknown[] = [];
    dispatchDebugLogger({ log: (record) => records.push(record) }, 1, bytes(golden.logRequest));
    expect(records).toEqual([{ level: "warn", nanoseconds: 1000n, source: "core", message: "hi" }]);
  });
});

describe.each<Language>(["C11", "C++17"])("%s", (language) => {
  test("proxies send these bytes, and stubs answer these", () => {
    const folder = mkdtempSync(join(tmpdir(), "vm-plugin-golden-"));
    try {
      const [compiler, ...standard] = languageFlags(language);
      const program = join(folder, "golden");
      const source = join(import.meta.dirname, "synthetic/golden.c");
      run(compiler, [...standard, ...warnings, `-I${join(root, "native/include")}`, source, "-o", program]);
      expect(run(program, []).toString().trim().split("\n")).toEqual([
        "device method 2 kind 1",
        `request 0 ${golden.readRequest}`,
        `response 0 ${golden.readResponse}`,
        "device method 2 kind 1",
        `request 0 ${golden.readRequest.replace("10000000", "20000000")}`,
        `response 15 ${golden.failure}`,
        "error 15 NO_REGISTER none there",
        "device method 1 kind 1",
        "request 0 0000000000000000",
        `response 12 ${golden.tooSmall}`,
        "count 1",
        "device method 1 kind 1",
        `request 0 ${golden.regionsRequest}`,
        `response 0 ${golden.regionsResponse}`,
        "device method 3 kind 1",
        `request 0 ${hex("00000000 00000000", "0000000000000000", "01000000 00000000", "0100000000000000")}`,
        expect.stringMatching(/^response 3 /),
        "device method 4 kind 1",
        "request 0 ",
        "response 0 ",
        "logger method 1 kind 2",
        `request 0 ${golden.logRequest}`,
        "logged 4 core hi",
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
