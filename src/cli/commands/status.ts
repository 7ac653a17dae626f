import { describe } from "../../errors.ts";
import type { PluginManager } from "../../host/plugin-manager.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { homeOf } from "../home.ts";
import { pluginOf, readInventory, type Seen, stateText } from "../inventory.ts";
import { withManager } from "../manager.ts";
import { print, printJson } from "../output.ts";
import { problemDocuments, tellProblems } from "../problems.ts";
import { type Progress, withProgress } from "../progress.ts";
import { homeOption, jsonOption } from "../shared-options.ts";
import type { Style } from "../style.ts";
import { type Cell, table } from "../table.ts";

/** "unknown": it runs, and does not tell. */
type HealthWord = "healthy" | "degraded" | "unhealthy" | "unknown" | "failed" | "disabled";

interface Checked {
  readonly plugin: Seen;
  readonly health: HealthWord;
  readonly message: string;
  /** That it took to start it, with what it requires, and to check it. */
  readonly milliseconds: number;
}

const bad: ReadonlySet<HealthWord> = new Set(["degraded", "unhealthy", "failed"]);

const styles: Readonly<Record<HealthWord, Style>> = {
  healthy: "green",
  unknown: "dim",
  disabled: "dim",
  degraded: "yellow",
  unhealthy: "red",
  failed: "red",
};

export const status: Command = {
  name: "status",
  about: `Starts each enabled plugin, or one, in this process, asks it how it is, and stops it again; says which running hosts use it.
Health: healthy, degraded, unhealthy; unknown, it runs and does not tell; failed, it could not be started or asked; disabled.
Exits with 3 unless all are healthy, unknown or disabled, and every installed plugin can be read.
With --json: { healthy, plugins: [{ id, version, health, message, milliseconds, enabled, hosts: [pid...],
refused: [{ pid, what, reason }...] }...], problems: [{ code, message }...] }.`,
  arguments: [{ name: "ID", optional: true, help: "a plugin's id (default: all)", complete: "plugin" }],
  options: { home: homeOption, json: jsonOption },
  async run(call) {
    const home = homeOf(call);
    const inventory = await readInventory(home);
    const id = call.optional("ID");
    const plugins = id === undefined ? inventory.plugins : [pluginOf(inventory, id)];
    const problems = id === undefined ? inventory.problems : [];
    const checked = await withProgress((progress) =>
      withManager(call, home, (manager) => checkAll(manager, plugins, progress)),
    );
    const healthy = problems.length === 0 && !checked.some(({ health }) => bad.has(health));
    if (call.has("json"))
      printJson({ healthy, plugins: checked.map(documentOf), problems: problemDocuments(problems) });
    else print(table(["ID", "VERSION", "HEALTH", "TIME", "STATE", "MESSAGE"], checked.map(rowOf)));
    if (!call.has("json")) tellProblems(problems);
    return healthy ? 0 : exitStatus.unhealthy;
  },
};

async function checkAll(manager: PluginManager, plugins: readonly Seen[], progress: Progress): Promise<Checked[]> {
  const checked: Checked[] = [];
  // One after the other: so that each has its own time.
  for (const plugin of plugins) {
    progress.step(`checking ${plugin.record.manifest.id}`);
    checked.push(await check(manager, plugin));
  }
  return checked;
}

async function check(manager: PluginManager, plugin: Seen): Promise<Checked> {
  if (plugin.disabled) return { plugin, health: "disabled", message: "", milliseconds: 0 };
  const begun = performance.now();
  const since = () => Math.round(performance.now() - begun);
  try {
    const health = await manager.healthCheck(plugin.record.manifest.id);
    const { status: word = "unknown", message = "" } = health ?? {};
    return { plugin, health: word, message, milliseconds: since() };
  } catch (error) {
    return { plugin, health: "failed", message: describe(error), milliseconds: since() };
  }
}

function documentOf({ plugin, health, message, milliseconds }: Checked) {
  const { record, disabled, hosts, refused } = plugin;
  const { id, version } = record.manifest;
  return { id, version, health, message, milliseconds, enabled: !disabled, hosts, refused };
}

function rowOf({ plugin, health, message, milliseconds }: Checked): Cell[] {
  const { id, version } = plugin.record.manifest;
  const time = health === "disabled" ? "" : `${milliseconds} ms`;
  return [id, version, { text: health, style: styles[health] }, time, stateText(plugin), message];
}
