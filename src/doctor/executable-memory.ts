/** Whether code that is written here may be executed: what compilers of guest code need. */
import { probeExecutableMemory } from "../native.ts";
import type { Check } from "./check.ts";
import { probeWord, works } from "./probe-words.ts";
import { systemFile, systemSetting } from "./system-files.ts";

export function executableMemoryCheck(): Check {
  const { writeThenExecute, writeAndExecute, twoMappings, called } = probeExecutableMemory();
  const usable = [writeThenExecute, twoMappings].filter(works).length;
  const words = [
    `memory made executable after it was written: ${probeWord(writeThenExecute)}`,
    `two mappings of a memory file, one to write, one to execute: ${probeWord(twoMappings)}`,
    `writable and executable at once: ${probeWord(writeAndExecute)}`,
    ...(called ? [] : ["only mapped, no code was called"]),
  ];
  return {
    id: "memory.executable",
    // Nothing of vm-plugin needs memory that is both at once.
    state: (["missing", "limited", "ok"] as const)[usable] ?? "missing",
    words: words.join("; "),
    fix: usable === 2 ? undefined : fixOf(works(twoMappings)),
    facts: {
      writeThenExecute: probeWord(writeThenExecute),
      twoMappings: probeWord(twoMappings),
      writeAndExecute: probeWord(writeAndExecute),
      called,
    },
  };
}

function fixOf(fileWorks: boolean): string {
  if (!fileWorks && systemSetting("vm.memfd_noexec") === "2") return "sudo sysctl vm.memfd_noexec=0";
  if (systemFile("/sys/fs/selinux/enforce") === "1")
    return "Allow it in SELinux: sudo setsebool -P deny_execmem 0, or see the denials by ausearch -m AVC.";
  return "Lift the policy that forbids it: MemoryDenyWriteExecute= of the systemd unit, or the container's seccomp profile.";
}
