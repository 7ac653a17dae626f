/** The host calls functions of a guest that waits. */
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { guest } from "../../cli/vm-plugin.ts";
import { kvm, skip } from "../../plugins/kvm/support/platform.ts";
import { riscv64 } from "../../plugins/linux/support/platform.ts";
import { errorOf } from "../../support/errors.ts";
import { missing } from "../../support/programs.ts";
import { testCalls } from "./suite.ts";

testCalls("calls of a function on riscv64", riscv64, missing(riscv64.compilers.c) !== false);
testCalls("calls of a function on kvm (needs /dev/kvm)", kvm, skip !== false);

describe("the arguments of a call", () => {
  test.each([
    ["", [], {}, "symbol"],
    ["none\0", [], {}, "symbol"],
    ["none", [1, 2, 3, 4, 5, 6, 7], {}, "args"],
    ["none", [0.5], {}, "args[0]"],
    ["none", [0, 2 ** 53], {}, "args[1]"],
    ["none", ["1"], {}, "args[0]"],
    ["none", [2n ** 64n], {}, "args[0]"],
    ["none", [-(2n ** 63n) - 1n], {}, "args[0]"],
    ["none", "1", {}, "args"],
    ["none", [], { timeout: 0 }, "timeout"],
    ["none", [], { timeout: "1s" }, "timeout"],
    ["none", [], { timeouts: 1 }, "timeouts"],
  ])("are checked: case %#", async (symbol, args, options, named) => {
    await using machine = await Machine.create({ architecture: "riscv64", memory: "64M" });
    const process = machine.spawn(guest("echo"), [], { stdin: "pipe" });
    const error = await errorOf(() => process.call(symbol, args as never, options as never));
    expect(error.code).toBe("VMP_INVALID_ARGUMENT");
    expect(error.message).toContain(named);
    process.stdin?.end();
    process.stdout?.resume();
    await process.exit;
  });
});
