import { expect, test } from "vitest";
import { runScript } from "./run-script.ts";

test("an exception of a stop listener is an uncaught one, not a lost one", () => {
  const { status, stderr } = runScript(`
    const machine = await vm.Machine.create({ architecture: "riscv64", memory: "4M" });
    const guest = machine.spawn(hello.replace(/hello$/, "echo"), [], { stdin: "pipe" });
    process.on("uncaughtException", (error) => { console.error(error.message); guest.kill("SIGKILL"); process.exitCode = 3; });
    guest.onstop = (signal) => { throw new Error("refused " + signal); };
    await guest.started;
    guest.kill("SIGSTOP");
    await guest.exit;
    await machine.close();
  `);
  expect({ status, stderr }).toEqual({ status: 3, stderr: "refused SIGSTOP\n" });
});
