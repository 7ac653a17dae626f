// Node that does nothing: it says "ready" as touch-memory does and waits for the end of its input.
require("node:fs").writeSync(1, "ready\n");
process.stdin.resume();
