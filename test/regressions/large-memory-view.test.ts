/** Node refuses an ArrayBuffer over 4 GiB only after its finalizer has run: asking for one aborted the process. */
import { expect, test } from "vitest";
import { runScript } from "./run-script.ts";

test("the memory of a machine that is too large for an ArrayBuffer is refused by name", () => {
  const { status, signal, stdout } = runScript(
    `
const machine = await vm.Machine.create({ architecture: "riscv64", memory: "8G" });
try { machine.memory; } catch (error) { console.log(error.code); }
globalThis.gc();
await machine.close();`,
    ["--expose-gc"],
  );
  expect({ status, signal, stdout }).toEqual({ status: 0, signal: null, stdout: "VMP_INVALID_ARGUMENT\n" });
});
