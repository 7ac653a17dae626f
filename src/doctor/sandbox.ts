/** What the kernel offers to confine a process with: the needs of the process tier. */
import { constants } from "node:os";
import { type ProbeResult, probeSandboxFacilities } from "../native.ts";
import type { Check } from "./check.ts";
import { errorName, probeWord, works } from "./probe-words.ts";
import { systemFile, systemSetting } from "./system-files.ts";

export function sandboxChecks(): Check[] {
  const { systemCallFilter, userNamespace, landlock } = probeSandboxFacilities();
  return [seccompCheck(systemCallFilter), landlockCheck(landlock), namespaceCheck(userNamespace)];
}

function seccompCheck(result: ProbeResult): Check {
  const id = "sandbox.seccomp";
  const actions = (systemSetting("kernel.seccomp.actions_avail") ?? "").split(" ").filter((action) => action !== "");
  const filtered = /^Seccomp:\s*2$/m.test(systemFile("/proc/self/status") ?? "");
  const facts = { result: probeWord(result), actions, filtered };
  const own = filtered ? "; this process is filtered already" : "";
  if (works(result)) return { id, state: "ok", words: `a process can filter its system calls${own}`, facts };
  const words = `a filter of system calls cannot be installed: ${probeWord(result)}${own}`;
  const fix = "Use a kernel with CONFIG_SECCOMP_FILTER; in a container, a profile that allows seccomp.";
  return { id, state: "missing", words, fix, facts };
}

function landlockCheck(version: number): Check {
  const id = "sandbox.landlock";
  if (version > 0) return { id, state: "ok", words: `ABI version ${version}`, facts: { version } };
  const error = errorName(-version);
  const facts = { version: 0, error };
  if (error === "EOPNOTSUPP" || error === "ENOTSUP") {
    const modules = systemFile("/sys/kernel/security/lsm") ?? "";
    const fix = `Start the kernel with ${["lsm=landlock", modules].filter((part) => part !== "").join(",")}.`;
    return { id, state: "missing", words: "the kernel has it, and it was not turned on at the start", fix, facts };
  }
  const fix =
    "Use Linux 5.13 or newer with CONFIG_SECURITY_LANDLOCK; in a container, a seccomp profile that allows it.";
  return { id, state: "missing", words: `the kernel does not offer it: ${error}`, fix, facts };
}

function namespaceCheck(result: ProbeResult): Check {
  const id = "sandbox.namespaces";
  const facts = { result: probeWord(result) };
  const what = "a namespace of users, with ones of processes, mounts, network and IPC";
  if (works(result)) return { id, state: "ok", words: `a process can enter ${what}`, facts };
  const words = `${what} cannot be entered: ${probeWord(result)}`;
  return { id, state: "missing", words, fix: namespaceFix(result), facts };
}

function namespaceFix({ error }: ProbeResult): string {
  const most = systemSetting("user.max_user_namespaces");
  if (error === constants.errno.ENOSPC || most === "0") return "sudo sysctl user.max_user_namespaces=15000";
  if (systemSetting("kernel.unprivileged_userns_clone") === "0")
    return "sudo sysctl kernel.unprivileged_userns_clone=1";
  if (systemSetting("kernel.apparmor_restrict_unprivileged_userns") === "1")
    return "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile with the rule userns.";
  return "Use a kernel with CONFIG_USER_NS; in a container, a seccomp profile that allows unshare.";
}
