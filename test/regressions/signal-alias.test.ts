/** Signal 6 was named by its old alias, SIGIOT. */
import { expect, test } from "vitest";
import { runProgram } from "../../src/machine/run-program.ts";
import { guest } from "../cli/vm-plugin.ts";

test("a guest that aborts was killed by SIGABRT", async () => {
  const { exit } = await runProgram(guest("fault"), ["abort"]);
  expect(await exit).toMatchObject({ code: null, signal: "SIGABRT", status: 134 });
});
