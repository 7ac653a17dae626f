/** A guest's output pipe that nobody read stayed open for as long as the Node process. */
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { runProgram } from "../../src/machine/run-program.ts";
import { guest } from "../cli/vm-plugin.ts";

test("output that nobody reads costs no descriptor once the guest has ended", async () => {
  const descriptors = () => readdirSync("/proc/self/fd").length;
  await (await runProgram(guest("hello"))).exit;
  const before = descriptors();
  for (let round = 0; round < 10; round++) await (await runProgram(guest("hello"))).exit;
  await expect.poll(descriptors, { timeout: 5000 }).toBeLessThanOrEqual(before);
});
