/** A manifest in words. */
import type { Manifest, Needs, Provision, Requirement } from "../host/manifest/manifest.ts";
import type { PluginRecord } from "../host/plugin-record.ts";
import { fullVersion, type Satisfies } from "../host/resolution/versions.ts";

export function provisionWords({ point, name, contract, priority, guests, needs }: Provision): string {
  const details = [
    `contract ${contract}`,
    `priority ${priority}`,
    guests === undefined ? "" : `for guests of ${guests.join(", ")}`,
    needs === undefined ? "" : needsWords(needs),
  ];
  return `${point} "${name}" (${details.filter((detail) => detail !== "").join("; ")})`;
}

function needsWords({ os, arch, devices, cpu }: Needs): string {
  const all = [os?.join(" or "), arch?.join(" or "), devices?.join(" and "), cpu?.join(" and ")];
  return `needs ${all.filter((one) => one !== undefined && one !== "").join(", ")}`;
}

export interface Met {
  readonly requirement: Requirement;
  /** Ids and versions of the plugins that meet it. */
  readonly by: readonly string[];
}

/** Which of `records` meet each requirement. What a machine lacks and what is disabled is not looked at. */
export function metBy({ requires }: Manifest, records: readonly PluginRecord[], satisfies: Satisfies): Met[] {
  const fits = (version: string, range: string) => range === "*" || satisfies(version, range);
  return requires.map((requirement) => {
    const { plugin, point, version: range } = requirement;
    const by = records.filter(({ manifest }) =>
      plugin === undefined
        ? manifest.provides.some((one) => one.point === point && fits(fullVersion(one.contract), range))
        : manifest.id === plugin && fits(manifest.version, range),
    );
    return { requirement, by: by.map(({ manifest }) => `${manifest.id} ${manifest.version}`) };
  });
}

export function requirementWords({ requirement, by }: Met): string {
  const { plugin, point, version, optional } = requirement;
  const what = plugin === undefined ? `some ${point}` : `plugin ${plugin}`;
  const missing = optional ? "not there, and optional" : "NOT MET";
  return `${what} ${version}: ${by.length === 0 ? missing : `met by ${by.join(", ")}`}`;
}

/** Each with its unit. */
export function limitWords({ memory, cpuTime, openFiles, threads }: Manifest["limits"]): string[] {
  return [
    memory === undefined ? "" : `${memory / 2 ** 20} MiB of memory`,
    cpuTime === undefined ? "" : `${cpuTime / 1000} s of CPU time`,
    openFiles === undefined ? "" : `${openFiles} open files`,
    threads === undefined ? "" : `${threads} threads`,
  ].filter((limit) => limit !== "");
}
