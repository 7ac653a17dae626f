/** A personality that refused its configuration kept its plugin in use, and closing the host then hid the reason. */
import { expect, test } from "vitest";
import { Machine } from "../../src/machine/machine.ts";

test("a machine that cannot be made says why, not that its plugin is still in use", async () => {
  await expect(Machine.create({ architecture: "riscv64", root: "/no/such/folder" })).rejects.toMatchObject({
    code: "linux/ROOT_NOT_FOUND",
  });
});
