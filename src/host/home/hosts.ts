/** Running hosts: each says in a file of its own what it has taken over; the kernel says which of them live. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watchFolder } from "../../storage/watch.ts";
import type { Home } from "./home.ts";
import { enter, sweepPresences } from "./presence.ts";

/** What a host says about one plugin. */
export interface HostPlugin {
  readonly version: string;
  /** As of its lifecycle; never "unloaded". */
  readonly state: string;
  /** Of the home's state that it has last taken over for this plugin. */
  readonly stateRevision: number;
  /** Of the plugin's configuration; 0: none was stored. */
  readonly configurationRevision: number;
  /** Hashes of the installed contents that it uses or is about to use: they are not swept. */
  readonly contents: readonly string[];
  /** What it would not take over. */
  readonly refused?:
    | { readonly what: "configuration" | "update"; readonly revision: number; readonly reason: string }
    | undefined;
}

export interface HostReport {
  /** Among the hosts of a home. */
  readonly id: string;
  readonly pid: number;
  readonly title: string;
  /** Of the home's state that it has last taken over as a whole. */
  readonly stateRevision: number;
  readonly plugins: Readonly<Record<string, HostPlugin>>;
}

export interface HostChange {
  readonly stateRevision?: number;
  /** Each replaces what was said of that plugin; undefined takes it out. */
  readonly plugins?: Readonly<Record<string, HostPlugin | undefined>>;
}

export interface HostEntry {
  readonly id: string;
  /** Throws the file system's error when it cannot be written; what was said before then stands. */
  report(change: HostChange): void;
  /** Idempotent. The kernel does the like for a process that dies. */
  close(): void;
}

/** Makes the home when it is missing. VMP_HOME_UNUSABLE or VMP_HOME_NOT_PRIVATE when that cannot be. */
export function registerHost(home: Home, title: string = process.title): HostEntry {
  home.create();
  let presence = enter(home.hostsFolder);
  let said: HostReport = { id: presence.name, pid: process.pid, title, stateRevision: 0, plugins: {} };
  const report = ({ stateRevision = said.stateRevision, plugins = {} }: HostChange): void => {
    // A home that was removed took the lock along: in its successor the host would pass for dead.
    if (home.exists() && !existsSync(presence.file(".lock"))) {
      presence.leave();
      presence = enter(home.hostsFolder);
    }
    const all = Object.entries({ ...said.plugins, ...plugins }).filter(([, plugin]) => plugin !== undefined);
    const next = { ...said, id: presence.name, stateRevision, plugins: Object.fromEntries(all) } as HostReport;
    // It dies with the process: being whole is enough, being on the disk is not asked for.
    writeFileSync(presence.file(".new"), JSON.stringify(next), { mode: 0o600 });
    renameSync(presence.file(".new"), presence.file(".json"));
    said = next;
  };
  report({});
  return {
    get id() {
      return presence.name;
    },
    report,
    close: () => presence.leave(),
  };
}

/** What the living say, this process included; what the dead left is removed. */
export function liveHosts(home: Home): HostReport[] {
  return sweepPresences(home.hostsFolder).flatMap((name) => readReport(join(home.hostsFolder, `${name}.json`)) ?? []);
}

/** Those of the living of which `done` is not true after `timeout` milliseconds; a host that ends is not waited for. */
export async function waitForHosts(
  home: Home,
  done: (report: HostReport) => boolean,
  timeout: number,
): Promise<HostReport[]> {
  const end = performance.now() + timeout;
  let wake = () => {};
  const stop = watchFolder(home.hostsFolder, () => wake());
  try {
    for (;;) {
      const waited = liveHosts(home).filter((report) => !done(report));
      const left = end - performance.now();
      if (waited.length === 0 || left <= 0) return waited;
      // A host's end changes no file, so that it has to be looked for.
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 100));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    stop();
  }
}

/** Undefined for a host that has said nothing yet. */
function readReport(path: string): HostReport | undefined {
  try {
    return toReport(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

/** Undefined for what this vm-plugin did not write: another version's host, say. */
function toReport(value: Partial<HostReport> | null): HostReport | undefined {
  const { id, pid, title, stateRevision, plugins } = Object(value) as Partial<HostReport>;
  if (typeof id !== "string" || typeof pid !== "number" || typeof title !== "string") return undefined;
  if (typeof stateRevision !== "number" || typeof plugins !== "object" || plugins === null) return undefined;
  const known = Object.entries(plugins).filter(([, plugin]) => Array.isArray(Object(plugin).contents));
  return { id, pid, title, stateRevision, plugins: Object.fromEntries(known) };
}
