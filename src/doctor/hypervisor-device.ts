/** The device file by which the kernel offers virtualization. */
import { closeSync, constants, openSync, type Stats, statSync } from "node:fs";
import { userInfo } from "node:os";
import { basename } from "node:path";
import { thisMachine } from "../host/resolution/machine-facts.ts";
import type { Check } from "./check.ts";
import { systemFile } from "./system-files.ts";

const path = "/dev/kvm";
const id = "hypervisor.device";
const name = basename(path);
/** As distributions have it. */
const udevRule = `KERNEL=="${name}", GROUP="${name}", MODE="0660"`;

export function hypervisorDeviceCheck(): Check {
  const facts = { path };
  let device: Stats;
  try {
    device = statSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return { id, state: "missing", facts, ...absent() };
    return { id, state: "missing", words: `${path} cannot be looked at: ${codeOf(error)}`, facts };
  }
  if (!device.isCharacterDevice()) {
    const words = `${path} is not a device file`;
    return { id, state: "missing", words, fix: `Remove it, then: ${makeDevice()}.`, facts };
  }
  if (numbersOf(device) !== kernelNumbers()) {
    const words = `${path} is another device: its numbers are ${numbersOf(device)}, those of KVM ${kernelNumbers()}`;
    return { id, state: "missing", words, fix: `Remove it, then: ${makeDevice()}.`, facts };
  }
  try {
    closeSync(openSync(path, constants.O_RDWR));
  } catch (error) {
    return { id, state: "missing", facts, ...refused(codeOf(error), device) };
  }
  return { id, state: "ok", words: `${path} can be opened`, facts };
}

type Finding = Pick<Check, "words" | "fix">;

/** The kernel's part, then the processor's. */
function absent(): Finding {
  const none = `there is no ${path}`;
  if (systemFile("/sys/class/misc/kvm/dev") !== undefined)
    return {
      words: `${none}, though the kernel has KVM: it is hidden from this container or chroot`,
      fix: showDevice(),
    };
  const module = moduleOf();
  if (module !== undefined)
    return {
      words: `${none}: the module ${module} is not loaded`,
      fix: `sudo modprobe ${module}; if that fails, turn virtualization on in the firmware.`,
    };
  if (process.arch !== "x64")
    return { words: `${none}: the kernel has no KVM, or was not started at a level that can have it` };
  if (thisMachine.hasFeature("hypervisor"))
    return {
      words: `${none}: this is a virtual machine, and nested virtualization is off (no vmx or svm in /proc/cpuinfo)`,
      fix: "Turn nested virtualization on for this machine at its host.",
    };
  return {
    words: `${none}: the processor shows neither vmx nor svm`,
    fix: "Turn VT-x or AMD-V on in the firmware, if the processor has it.",
  };
}

function moduleOf(): string | undefined {
  if (thisMachine.hasFeature("vmx")) return "kvm_intel";
  return thisMachine.hasFeature("svm") ? "kvm_amd" : undefined;
}

/** "10:232" where the kernel does not say: its Documentation/admin-guide/devices.txt. */
function kernelNumbers(): string {
  return systemFile("/sys/class/misc/kvm/dev") ?? "10:232";
}

/** As glibc's major and minor take them apart. */
function numbersOf({ rdev }: Stats): string {
  const number = BigInt(rdev);
  const major = ((number >> 8n) & 0xfffn) | ((number >> 32n) & ~0xfffn);
  const minor = (number & 0xffn) | ((number >> 12n) & ~0xffn);
  return `${major}:${BigInt.asUintN(32, minor)}`;
}

function makeDevice(): string {
  return `sudo mknod -m 660 ${path} c ${kernelNumbers().replace(":", " ")}`;
}

function showDevice(): string {
  return `Start the container with --device ${path}, or make the file: ${makeDevice()}.`;
}

function refused(code: string, device: Stats): Finding {
  if (code === "EACCES") return { words: `permission denied: ${ownerWords(device)}`, fix: permissionFix(device) };
  // What the file's mode allows, a device policy of the control group may not.
  if (code === "EPERM")
    return { words: `${path} may not be opened: a policy of this container denies it`, fix: showDevice() };
  const module = moduleOf();
  const fix = module === undefined ? undefined : `sudo modprobe ${module}`;
  return { words: `${path} cannot be opened: ${code}`, fix };
}

function ownerWords({ mode, uid, gid }: Stats): string {
  const octal = (mode & 0o777).toString(8).padStart(3, "0");
  return `${path} has the mode ${octal}, user id ${uid} and group ${groupOf(gid)?.name ?? gid}`;
}

function permissionFix({ mode, gid }: Stats): string {
  const user = userName();
  const group = groupOf(gid);
  const grants = (mode & 0o060) === 0o060 && gid !== 0;
  if (user === undefined || !grants || group === undefined)
    return `sudo setfacl -m u:${user ?? process.getuid?.()}:rw ${path}; to last, the udev rule ${udevRule}.`;
  // Groups are those of the time of the login.
  if (group.members.includes(user)) return `Log in again: ${user} is in the group ${group.name}, this session is not.`;
  return `sudo usermod -aG ${group.name} ${user}, then log in again.`;
}

/** Undefined for a user who is in no table. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

function groupOf(gid: number): { readonly name: string; readonly members: readonly string[] } | undefined {
  const rows = (systemFile("/etc/group") ?? "").split("\n").map((line) => line.split(":"));
  const [name, , , members = ""] = rows.find(([, , number]) => number === String(gid)) ?? [];
  return name === undefined ? undefined : { name, members: members.split(",") };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown error";
}
