/** Event descriptors and bytes between descriptors and processes, compared with what qemu-riscv64 gives. */
import { describe, test } from "vitest";
import { missing } from "../../support/programs.ts";
import { riscv64 } from "./support/platform.ts";
import { sameResults } from "./support/same-results.ts";

const skip = missing(riscv64.compilers.c, "qemu-riscv64");

describe.skipIf(skip)("descriptors behave as under qemu-riscv64", () => {
  test.each([
    ["events", "epoll, eventfd, timerfd, signalfd, inotify and memfd"],
    ["transfers", "splice, tee, vmsplice, sendfile, copy_file_range, fcntl and vectors"],
    ["pipelines", "pipes, flags, positions and interest lists that processes share"],
  ] as const)("%s: %s", (name, _what) => sameResults(riscv64, name, { args: ["work"], last: `the end of ${name}` }));
});
