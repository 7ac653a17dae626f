/** Limits of this process that guests run into. */
import type { Check } from "./check.ts";
import { systemFile, systemSetting } from "./system-files.ts";

const fewFiles = 1024;
const fewProcesses = 256;

export function limitChecks(): Check[] {
  const limits = systemFile("/proc/self/limits") ?? "";
  return [openFilesCheck(limits), addressSpaceCheck(limits), processesCheck(limits)];
}

/** The soft limit; Infinity for none. */
function softLimit(limits: string, name: string): number {
  const value = new RegExp(`^Max ${name}\\s+(\\S+)`, "m").exec(limits)?.[1];
  return numberOf(value);
}

function numberOf(value: string | undefined): number {
  return value === undefined || value === "unlimited" || value === "max" ? Number.POSITIVE_INFINITY : Number(value);
}

function text(limit: number): string {
  return Number.isFinite(limit) ? String(limit) : "unlimited";
}

function openFilesCheck(limits: string): Check {
  const id = "limits.open-files";
  const most = softLimit(limits, "open files");
  const words = `${text(most)} descriptors for vm-plugin and its guests together`;
  const facts = { limit: text(most) };
  if (most >= fewFiles) return { id, state: "ok", words, facts };
  return { id, state: "limited", words, fix: `ulimit -n ${fewFiles}, or nofile in /etc/security/limits.conf.`, facts };
}

function addressSpaceCheck(limits: string): Check {
  const id = "limits.address-space";
  const most = softLimit(limits, "address space");
  const facts = { limit: text(most) };
  if (!Number.isFinite(most)) return { id, state: "ok", words: "unlimited", facts };
  const words = `${most} bytes: each guest process has a reservation as large as its address space`;
  return { id, state: "limited", words, fix: "ulimit -v unlimited", facts };
}

/** Each guest process is a thread of this process. */
function processesCheck(limits: string): Check {
  const id = "limits.processes";
  const bounds: readonly (readonly [name: string, limit: number])[] = [
    ["RLIMIT_NPROC", softLimit(limits, "processes")],
    ["kernel.threads-max", numberOf(systemSetting("kernel.threads-max"))],
    ["kernel.pid_max", numberOf(systemSetting("kernel.pid_max"))],
    ["pids.max of the control group", controlGroupLimit()],
  ];
  const [name, limit] = bounds.toSorted(([, one], [, other]) => one - other)[0] ?? ["", Number.POSITIVE_INFINITY];
  const words = `${text(limit)} threads (${name})`;
  const facts = { limit: text(limit), by: name };
  if (limit >= fewProcesses) return { id, state: "ok", words, facts };
  return { id, state: "limited", words, fix: `Raise ${name}: each guest process is a thread.`, facts };
}

/** The least of the group's and of those around it, as far as they are to be seen. */
function controlGroupLimit(): number {
  let least = Number.POSITIVE_INFINITY;
  for (const line of (systemFile("/proc/self/cgroup") ?? "").split("\n")) {
    const [, controllers, ...rest] = line.split(":");
    if (controllers !== "" && controllers?.split(",").includes("pids") !== true) continue;
    const root = controllers === "" ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";
    const names = rest
      .join(":")
      .split("/")
      .filter((name) => name !== "");
    for (let depth = 0; depth <= names.length; ++depth) {
      const folder = [root, ...names.slice(0, depth)].join("/");
      least = Math.min(least, numberOf(systemFile(`${folder}/pids.max`)));
    }
  }
  return least;
}
