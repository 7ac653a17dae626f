import { loadSatisfies } from "../../host/resolution/versions.ts";
import type { Command } from "../command.ts";
import { homeOf } from "../home.ts";
import { type Inventory, pluginOf, readInventory, type Seen, sourceOf, stateText } from "../inventory.ts";
import { limitWords, type Met, metBy, provisionWords, requirementWords } from "../manifest-words.ts";
import { print, printJson } from "../output.ts";
import { schemaWords } from "../schema-words.ts";
import { homeOption, jsonOption } from "../shared-options.ts";
import { fields } from "../table.ts";

export const info: Command = {
  name: "info",
  about: `Tells all that a plugin's manifest says, what meets its requirements, and what running hosts say of it.
With --json: { manifest, folder, source, enabled, hosts, refused, requires: [{ requirement, by }...], installed: { id,
version, hash, manifestHash, installed, previous } for an installed one }.`,
  arguments: [{ name: "ID", help: "a plugin's id", complete: "plugin" }],
  options: { home: homeOption, json: jsonOption },
  async run(call) {
    const inventory = await readInventory(homeOf(call));
    const plugin = pluginOf(inventory, call.argument("ID"));
    const records = inventory.plugins.map(({ record }) => record);
    const { requires } = plugin.record.manifest;
    const met = requires.length === 0 ? [] : metBy(plugin.record.manifest, records, await loadSatisfies());
    if (call.has("json")) printJson(documentOf(plugin, inventory, met));
    else print(fields(linesOf(plugin, inventory, met)));
    return 0;
  },
};

function documentOf({ record, disabled, hosts, refused }: Seen, { state }: Inventory, requires: readonly Met[]) {
  const { manifest, folder } = record;
  const installed = record.installed === undefined ? undefined : state.plugins[manifest.id];
  return { manifest, folder, source: sourceOf(record), enabled: !disabled, hosts, refused, requires, installed };
}

/** A name stands once, before the first of its values. */
function each(name: string, values: readonly string[]): (readonly [string, string])[] {
  return values.map((value, index) => [index === 0 ? name : "", value] as const);
}

function linesOf(plugin: Seen, { state }: Inventory, met: readonly Met[]): (readonly [string, string | undefined])[] {
  const { manifest, folder, installed } = plugin.record;
  const entry = installed === undefined ? undefined : state.plugins[manifest.id];
  const { native = {}, module } = manifest.entry;
  const notEnforced = "not enforced yet";
  const permissions = manifest.permissions.map(({ name, reason }) => `${name}: ${reason}`);
  const limits = limitWords(manifest.limits);
  const keys = manifest.configuration === undefined ? [] : schemaWords(manifest.configuration);
  return [
    ["id", manifest.id],
    ["version", manifest.version],
    ["previous", entry?.previous && `${entry.previous.version}; vm-plugin update ${manifest.id} --rollback`],
    ["package", manifest.name],
    ["description", manifest.description],
    ["author", manifest.author],
    ["type", manifest.type],
    ["state", stateText(plugin)],
    ...each(
      "refused",
      plugin.refused.map(({ pid, what, reason }) => `${what}, by process ${pid}: ${reason}`),
    ),
    ["source", sourceOf(plugin.record) + (entry === undefined ? "" : `, ${entry.installed}`)],
    ["folder", folder],
    ["content", entry?.hash],
    ...each("provides", manifest.provides.map(provisionWords)),
    ...each("requires", met.map(requirementWords)),
    [
      "engines",
      `vm-plugin ${manifest.engines.vm}${manifest.engines.abi === undefined ? "" : `, ABI ${manifest.engines.abi}`}`,
    ],
    ...each("entry", [
      ...Object.entries(native).map(([platform, path]) => `${path} on ${platform}`),
      ...(module === undefined ? [] : [module]),
    ]),
    ["tiers", manifest.tiers.join(", ")],
    ["activation", manifest.activation],
    ["state format", String(manifest.stateVersion)],
    ...each(
      "permissions",
      permissions.length === 0 ? [] : [...permissions, `(${notEnforced}: it runs in the host's process)`],
    ),
    ["limits", limits.length === 0 ? undefined : `${limits.join(", ")} (${notEnforced})`],
    ...each(
      "configuration",
      keys.map(({ path, words }) => `${path}: ${words}`),
    ),
  ];
}
