import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bundleProgram } from "../support/bundle.ts";
import { folder } from "../support/folder.ts";
import type { Report } from "./stress-program.ts";

const total = 10_000;
const mebibyte = 2 ** 20;

test(`${total} machines, finished, aborted, closed, dropped and refused at any moment, leave nothing behind`, async () => {
  const program = await bundleProgram(fileURLToPath(new URL("stress-program.ts", import.meta.url)), folder());
  const seed = Number(process.env.VM_PLUGIN_SEED ?? Date.now() % 2 ** 31);
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--expose-gc", program, String(total), String(seed)],
    { encoding: "utf8", timeout: 600_000 },
  );
  console.info(`seed ${seed}: ${stdout.trim()}`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const { before, after, outcomes } = JSON.parse(stdout) as Report;
  expect(after.threads).toBeLessThanOrEqual(before.threads);
  expect(after.descriptors).toBeLessThanOrEqual(before.descriptors);
  // Each machine has more than two mappings; those of the C library's and V8's heaps come and go.
  expect(after.mappings).toBeLessThan(before.mappings + total / 20);
  // Less than 250 bytes a machine of JavaScript, and less than 2.5 KiB of everything.
  expect(after.heap - before.heap).toBeLessThan(2.5 * mebibyte);
  expect(after.resident - before.resident).toBeLessThan(24 * mebibyte);
  // Every way to end was taken.
  for (const outcome of ["code 0", "SIGKILL", "VMP_CANCELLED", "instructions", "time", "VMP_PROGRAM_NOT_FOUND"])
    expect(outcomes[outcome], outcome).toBeGreaterThan(total / 50);
}, 600_000);
