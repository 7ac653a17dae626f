/** What the machine that this process runs on can do, as far as manifests ask for it. */
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import type { Needs } from "../manifest/manifest.ts";

export interface MachineFacts {
  readonly os: string;
  readonly arch: string;
  /** Whether the device file can be opened for reading and writing. */
  hasDevice(path: string): boolean;
  hasFeature(name: string): boolean;
}

let features: ReadonlySet<string> | undefined;

export const thisMachine: MachineFacts = {
  os: process.platform,
  arch: process.arch,
  hasDevice(path) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
      return statSync(path).isCharacterDevice();
    } catch {
      return false;
    }
  },
  hasFeature(name) {
    features ??= readFeatures();
    return features.has(name);
  },
};

/** The flags that every processor lists; none where the system does not tell. */
function readFeatures(): ReadonlySet<string> {
  let text: string;
  try {
    text = readFileSync("/proc/cpuinfo", "utf8");
  } catch {
    return new Set();
  }
  const processors = [...text.matchAll(/^(?:flags|Features)\s*:(.*)$/gm)].map(([, list = ""]) =>
    list.trim().split(/\s+/),
  );
  const [first = [], ...others] = processors.map((list) => new Set(list));
  return new Set([...first].filter((name) => others.every((other) => other.has(name))));
}

/** What the machine lacks, in words, or undefined when it has all. */
export function lackOf(needs: Needs | undefined, machine: MachineFacts): string | undefined {
  if (needs?.os && !needs.os.includes(machine.os)) return `it needs ${needs.os.join(" or ")}, this is ${machine.os}`;
  if (needs?.arch && !needs.arch.includes(machine.arch))
    return `it needs a processor of ${needs.arch.join(" or ")}, this is ${machine.arch}`;
  const device = needs?.devices?.find((path) => !machine.hasDevice(path));
  if (device !== undefined) return `${device} cannot be opened`;
  const feature = needs?.cpu?.find((name) => !machine.hasFeature(name));
  return feature === undefined ? undefined : `the processor has no ${feature}`;
}
