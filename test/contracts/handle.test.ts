/** Handles of inline plugins: a disabled plugin is not called, and calls are counted where that is asked for. */
import { describe, expect, test } from "vitest";
import { CountedDebugLoggerHandle, type DebugLogger } from "../../src/contracts/generated/debug-logger.ts";
import {
  CountedDeviceVirtualHandle,
  type DeviceVirtual,
  DeviceVirtualHandle,
} from "../../src/contracts/generated/device-virtual.ts";
import { VmPluginError } from "../../src/errors.ts";

class Device implements DeviceVirtual {
  #reads = 0;
  get reads(): number {
    return this.#reads;
  }
  regions(): [] {
    return [];
  }
  read(region: number, offset: number, size: number): number {
    this.#reads++;
    if (offset === 99) throw new Error("no such register");
    return region + offset + size;
  }
  write(): void {}
}

describe.each([
  ["plain", DeviceVirtualHandle],
  ["counted", CountedDeviceVirtualHandle],
] as const)("a %s handle", (_, Handle) => {
  test("calls the implementation with its own receiver, and passes results and errors", () => {
    const device = new Device();
    const handle = new Handle(device, "serial");
    expect(handle.read(1, 2, 4)).toBe(7);
    expect(() => handle.read(0, 99, 1)).toThrow("no such register");
    expect(device.reads).toBe(2);
  });

  test("answers for an optional method that the implementation lacks", () => {
    expect(new Handle(new Device(), "serial").reset()).toBeUndefined();
  });

  test("refuses every method once it is revoked, and leaves the implementation alone", () => {
    const device = new Device();
    const handle = new Handle(device, "serial");
    const other = new Handle(device, "serial");
    handle.read(0, 0, 1);
    handle.revoke();
    const refused = expect.objectContaining({
      code: "VMP_REVOKED",
      values: { point: "device.virtual", id: "serial" },
    }) as VmPluginError;
    expect(() => handle.read(0, 0, 1)).toThrow(refused);
    expect(() => handle.regions()).toThrow(VmPluginError);
    expect(() => handle.write(0, 0, 1, 0n)).toThrow(VmPluginError);
    expect(() => handle.reset()).toThrow(VmPluginError);
    expect(device.reads).toBe(1);
    expect(other.read(0, 0, 1)).toBe(1);
  });
});

describe("a counted handle", () => {
  test("counts calls and errors of all methods, and times one call in 1024", () => {
    const handle = new CountedDeviceVirtualHandle(new Device(), "serial");
    expect(handle.statistics).toEqual({ calls: 0, errors: 0, samples: 0, meanLatency: 0, slowestLatency: 0 });
    for (let index = 0; index < 3000; index++) {
      if (index % 2 === 0) handle.read(0, 0, 1);
      else handle.write(0, 0, 1, 0n);
    }
    for (let index = 0; index < 5; index++) expect(() => handle.read(0, 99, 1)).toThrow();
    const { calls, errors, samples, meanLatency, slowestLatency } = handle.statistics;
    expect({ calls, errors, samples }).toEqual({ calls: 3005, errors: 5, samples: 2 });
    expect(meanLatency).toBeGreaterThan(0);
    expect(slowestLatency).toBeGreaterThanOrEqual(meanLatency);
  });

  test("counts the error of the call that is timed", () => {
    const handle = new CountedDeviceVirtualHandle(new Device(), "serial");
    for (let index = 0; index < 1023; index++) handle.read(0, 0, 1);
    expect(() => handle.read(0, 99, 1)).toThrow("no such register");
    expect(handle.statistics).toMatchObject({ calls: 1024, errors: 1, samples: 1 });
  });

  test("counts a promise that is rejected, and leaves the rejection to the caller", async () => {
    const logger: DebugLogger = {
      log: () => {},
      flush: async () => {
        throw new Error("the disk is full");
      },
    };
    const handle = new CountedDebugLoggerHandle(logger, "file");
    for (let index = 0; index < 1024; index++) await expect(handle.flush()).rejects.toThrow("the disk is full");
    expect(handle.statistics).toMatchObject({ calls: 1024, errors: 1024, samples: 1 });
  });
});
