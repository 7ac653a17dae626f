/** Memory, and the kernel's settings that bound what guests get of it. */
import { freemem, totalmem } from "node:os";
import type { Check } from "./check.ts";
import { systemFile, systemSetting } from "./system-files.ts";

const mebi = 2 ** 20;
/** What `run` gives a machine when it is not told. */
const usualMachine = 1024 * mebi;
/** The kernel's default. */
const usualMappings = 65530;

export function memoryChecks(): Check[] {
  return [availableCheck(), overcommitCheck(), mappingsCheck()].filter((check) => check !== undefined);
}

function availableCheck(): Check {
  const id = "memory.available";
  const listed = /^MemAvailable:\s+(\d+) kB$/m.exec(systemFile("/proc/meminfo") ?? "")?.[1];
  const system = listed === undefined ? freemem() : Number(listed) * 1024;
  // 0: unknown; without a limit of a control group it is a number beyond all memory.
  const constrained = process.constrainedMemory();
  const bound = constrained > 0 && constrained < totalmem() ? constrained : totalmem();
  const available = Math.min(system, bound);
  const words = `${Math.floor(available / mebi)} MiB of ${Math.floor(bound / mebi)} MiB`;
  const facts = { available, total: bound };
  if (available >= usualMachine) return { id, state: "ok", words, facts };
  return { id, state: "limited", words, fix: "Free some, or give machines less with --memory.", facts };
}

function overcommitCheck(): Check | undefined {
  const id = "memory.overcommit";
  const mode = systemSetting("vm.overcommit_memory");
  if (mode === undefined) return undefined;
  const facts = { mode: Number(mode) };
  if (mode !== "2") return { id, state: "ok", words: `vm.overcommit_memory is ${mode}`, facts };
  const words = "vm.overcommit_memory is 2: memory that is not used yet counts, and may be refused";
  return { id, state: "limited", words, fix: "sudo sysctl vm.overcommit_memory=0", facts };
}

function mappingsCheck(): Check | undefined {
  const id = "memory.mappings";
  const most = systemSetting("vm.max_map_count");
  if (most === undefined) return undefined;
  const words = `${most} mappings of vm-plugin and its guests together (vm.max_map_count)`;
  const facts = { limit: Number(most) };
  if (Number(most) >= usualMappings) return { id, state: "ok", words, facts };
  return { id, state: "limited", words, fix: `sudo sysctl vm.max_map_count=${usualMappings}`, facts };
}
