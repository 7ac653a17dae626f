import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { GuestProcess } from "../../../src/machine/guest-process.ts";
import { Machine } from "../../../src/machine/machine.ts";
import { build } from "../linux/support/guests.ts";
import { machineOptions } from "../linux/support/platform.ts";
import { only, piped, Server, testSnapshots } from "../linux/support/snapshots.ts";
import { kvm, skip } from "./support/platform.ts";

testSnapshots("a snapshot on kvm (needs /dev/kvm)", kvm, skip);

describe.skipIf(skip)("registers and a snapshot on kvm (needs /dev/kvm)", () => {
  const guests = fileURLToPath(new URL("guests", import.meta.url));
  const stop = (process: GuestProcess) =>
    new Promise<void>((resolve) => {
      process.onstop = () => resolve();
    });

  test("are what they were after another program took the place of theirs", async () => {
    await using machine = await Machine.create({ ...machineOptions(kvm), memory: "64M" });
    const server = new Server(machine.spawn(build("leaks", kvm.compilers.c, guests), ["exec"], piped));
    await stop(server.process);
    await using snapshot = await machine.snapshot();
    for (let turn = 0; turn < 3; turn++) {
      const stopped = stop(server.process);
      server.process.kill("SIGCONT");
      await stopped;
      expect(await server.next()).toBe("right after 16");
      await machine.reset(snapshot);
    }
  });

  test("are what they were, those of vectors too, in forks and after each way back", async () => {
    await using machine = await Machine.create({ ...machineOptions(kvm), memory: "64M" });
    const server = new Server(machine.spawn(build("leaks", kvm.compilers.c, guests), [], piped));
    await stop(server.process);
    await using snapshot = await machine.snapshot();
    await using fork = await snapshot.fork(piped);
    const copy = only(fork);
    for (const one of [server, copy, server, copy]) {
      const stopped = stop(one.process);
      one.process.kill("SIGCONT");
      await stopped;
    }
    expect([await copy.next(), await copy.next()]).toEqual(["right after 16", "right after 56"]);
    expect([await server.next(), await server.next()]).toEqual(["right after 16", "right after 56"]);
    for (let turn = 0; turn < 3; turn++) {
      await machine.reset(snapshot);
      const stopped = stop(server.process);
      server.process.kill("SIGCONT");
      await stopped;
      expect(await server.next()).toBe("right after 16");
    }
  });
});
