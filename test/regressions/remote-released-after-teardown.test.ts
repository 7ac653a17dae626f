/** The finalizer of a TypeScript device's native side touched its thread-safe function after Node had torn it down: abort. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { guest, root, vmPlugin } from "../cli/vm-plugin.ts";

test("a run with a device in TypeScript ends with its own status, not with an abort of Node's", () => {
  const device = join(root, "test/examples/typescript-device");
  for (let round = 0; round < 3; round++) {
    expect(vmPlugin(["run", "--plugin", device, guest("exit-code"), "9"])).toEqual({
      status: 9,
      stdout: "",
      stderr: "",
    });
  }
});
