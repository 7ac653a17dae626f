import { groupOf } from "../../host/manifest/manifest.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { homeOf } from "../home.ts";
import { type Inventory, readInventory, type Seen, sourceOf, stateText } from "../inventory.ts";
import { wrongOption } from "../options.ts";
import { print, printJson } from "../output.ts";
import { problemDocuments, tellProblems } from "../problems.ts";
import { homeOption, jsonOption } from "../shared-options.ts";
import { table } from "../table.ts";

/** What -s takes, each with which plugins it shows. */
const states: Readonly<Record<string, (plugin: Seen) => boolean>> = {
  enabled: ({ disabled }) => !disabled,
  disabled: ({ disabled }) => disabled,
  running: ({ hosts }) => hosts.length > 0,
  refused: ({ refused }) => refused.length > 0,
};

/** VMP_OPTION_VALUE with the nearest for a type that is neither a group of extension points nor any plugin's. */
function checkType(call: Call, type: string, { facts, plugins }: Inventory): void {
  const groups = Object.keys(facts.contracts).map(groupOf);
  const types = [...new Set([...groups, ...plugins.map(({ record }) => record.manifest.type)])].sort();
  if (!types.includes(type))
    throw wrongOption(call.command.name, "--type", type, `expected one of ${types.join(", ")}`, types);
}

export const list: Command = {
  name: "list",
  about: `Lists the built-in and the installed plugins, with what running hosts say of them.
States: disabled; running, in at least one host that runs now; refused, by such a host: a configuration or an update of it;
enabled: not disabled, whether it runs or not.
With --json: { home, plugins: [{ id, version, type, enabled, hosts: [pid...], refused: [{ pid, what, reason }...], shadowedBy,
source: "built-in" or "installed", name, description }...], problems: [{ code, message }...] }.
Exits with 3 when an installed plugin cannot be read.`,
  arguments: [],
  options: {
    type: {
      value: "TYPE",
      short: "t",
      help: "only of this type: a group of extension points like device, or a plugin's own",
    },
    state: { value: "STATE", short: "s", help: "only in this state", complete: Object.keys(states) },
    home: homeOption,
    json: jsonOption,
  },
  async run(call) {
    const home = homeOf(call);
    const inventory = await readInventory(home);
    const type = call.value("type");
    if (type !== undefined) checkType(call, type, inventory);
    const matches = states[call.value("state") ?? ""] ?? (() => true);
    const plugins = inventory.plugins.filter(
      (plugin) => matches(plugin) && (type === undefined || plugin.record.manifest.type === type),
    );
    const { problems } = inventory;
    if (call.has("json"))
      printJson({ home: home.path, plugins: plugins.map(documentOf), problems: problemDocuments(problems) });
    else {
      print(table(["ID", "VERSION", "TYPE", "STATE", "SOURCE", "DESCRIPTION"], plugins.map(rowOf)));
      tellProblems(problems);
    }
    return problems.length === 0 ? 0 : exitStatus.unhealthy;
  },
};

function documentOf({ record, disabled, hosts, refused, shadowedBy }: Seen) {
  const { id, version, type, name, description } = record.manifest;
  const source = sourceOf(record);
  return {
    id,
    version,
    type,
    enabled: !disabled,
    hosts,
    refused,
    shadowedBy: shadowedBy ?? null,
    source,
    name,
    description,
  };
}

function rowOf(plugin: Seen) {
  const { id, version, type, description } = plugin.record.manifest;
  return [{ text: id, style: "bold" as const }, version, type, stateText(plugin), sourceOf(plugin.record), description];
}
