import { VmPluginError } from "../../errors.ts";
import type { Home } from "../../host/home/home.ts";
import type { HomeContext } from "../../host/home/requirements.ts";
import { installedPlugin, readState } from "../../host/home/state.ts";
import type { InstalledPlugin } from "../../host/home/state-format.ts";
import type { KeptPrevious } from "../../host/home/undo-update.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { homeOf } from "../home.ts";
import { homeContext, withManager } from "../manager.ts";
import { printJson, printLine } from "../output.ts";
import { hear, type Progress, withProgress } from "../progress.ts";
import { reachedText, settleState, tellUnanswered } from "../settle.ts";
import { homeOption, jsonOption } from "../shared-options.ts";

export const update: Command = {
  name: "update",
  about: `Puts another version of an installed plugin in the place of the present one. It is started and checked in this process first,
then in every running host, beside the present one and with its state; if it fails anywhere, all go on with the present one.
With --json: { id, from, version, hash, hosts: [pid...], unanswered: [pid...] }.`,
  arguments: [
    { name: "ID", help: "an installed plugin's id", complete: "plugin" },
    { name: "PATH", optional: true, help: "the other version: folder or .tgz archive", complete: "file" },
  ],
  options: {
    rollback: { help: "instead of PATH: back to the version before the last update" },
    home: homeOption,
    json: jsonOption,
  },
  async run(call) {
    const home = homeOf(call);
    const id = call.argument("ID");
    const path = pathOf(call);
    const before = installedPlugin(readState(home), id);
    const { keepPrevious } = await import("../../host/home/undo-update.ts");
    using kept = keepPrevious(home, before);
    const { after, settled } = await exchange(call, home, before, path, kept);
    const { hosts, unanswered } = settled;
    if (call.has("json"))
      printJson({ id, from: before.version, version: after.version, hash: after.hash, hosts, unanswered });
    else if (before.hash === after.hash) printLine(`${id} ${after.version} is what is installed`);
    else printLine(`${id} ${before.version} is now ${after.version}${reachedText(settled)}`);
    tellUnanswered(settled);
    return 0;
  },
};

/** Undefined for a roll-back. */
function pathOf(call: Call): string | undefined {
  const command = call.command.name;
  const path = call.optional("PATH");
  if (path === undefined && !call.has("rollback"))
    throw new VmPluginError("VMP_ARGUMENT_MISSING", { command, argument: "PATH" });
  if (path !== undefined && call.has("rollback"))
    throw new VmPluginError("VMP_ARGUMENT_UNEXPECTED", { command, argument: path });
  return path;
}

async function exchange(call: Call, home: Home, before: InstalledPlugin, path: string | undefined, kept: KeptPrevious) {
  const { id } = before;
  const context = await homeContext();
  const after = await withProgress((progress) =>
    path === undefined ? goBack(call, home, before, context) : replace(call, home, before, path, context, progress),
  );
  const settled = await settleState(home, id);
  const [refused] = settled.refused;
  if (refused === undefined) return { after, settled };
  await kept.undo(after);
  const back = await settleState(home, id);
  tellUnanswered(back);
  const stuck = back.refused.map(({ pid, reason }) => `; process ${pid} cannot go back: ${reason}`);
  const reason = `process ${refused.pid}: ${refused.reason}${stuck.join("")}`;
  throw new VmPluginError("VMP_UPDATE_FAILED", { id, from: before.version, to: after.version, reason });
}

async function replace(
  call: Call,
  home: Home,
  { id, hash }: InstalledPlugin,
  path: string,
  context: HomeContext,
  progress: Progress,
): Promise<InstalledPlugin> {
  const { stage } = await import("../../host/home/stage.ts");
  const { commitUpdate, refuseOther } = await import("../../host/home/update.ts");
  using staged = await stage(home, path, context.facts, hear(progress));
  refuseOther(id, staged);
  if (staged.hash !== hash) {
    progress.step(`starting ${id} ${staged.version}`);
    await withManager(call, home, (manager) => manager.update(id, staged.record));
  }
  return await commitUpdate(home, id, staged, hash, context);
}

async function goBack(call: Call, home: Home, { id, hash }: InstalledPlugin, context: HomeContext) {
  const { previousRecord, rollBack } = await import("../../host/home/update.ts");
  const record = await previousRecord(home, id, context.facts);
  await withManager(call, home, (manager) => manager.update(id, record));
  return rollBack(home, id, hash, context);
}
