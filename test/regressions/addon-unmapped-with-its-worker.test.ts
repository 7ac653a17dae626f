/** Node unmapped the addon with the worker thread that had loaded it, while its fault handler and threads were in use. */
import { expect, test } from "vitest";
import { runScript } from "./run-script.ts";

const inWorker = (code: string) => `
import { isMainThread, Worker } from "node:worker_threads";
import { fileURLToPath } from "node:url";
if (!isMainThread) {
  ${code}
} else {
  const worker = new Worker(fileURLToPath(import.meta.url));
  await new Promise((resolve) => worker.once("message", resolve));
  await worker.terminate();
`;
const report = `(await import("node:worker_threads")).parentPort.postMessage("ready");`;

test("a fault that is not a guest's still reaches Node after the worker with the guests is gone", () => {
  const { status, signal, stdout } = runScript(`${inWorker(`
  await (await vm.runProgram(hello, [], { stdout: "ignore" })).exit;
  ${report}`)}
  // A module with one page of memory whose function f loads from the address that it is given.
  const bytes = Uint8Array.from(Buffer.from(
    "0061736d0100000001060160017f017f030201000503010001070501016600000a0901070020002802000b", "hex"));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  try { exports.f(1 << 30); } catch (error) { console.log(error.constructor.name); }
}`);
  expect({ status, signal, stdout }).toEqual({ status: 0, signal: null, stdout: "RuntimeError\n" });
});

test("a worker that is terminated while its guest runs takes nothing down", () => {
  const { status, signal, stdout } = runScript(`${inWorker(`
  const { process } = await vm.runProgram(hello.replace("hello", "fault"), ["loop"], { stdout: "ignore" });
  await process.started;
  ${report}`)}
  await new Promise((resolve) => setTimeout(resolve, 200));
  console.log("alive");
  process.exit(0);
}`);
  expect({ status, signal, stdout }).toEqual({ status: 0, signal: null, stdout: "alive\n" });
});
