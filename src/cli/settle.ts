/** Waiting until running hosts have done what was changed in their home. */
import type { Home } from "../host/home/home.ts";
import { type HostReport, liveHosts, waitForHosts } from "../host/home/hosts.ts";
import { readState } from "../host/home/state.ts";
import { complain, counted } from "./output.ts";

/** Milliseconds. */
const patience = 10_000;

export interface Settled {
  /** Process ids of the hosts that it concerned. */
  readonly hosts: readonly number[];
  /** Those that have not said yet that they have done it, nor that they will not. */
  readonly unanswered: readonly number[];
  readonly refused: readonly { readonly pid: number; readonly reason: string }[];
}

/** What was committed to the home's state; `id`: the plugin that it is about. */
export function settleState(home: Home, id: string): Promise<Settled> {
  const { revision } = readState(home);
  return settle(home, {
    concerns: () => true,
    answered: (report) => report.stateRevision >= revision,
    refusal: (report) => refusalOf(report, id, "update", revision),
  });
}

/** `revision`: of the plugin's configuration. It concerns hosts that have loaded the plugin. */
export function settleConfiguration(home: Home, id: string, revision: number): Promise<Settled> {
  return settle(home, {
    concerns: ({ plugins }) => Object.hasOwn(plugins, id),
    answered: ({ plugins }) => (plugins[id]?.configurationRevision ?? 0) >= revision,
    refusal: (report) => refusalOf(report, id, "configuration", revision),
  });
}

interface Awaited {
  readonly concerns: (report: HostReport) => boolean;
  readonly answered: (report: HostReport) => boolean;
  readonly refusal: (report: HostReport) => string | undefined;
}

async function settle(home: Home, { concerns, answered, refusal }: Awaited): Promise<Settled> {
  const hosts = liveHosts(home).filter(concerns);
  if (hosts.length === 0) return { hosts: [], unanswered: [], refused: [] };
  const done = (report: HostReport) => !concerns(report) || answered(report) || refusal(report) !== undefined;
  const unanswered = await waitForHosts(home, done, patience);
  const refused = liveHosts(home).flatMap((report) => {
    const reason = refusal(report);
    return reason === undefined ? [] : [{ pid: report.pid, reason }];
  });
  return { hosts: hosts.map(pidOf), unanswered: unanswered.map(pidOf), refused };
}

function pidOf({ pid }: HostReport): number {
  return pid;
}

function refusalOf(
  { plugins }: HostReport,
  id: string,
  what: "configuration" | "update",
  revision: number,
): string | undefined {
  const refused = Object.hasOwn(plugins, id) ? plugins[id]?.refused : undefined;
  return refused?.what === what && refused.revision >= revision ? refused.reason : undefined;
}

/** Says on standard error who has not answered: it is done as soon as they do. */
export function tellUnanswered({ unanswered }: Settled): void {
  if (unanswered.length === 0) return;
  const who = `${counted(unanswered.length, "running host")} (process ${unanswered.join(", ")})`;
  complain(`vm-plugin: ${who} did not answer in ${patience / 1000} s; what was changed is stored\n`);
}

/** `, in 2 running hosts too`; empty when there are none. */
export function reachedText({ hosts, unanswered }: Settled): string {
  const reached = hosts.length - unanswered.length;
  return reached > 0 ? `, in ${counted(reached, "running host")} too` : "";
}
