/** Event descriptors and bytes between descriptors and processes, compared with what qemu-riscv64 gives. */
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run, runOnHost, twins } from "./support/guests.ts";
import { riscv64 } from "./support/platform.ts";

const skip = missing(crossCompiler, "qemu-riscv64");

describe.skipIf(skip)("descriptors behave as under qemu-riscv64", () => {
  test.each([
    ["events", "epoll, eventfd, timerfd, signalfd, inotify and memfd"],
    ["transfers", "splice, tee, vmsplice, sendfile, copy_file_range, fcntl and vectors"],
    ["pipelines", "pipes, flags, positions and interest lists that processes share"],
  ] as const)("%s: %s", async (name, _what) => {
    const [ours, theirs] = twins(build(name));
    await using machine = await Machine.create({ architecture: "riscv64", memory: "256M", root: ours });
    const result = await run(machine, "./program", ["work"]);
    const expected = runOnHost(riscv64, theirs, ["work"]);
    expect(result.stdout.split("\n")).toEqual(expected.stdout.split("\n"));
    expect(result.stdout).toContain(`the end of ${name}`);
    expect({ status: result.status, stderr: result.stderr }).toEqual({
      status: expected.status,
      stderr: expected.stderr,
    });
  });
});
