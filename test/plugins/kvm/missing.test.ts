/** `run --engine kvm` where there is no /dev/kvm, or no permission for it: one coded error with what to do. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { guest, main } from "../../cli/vm-plugin.ts";
import { missing } from "../../support/programs.ts";

/** A /dev of a mount namespace's own, with what Node needs. */
const emptyDevices = `
  mount --make-rprivate /
  mount -t tmpfs -o mode=755 none /dev
  mknod -m 666 /dev/null c 1 3
  mknod -m 666 /dev/urandom c 1 9`;

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn("skipped: only root can have a /dev of its own");
const skip = process.arch !== "x64" || !isRoot || missing("unshare", "mount", "mknod", "setpriv");

function runWith(prepare: string, prefix = "") {
  const script = `${emptyDevices}\n${prepare}\nexec ${prefix} '${process.execPath}' '${main}' "$@"`;
  const words = ["run", "--engine", "kvm", guest("hello", "x86_64")];
  const { status, stdout, stderr } = spawnSync("unshare", ["-m", "sh", "-e", "-c", script, "sh", ...words], {
    encoding: "utf8",
    env: { ...process.env, VM_PLUGIN_HOME: "/nonexistent" },
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

describe.skipIf(skip)("the engine kvm", () => {
  test.each([
    ["without the device", "", "", /\/dev\/kvm/, /mknod|modprobe|nested|firmware/],
    [
      "without permission",
      "mknod -m 600 /dev/kvm c 10 232",
      "setpriv --reuid 65534 --regid 65534 --clear-groups",
      /permission|denied/i,
      /usermod|setfacl/,
    ],
    ["with a file in the device's place", ": > /dev/kvm", "", /\/dev\/kvm/, /module kvm/],
  ])("%s", (_, prepare, prefix, reason, fix) => {
    const { status, stdout, stderr } = runWith(prepare, prefix);
    expect(stdout).toBe("");
    expect(stderr).toMatch(reason);
    expect(stderr).toMatch(fix);
    expect(stderr).toMatch(/\b(VMP|KVM)_[A-Z_]+/);
    expect(stderr.match(/error/gi)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(status).toBeGreaterThan(0);
    expect(status).toBeLessThan(128);
  });
});
