/** `vm-plugin doctor` against what the kernel says, and on machines that lack things: namespaces, users and limits make those. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { missing } from "../support/programs.ts";
import { testHome } from "./plugin-package.ts";
import { main, vmPlugin } from "./vm-plugin.ts";

interface Check {
  readonly id: string;
  readonly state: "ok" | "limited" | "missing";
  readonly words: string;
  readonly code: string | null;
  readonly fix: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly "vm-plugin": string;
  readonly usable: boolean;
  readonly checks: readonly Check[];
}

function checkOf({ checks }: Document, id: string): Check {
  const found = checks.find((check) => check.id === id);
  if (found === undefined) throw new Error(`no check ${id} among ${checks.map((check) => check.id).join(", ")}`);
  return found;
}

const environment = { ...process.env, VM_PLUGIN_HOME: "/nonexistent" };

/** Runs it behind other programs, by a shell: `doctor` stands where the command is to be. */
function doctorIn(script: string): Document {
  const doctor = `exec '${process.execPath}' '${main}' doctor --json`;
  const { status, stdout, stderr } = spawnSync("sh", ["-e", "-c", script.replace(/\bdoctor\b/, doctor)], {
    encoding: "utf8",
    env: environment,
    timeout: 60_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

function skipped(reason: string): string {
  console.warn(`skipped: ${reason}`);
  return reason;
}

/** Why this cannot be done behind `unshare` here, said once; false when it can. */
function noNamespace(flag: string, script: string): false | string {
  const absent = missing("unshare", "mount", "mknod");
  if (absent !== false) return absent;
  const { status, stderr } = spawnSync("unshare", [flag, "sh", "-e", "-c", script], { encoding: "utf8" });
  return status !== 0 && skipped(`unshare ${flag}: ${stderr.trim()}`);
}

function canOpenDevice(): boolean {
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return statSync("/dev/kvm").isCharacterDevice();
  } catch {
    return false;
  }
}

const isRoot = process.getuid?.() === 0;
const python = missing("python3");

test("words and JSON say the same, and exit with 0 where an engine can run", () => {
  const { status, stdout, stderr } = vmPlugin(["doctor"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const document: Document = JSON.parse(vmPlugin(["doctor", "--json"]).stdout);
  expect(`vm-plugin ${document["vm-plugin"]}\n`).toBe(vmPlugin(["version"]).stdout);
  const ids = document.checks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const shown = stdout.split("\n").filter((line) => /^\S/.test(line));
  expect(shown.map((line) => line.split(/ +/).slice(0, 2))).toEqual(
    document.checks.map(({ id, state }) => [state, id]),
  );
  // What is free of memory is another number each time.
  for (const { words, fix, id } of document.checks.filter((check) => check.id !== "memory.available")) {
    expect(stdout, id).toContain(words);
    expect(stdout, id).toContain(fix ?? "");
  }
});

test("the vector features are those that the kernel lists for the processor", () => {
  const flags = new Set(/^(?:flags|Features)\s*: (.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1]?.split(" "));
  const { features } = checkOf(doctorIn("doctor"), "processor.simd").facts as { features: string[] };
  const listed =
    process.arch === "x64"
      ? { SSE2: "sse2", SSE3: "pni", "SSE4.2": "sse4_2", AVX: "avx", AVX2: "avx2", FMA: "fma", "AVX-512F": "avx512f" }
      : { "Advanced SIMD": "asimd", SVE: "sve", "dot product": "asimddp" };
  for (const [name, flag] of Object.entries(listed)) expect(features.includes(name), name).toBe(flags.has(flag));
});

test("no tier but inline is said to run plugins, and the machine's part of each is told", () => {
  const document = doctorIn("doctor");
  const tiers = document.checks.filter(({ id }) => id.startsWith("tier."));
  const implemented = tiers.filter(({ facts }) => facts.implemented).map(({ id }) => id);
  expect(implemented).toEqual(["tier.inline"]);
  const sandbox = document.checks.filter(({ id, state }) => id.startsWith("sandbox.") && state === "missing");
  expect(checkOf(document, "tier.process").facts.lacking).toEqual(sandbox.map(({ id }) => id));
});

test("where no engine can run it exits with 3, and says how to get each back", () => {
  const home = testHome();
  const engines = (JSON.parse(home.run("doctor", "--json").stdout) as Document).checks
    .filter(({ id }) => id.startsWith("engine."))
    .map(({ facts }) => String(facts.plugin));
  for (const id of engines) home.run("disable", id);
  const { status, stdout } = home.run("doctor", "--json");
  expect(status).toBe(3);
  const document: Document = JSON.parse(stdout);
  expect(document.usable).toBe(false);
  expect(checkOf(document, "engine")).toMatchObject({ state: "missing", code: "VMP_NO_ENGINE" });
  const found = document.checks.filter(({ id }) => id.startsWith("engine."));
  expect(found.map(({ state, fix }) => ({ state, fix }))).toEqual(
    engines.map((id) => ({ state: "missing", fix: `vm-plugin enable ${id}` })),
  );
});

describe("KVM", () => {
  const engine = "engine.kvm.kvm";

  const absent = python || (!canOpenDevice() && skipped("/dev/kvm cannot be opened"));
  test.skipIf(absent)("offers the memory slots and virtual CPUs that the kernel answers", () => {
    const script = `
import fcntl, os
kvm = os.open("/dev/kvm", os.O_RDWR)
KVM_CHECK_EXTENSION, NR_MEMSLOTS, MAX_VCPUS = 0xAE03, 10, 66
print(fcntl.ioctl(kvm, KVM_CHECK_EXTENSION, NR_MEMSLOTS), fcntl.ioctl(kvm, KVM_CHECK_EXTENSION, MAX_VCPUS))`;
    const { stdout } = spawnSync("python3", ["-c", script], { encoding: "utf8" });
    const [slots, largestVcpus] = stdout.trim().split(" ").map(Number);
    const { state, facts } = checkOf(doctorIn("doctor"), engine);
    expect(state).toBe("ok");
    expect(facts).toMatchObject({ slots, largestVcpus });
  });

  const noUsers = !isRoot && skipped("only root can become another user");
  /** A /dev of the namespace's own, with what Node needs. */
  const emptyDevices = `
    mount --make-rprivate /
    mount -t tmpfs -o mode=755 none /dev
    mknod -m 666 /dev/null c 1 3
    mknod -m 666 /dev/urandom c 1 9`;
  const noMounts = noNamespace("-m", emptyDevices);
  const withEmptyDevices = (script: string) =>
    doctorIn(`unshare -m sh -e -c "${emptyDevices}
    ${script}"`);

  test.skipIf(noUsers || noMounts || missing("setpriv"))(
    "without permission it names the group that has it, and the command",
    () => {
      const [group, , gid] = readFileSync("/etc/group", "utf8").trim().split("\n").at(-1)?.split(":") ?? [];
      const run = (owner: string) =>
        withEmptyDevices(`mknod -m 660 /dev/kvm c 10 232; chown ${owner} /dev/kvm;
          exec setpriv --reuid 65534 --regid 65534 --clear-groups sh -c 'doctor'`);
      const grouped = run(`0:${gid}`);
      const device = checkOf(grouped, "hypervisor.device");
      expect(device).toMatchObject({ state: "missing", words: expect.stringContaining("permission denied") });
      expect(device.words).toContain(`the mode 660, user id 0 and group ${group}`);
      expect(device.fix).toMatch(new RegExp(`^sudo usermod -aG ${group} \\w+, then log in again\\.$`));
      expect(checkOf(grouped, engine)).toMatchObject({ state: "missing", code: "kvm/KVM_DENIED", fix: device.fix });
      expect(checkOf(grouped, "engine")).toMatchObject({ state: "ok" });
      // A group that nobody should be added to.
      expect(checkOf(run("0:0"), "hypervisor.device").fix).toMatch(/^sudo setfacl -m u:\w+:rw \/dev\/kvm/);
    },
  );

  test.skipIf(noMounts)("without the device file it says why, and other engines run", () => {
    const document = withEmptyDevices("doctor");
    const device = checkOf(document, "hypervisor.device");
    expect(device).toMatchObject({ state: "missing", words: expect.stringMatching(/^there is no \/dev\/kvm/) });
    if (process.arch === "x64") expect(device.fix).toMatch(/mknod|modprobe|nested virtualization|firmware/);
    expect(checkOf(document, engine)).toMatchObject({ state: "missing", fix: device.fix });
    expect(checkOf(document, "engine").facts.able).not.toContain("kvm");
    expect(document.usable).toBe(true);
  });

  test.skipIf(noMounts)("a file that is no device in its place is told", () => {
    const document = withEmptyDevices(": > /dev/kvm; doctor");
    const { state, words, fix } = checkOf(document, "hypervisor.device");
    expect({ state, words }).toEqual({ state: "missing", words: "/dev/kvm is not a device file" });
    expect(fix).toContain("mknod");
    expect(checkOf(document, engine)).toMatchObject({ state: "missing", code: "kvm/KVM_NOT_A_DEVICE", fix });
  });

  test.skipIf(noMounts)("another device in its place is told, with the numbers", () => {
    const document = withEmptyDevices("mknod -m 666 /dev/kvm c 1 5; doctor");
    const { state, words, fix } = checkOf(document, "hypervisor.device");
    expect({ state, words }).toEqual({
      state: "missing",
      words: expect.stringMatching(/^\/dev\/kvm is another device: its numbers are 1:5, those of KVM 10:\d+$/),
    });
    expect(fix).toMatch(/^Remove it, then: sudo mknod .* c 10 \d+\.$/);
    expect(checkOf(document, engine)).toMatchObject({ state: "missing", code: "kvm/KVM_NOT_A_DEVICE", fix });
  });
});

describe("what a policy denies is found by trying", () => {
  test("code can be executed where nothing denies it", () => {
    const { state, facts } = checkOf(doctorIn("doctor"), "memory.executable");
    // This process executes what V8 has written: that much is allowed.
    expect(state).not.toBe("missing");
    expect(facts.writeThenExecute).toBe("works");
  });

  /** prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN), Linux 6.3; it outlasts exec. */
  const refusing = `
import ctypes, os, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) != 0: sys.exit(77)
os.execvp(sys.argv[1], sys.argv[1:])`;
  const lacksRefusal =
    python || (spawnSync("python3", ["-c", refusing, "true"]).status !== 0 && skipped("the kernel has no PR_SET_MDWE"));
  test.skipIf(lacksRefusal)("memory that may not become executable", () => {
    // Node itself cannot compile there.
    const args = ["-c", refusing, process.execPath, "--jitless", main, "doctor", "--json"];
    const { status, stdout } = spawnSync("python3", args, { encoding: "utf8", env: environment });
    expect(status).toBe(0);
    const { state, fix, facts } = checkOf(JSON.parse(stdout.slice(stdout.indexOf("{"))), "memory.executable");
    expect({ state, facts }).toMatchObject({
      state: "limited",
      facts: { writeThenExecute: "EACCES", writeAndExecute: "EACCES", twoMappings: "works" },
    });
    expect(fix).toContain("MemoryDenyWriteExecute");
  });

  const noNamespaces = "echo 0 > /proc/sys/user/max_user_namespaces";
  test.skipIf(noNamespace("-r", noNamespaces))("namespaces that are used up", () => {
    const document = doctorIn(`unshare -r sh -e -c "${noNamespaces}; doctor"`);
    expect(checkOf(document, "sandbox.namespaces")).toMatchObject({
      state: "missing",
      fix: "sudo sysctl user.max_user_namespaces=15000",
      facts: { result: "ENOSPC" },
    });
    expect(checkOf(document, "tier.process").facts.lacking).toContain("sandbox.namespaces");
  });

  test.skipIf(python)("the version of Landlock is the kernel's", () => {
    const script = "import ctypes; print(ctypes.CDLL(None).syscall(444, None, 0, 1))";
    const version = Number(spawnSync("python3", ["-c", script], { encoding: "utf8" }).stdout);
    const { state, facts } = checkOf(doctorIn("doctor"), "sandbox.landlock");
    expect({ state, version: facts.version }).toEqual({
      state: version > 0 ? "ok" : "missing",
      version: Math.max(version, 0),
    });
  });

  test("few descriptors", () => {
    const check = checkOf(doctorIn("ulimit -n 500; doctor"), "limits.open-files");
    expect(check).toMatchObject({ state: "limited", facts: { limit: "500" } });
    expect(check.fix).toContain("ulimit -n 1024");
  });
});
