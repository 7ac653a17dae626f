/** Every machine left a thread-safe function behind: its log's channel and the function that wakes it held each other. */
import { expect, test } from "vitest";
import { runScript } from "./run-script.ts";

test("machines leave no handles of the event loop behind", () => {
  const { stdout } = runScript(
    `
const handles = () => process.report.getReport().libuv.filter(({ type }) => type === "async").length;
const rounds = async (count) => {
  for (let round = 0; round < count; round++) await (await vm.runProgram(hello, [], { stdout: "ignore" })).exit;
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
await rounds(5);
const before = handles();
await rounds(30);
console.log(String(handles() - before));`,
    ["--expose-gc"],
  );
  expect(Number(stdout)).toBeLessThanOrEqual(2);
});
