/** Candidates that depend on what is installed and configured. */
import { Home } from "../host/home/home.ts";
import type { Candidate, Typed } from "./complete.ts";
import { configurationStore } from "./configurations.ts";
import { pluginOf, readInventory } from "./inventory.ts";
import { schemaWords } from "./schema-words.ts";

export async function lookUpWords(kind: "plugin" | "backup" | "key", typed: Typed): Promise<readonly Candidate[]> {
  const home = new Home(typed.options.get("home") ?? Home.defaultPath());
  const inventory = await readInventory(home);
  if (kind === "plugin")
    return inventory.plugins.map(({ record }) => ({ word: record.manifest.id, help: record.manifest.description }));
  const { manifest } = pluginOf(inventory, typed.arguments[0] ?? "").record;
  if (kind === "key")
    return schemaWords(manifest.configuration ?? {}).map(({ path, words }) => ({ word: path, help: words }));
  const backups = await (await configurationStore(home)).backups(manifest.id);
  return backups.map(({ name, description }) => ({ word: name, help: description }));
}
