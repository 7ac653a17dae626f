/** A guest at a terminal, made by script(1): what it sees and sets is what it does under qemu-riscv64. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../cli/vm-plugin.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler } from "./support/guests.ts";

const skip = missing(crossCompiler, "qemu-riscv64", "script");

/** Types a line and then a key, each when the program asks for it. */
async function atTerminal(command: string): Promise<{ status: number | null; output: string }> {
  const child = spawn("script", ["-qefc", command, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
  let output = "";
  const typed = new Set<string>();
  const type = (text: string, after: string) => {
    if (!output.includes(after) || typed.has(after)) return;
    typed.add(after);
    child.stdin.write(text);
  };
  child.stdout.setEncoding("utf8").on("data", (data: string) => {
    output += data;
    type("typed\n", "/dev/tty");
    type("k", "tcgetattr(0, &raw)");
  });
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, output };
}

test.skipIf(skip)("a terminal's settings, size and input are the guest's", async () => {
  const program = build("terminal");
  const ours = await atTerminal(
    `stty rows 33 cols 99; exec '${process.execPath}' '${join(root, "dist/cli/main.cjs")}' run '${program}' push`,
  );
  const theirs = await atTerminal(`stty rows 33 cols 99; exec qemu-riscv64 '${program}'`);
  const [shared = "", refused = ""] = ours.output.split(/^(?=\d+: ioctl\(0, TIOCSTI)/m);
  expect(shared.split(/\r*\n/)).toEqual(theirs.output.split(/\r*\n/));
  // Nothing is pushed back into the user's terminal.
  expect(refused.match(/= -1 \(Inappropriate ioctl for device\)/g)).toHaveLength(2);
  expect(ours.output).toContain("33 99");
  expect(ours.output).toContain("[k]");
  expect(ours.status).toBe(4);
});
