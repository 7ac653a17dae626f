/** A native instance gave JavaScript at most 64 KiB: a device with more regions was asked four times, and then refused. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { DeviceVirtualClient } from "../../src/contracts/generated/device-virtual.ts";
import { nativePlugins } from "../../src/native.ts";
import { nativeTransport } from "../../src/runtime/native-transport.ts";
import { buildNativeTests } from "../native/build-native-tests.ts";

test("a native device has as many regions as it says", async () => {
  const { plugins } = buildNativeTests();
  const plugin = await nativePlugins.loadPlugin(join(plugins, "many_regions.node"), "many-regions", 5000);
  const instance = nativePlugins.createInstance(plugin, "device.virtual", "many", {});
  const device = new DeviceVirtualClient(nativeTransport("many-regions", instance));
  const regions = device.regions();
  expect([regions.length, regions.at(-1)]).toEqual([10_000, { kind: "port", address: 9999n, size: 1 }]);
  expect(device.read(7, 0, 1)).toBe(7n);
  instance.close();
});
