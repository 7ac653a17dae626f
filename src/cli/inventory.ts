/** What a home holds, with the built-in plugins and what running hosts say, without running or loading any of it. */
import { VmPluginError } from "../errors.ts";
import { readBuiltins } from "../host/builtins/builtins.ts";
import type { Home } from "../host/home/home.ts";
import { type HostReport, liveHosts } from "../host/home/hosts.ts";
import { recordsOf } from "../host/home/records.ts";
import { readState } from "../host/home/state.ts";
import type { HomeState } from "../host/home/state-format.ts";
import type { HostFacts } from "../host/host-facts.ts";
import type { PluginRecord } from "../host/plugin-record.ts";
import { compareVersions } from "../host/resolution/versions.ts";
import { didYouMean } from "../nearest.ts";
import { packageRoot } from "../package-root.ts";
import { counted } from "./output.ts";

/** What a running host would not take over of a plugin. */
export interface Refusal {
  readonly pid: number;
  readonly what: string;
  readonly reason: string;
}

export interface Seen {
  readonly record: PluginRecord;
  readonly disabled: boolean;
  /** Process ids of the hosts that run it. */
  readonly hosts: readonly number[];
  readonly refused: readonly Refusal[];
  /** The version of the other plugin of its id, which is used because it is higher. */
  readonly shadowedBy: string | undefined;
}

export interface Inventory {
  readonly facts: HostFacts;
  readonly state: HomeState;
  /** Built-in ones first, each kind by id. */
  readonly plugins: readonly Seen[];
  /** One for each plugin that is installed and cannot be used. */
  readonly problems: readonly VmPluginError[];
}

export async function readInventory(home: Home): Promise<Inventory> {
  const { facts, records: builtins } = readBuiltins(packageRoot());
  const state = readState(home);
  const { records: installed, problems } = await recordsOf(home, state, { facts, others: builtins });
  const hosts = liveHosts(home);
  const disabled = new Set(state.disabled);
  const all = [...builtins.toSorted(byId), ...installed.toSorted(byId)];
  const highest = highestVersions(all);
  const plugins = all.map((record) => {
    const { id, version } = record.manifest;
    const used = highest.get(id);
    const shadowedBy = used === version ? undefined : used;
    return { record, disabled: disabled.has(id), shadowedBy, ...seenBy(hosts, id, version) };
  });
  return { facts, state, plugins, problems };
}

/** The highest version of each id: the one that is used. */
function highestVersions(records: readonly PluginRecord[]): ReadonlyMap<string, string> {
  const highest = new Map<string, string>();
  for (const { manifest } of records) {
    const other = highest.get(manifest.id);
    if (other === undefined || compareVersions(manifest.version, other) > 0) highest.set(manifest.id, manifest.version);
  }
  return highest;
}

function seenBy(hosts: readonly HostReport[], id: string, version: string): Pick<Seen, "hosts" | "refused"> {
  const knowing = hosts.filter(({ plugins }) => Object.hasOwn(plugins, id));
  const using = knowing.filter(({ plugins }) => plugins[id]?.version === version && plugins[id].state === "running");
  const refused = knowing.flatMap(({ pid, plugins }) => {
    const refusal = plugins[id]?.refused;
    return refusal === undefined ? [] : [{ pid, what: refusal.what, reason: refusal.reason }];
  });
  return { hosts: using.map(({ pid }) => pid), refused };
}

/** The version that is used. VMP_PLUGIN_NOT_FOUND with the nearest id; the problem of one that cannot be used. */
export function pluginOf({ plugins, problems }: Inventory, id: string): Seen {
  const found = plugins.find(({ record, shadowedBy }) => record.manifest.id === id && shadowedBy === undefined);
  if (found !== undefined) return found;
  const problem = problems.find(({ values }) => values.id === id);
  if (problem !== undefined) throw problem;
  const ids = plugins.map(({ record }) => record.manifest.id);
  throw new VmPluginError("VMP_PLUGIN_NOT_FOUND", { id, hint: didYouMean(id, ids) });
}

export function sourceOf({ builtin }: PluginRecord): "built-in" | "installed" {
  return builtin === undefined ? "installed" : "built-in";
}

/** In a cell of a table. */
export function stateText({ disabled, hosts, refused, shadowedBy }: Seen): string {
  const parts = [
    disabled ? "disabled" : "enabled",
    shadowedBy === undefined ? "" : `not used beside ${shadowedBy}`,
    hosts.length > 0 ? `running in ${counted(hosts.length, "host")}` : "",
    refused.length > 0 ? `refused by ${counted(refused.length, "host")}` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function byId(a: PluginRecord, b: PluginRecord): number {
  return a.manifest.id < b.manifest.id ? -1 : 1;
}
