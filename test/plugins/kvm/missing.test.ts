/** `run --engine kvm` where /dev/kvm cannot be used: one coded error with values and what to do. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { guest, main } from "../../cli/vm-plugin.ts";
import { folder } from "../../support/folder.ts";
import { missing } from "../../support/programs.ts";
import { skip as cannotRun } from "./support/platform.ts";

/** A /dev of a mount namespace's own, with what Node needs. */
const emptyDevices = `
  mount --make-rprivate /
  mount -t tmpfs -o mode=755 none /dev
  mknod -m 666 /dev/null c 1 3
  mknod -m 666 /dev/urandom c 1 9`;

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn("skipped: only root can have a /dev of its own");
const skip = process.arch !== "x64" || !isRoot || missing("unshare", "mount", "mknod", "setpriv");

/** What it says with a /dev prepared by a script, behind another program, in an environment with more. */
function refusalWith(prepare: string, { prefix = "", env = {} } = {}): string {
  const script = `${prepare}\nexec ${prefix} '${process.execPath}' '${main}' "$@"`;
  const words = ["run", "--engine", "kvm", guest("hello", "x86_64")];
  const { status, stdout, stderr } = spawnSync("unshare", ["-m", "sh", "-e", "-c", script, "sh", ...words], {
    encoding: "utf8",
    env: { ...process.env, VM_PLUGIN_HOME: "/nonexistent", ...env },
    timeout: 60_000,
  });
  expect(stdout).toBe("");
  expect(stderr.match(/error/gi)?.length ?? 0).toBeLessThanOrEqual(1);
  expect(status).toBeGreaterThan(0);
  expect(status).toBeLessThan(128);
  return stderr;
}

/** For what is there and is not KVM's device there is no module to be loaded. */
const remove = /remove it, then mknod -m 660 \/dev\/kvm c 10 232/;

describe.skipIf(skip)("the engine kvm", () => {
  const nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups";
  test.each([
    ["without the device", "", "", /kvm\/KVM_MISSING: \/dev\/kvm: No such file/, /firmware.*module kvm/],
    ["without permission", "mknod -m 600 /dev/kvm c 10 232", nobody, /kvm\/KVM_DENIED/, /usermod -aG kvm/],
    [
      "with a device that has no driver",
      "mknod /dev/kvm c 10 254",
      "",
      /kvm\/KVM_MISSING: .*No such device/,
      /module kvm/,
    ],
    ["with a file in the device's place", ": > /dev/kvm", "", /kvm\/KVM_NOT_A_DEVICE.*Inappropriate ioctl/, remove],
    ["with a folder in its place", "mkdir /dev/kvm", "", /kvm\/KVM_NOT_A_DEVICE: \/dev\/kvm is a folder/, remove],
    ["with another device in its place", "mknod /dev/kvm c 1 5", "", /kvm\/KVM_NOT_A_DEVICE/, remove],
    ["with a pipe in its place", "mkfifo /dev/kvm", "", /kvm\/KVM_NOT_A_DEVICE/, remove],
  ])("%s", (_, prepare, prefix, reason, fix) => {
    const said = refusalWith(`${emptyDevices}\n${prepare}`, { prefix });
    expect(said).toMatch(reason);
    expect(said).toMatch(fix);
    expect(said.includes("module")).toBe(fix !== remove && prefix === "");
  });
});

describe.skipIf(skip || cannotRun)("the engine kvm on another KVM (needs /dev/kvm)", () => {
  test.each([
    ["of another API version", { KVM_VERSION: "13" }, /kvm\/KVM_WRONG_VERSION: .*API version 13, and 12 is needed/],
    [
      "without a capability",
      { KVM_WITHOUT: "136" },
      /kvm\/KVM_TOO_OLD: .*KVM_CAP_IMMEDIATE_EXIT \(capability 136\).*Linux/,
    ],
    ["without shared registers", { KVM_WITHOUT: "74" }, /kvm\/KVM_TOO_OLD: .*KVM_CAP_SYNC_REGS/],
  ])("%s", (_, env, reason) => {
    const library = join(folder(), "other-kvm.so");
    const source = fileURLToPath(new URL("support/other-kvm.c", import.meta.url));
    expect(spawnSync("gcc", ["-shared", "-fPIC", "-o", library, source], { encoding: "utf8" }).stderr).toBe("");
    expect(refusalWith("", { env: { ...env, LD_PRELOAD: library } })).toMatch(reason);
  });
});
