/** Writes that a device in TypeScript takes without an answer: their order, and what becomes of them when something ends. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pluginFolder } from "../../machine/plugin-folder.ts";
import { debugExit, flatImage } from "./support/image.ts";
import { cannotRun, createMachine, runImage } from "./support/machine.ts";

const head = `import { appendFileSync } from "node:fs"; import { fileURLToPath } from "node:url";
const log = fileURLToPath(new URL("./calls", import.meta.url));
const note = (text) => appendFileSync(log, text + "\\n");
let sum = 0;
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));`;

/** Port 0x600 is answered, 0x610 posted. `post`: what is done with a value. */
function posting(post: string): { readonly plugin: string; calls(): string[] } {
  const regions = `[0x600n, 0x610n].map((address) => ({ kind: "port", address, size: 16 }))`;
  const plugin = pluginFolder(
    "device.virtual",
    `{ regions: () => ${regions}, postedWrites: () => 2,
       read() { note("read"); return sum & 255; },
       write(region, offset, size, value) { note("write " + value); },
       post(region, offset, size, value) { ${post} },
       flush() { note("flush"); }, reset() { note("reset"); sum = 0; } }`,
    { head },
  );
  return { plugin, calls: () => readFileSync(join(plugin, "calls"), "utf8").trimEnd().split("\n") };
}

/** Adds up what is posted. */
const adding = "sum += Number(value);";
const noting = 'note("post " + value);';
/** Posts ecx, ecx - 1, ... 1. */
const countDown = (from: number) => `movl $${from}, %ecx; movw $0x610, %dx
1: movl %ecx, %eax; outl %eax, %dx; loop 1b`;
const readSum = "movw $0x600, %dx; inb %dx, %al";
const forever = "2: jmp 2b";
const run = (plugin: string, text: string) =>
  runImage(flatImage("long", `${text}\n${debugExit}`), { machine: { plugins: [plugin] } });

describe.skipIf(cannotRun)("posted writes (needs /dev/kvm)", () => {
  test("come in the guest's order, before any access that follows them and before the guest's end is told", async () => {
    const { plugin, calls } = posting(noting);
    await run(plugin, `${countDown(100)}\n movb $7, %al; movw $0x600, %dx; outb %al, %dx\n${countDown(3)}`);
    const counted = (from: number) => Array.from({ length: from }, (_, index) => `post ${from - index}`);
    expect(calls()).toEqual([...counted(100), "write 7", ...counted(3), "flush", "reset"]);
  });

  test("have their effect before a read is answered", async () => {
    const { plugin } = posting(adding);
    // 1 + ... + 10; the exit code is twice the sum and one.
    expect(await run(plugin, `${countDown(10)}\n${readSum}`)).toMatchObject({ code: 111 });
  });

  test("are all taken when they come quicker than the device takes them", async () => {
    const { plugin } = posting(`if (sum === 0) { const end = Date.now() + 300; while (Date.now() < end); } sum += 1;`);
    // Three times what may wait: 3072 is 12 times 256, and 5 more.
    expect(await run(plugin, `${countDown(3077)}\n${readSum}`)).toMatchObject({ code: 11 });
  });

  test("of a device that takes its time are taken one after the other", async () => {
    const { plugin, calls } = posting(`return sleep(Number(value)).then(() => { ${adding} ${noting} });`);
    expect(await run(plugin, `${countDown(5)}\n${readSum}`)).toMatchObject({ code: 31 });
    expect(calls().slice(0, 6)).toEqual(["post 5", "post 4", "post 3", "post 2", "post 1", "read"]);
  });

  test("by a string instruction come element by element", async () => {
    const { plugin, calls } = posting(noting);
    await run(plugin, 'leaq 3f(%rip), %rsi; movl $3, %ecx; movw $0x610, %dx; rep outsb; jmp 4f\n3: .ascii "abc"\n4:');
    expect(calls().slice(0, 3)).toEqual(["post 97", "post 98", "post 99"]);
  });

  test("that a device fails in end its guest with the device named", async () => {
    const failing = posting(`${noting} throw new Error("of the test");`);
    const failure = {
      code: "VMP_DEVICE_FAILED",
      message: expect.stringMatching(/device test-plugin\/test: .*of the test/),
    };
    await expect(run(failing.plugin, `${countDown(3)}\n${forever}`)).rejects.toMatchObject(failure);
    expect(failing.calls()).toEqual(["post 3"]);
    await expect(run(posting(`throw new Error("of the test");`).plugin, countDown(1))).rejects.toMatchObject(failure);
    const read = run(posting(`throw new Error("of the test");`).plugin, `${countDown(1)}\n${readSum}\n${forever}`);
    await expect(read).rejects.toMatchObject(failure);
  });

  test("that are never done end the guest with the device named", async () => {
    const { plugin } = posting("return new Promise(() => {});");
    await expect(run(plugin, `${countDown(1)}\n${forever}`)).rejects.toMatchObject({
      code: "VMP_DEVICE_FAILED",
      message: expect.stringMatching(/device test-plugin\/test: .*not done in 5000 ms/),
    });
  }, 30_000);

  test("hold nobody up when their machine is closed", async () => {
    const { plugin } = posting("return sleep(1);");
    const machine = await createMachine({ machine: { plugins: [plugin] } });
    const image = flatImage("long", `movw $0x610, %dx\n1: outb %al, %dx; jmp 1b`);
    const guest = machine.spawn(image, [], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    const ended = expect(guest.exit).rejects.toMatchObject({ code: "VMP_CANCELLED" });
    await machine.pause();
    machine.resume();
    await machine.close();
    await ended;
  }, 30_000);
});
