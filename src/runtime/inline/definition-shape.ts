/** Whether a module is a plugin, and the one that its manifest describes. */
import { didYouMean } from "../../nearest.ts";
import type { Factory, PluginDefinition } from "../../sdk/define-plugin.ts";
import { definitionMark } from "../../sdk/define-plugin.ts";
import type { PluginSource } from "../loaded-plugin.ts";

const methods = [
  "initialize",
  "start",
  "stop",
  "cleanup",
  "enable",
  "disable",
  "configurationChanged",
  "healthCheck",
  "exportState",
  "importState",
  "migrateConfiguration",
] as const satisfies readonly (keyof PluginDefinition)[];

const factoryMethods = [
  "create",
  "validateConfiguration",
  "destroy",
] as const satisfies readonly (keyof Factory<unknown>)[];

/** What is wrong with a module's default export, or undefined. */
export function shapeProblem(definition: unknown, source: PluginSource): string | undefined {
  if (definition === undefined) return "it has no default export";
  if (typeof definition !== "object" || definition === null || !(definitionMark in definition))
    return "its default export was not made by definePlugin";
  const known: readonly string[] = [...methods, "points"];
  const unknown = Object.keys(definition).find((key) => !known.includes(key));
  if (unknown !== undefined) return `definePlugin knows no ${unknown}. ${didYouMean(unknown, known)}`.trim();
  const plugin = definition as PluginDefinition;
  const wrong = methods.find((method) => plugin[method] !== undefined && typeof plugin[method] !== "function");
  if (wrong !== undefined) return `${wrong} is not a function`;
  return pointsProblem(plugin.points ?? {}, source.provides);
}

function pointsProblem(points: unknown, provides: PluginSource["provides"]): string | undefined {
  if (typeof points !== "object" || points === null) return "points is not an object";
  const listed = new Set(provides.map(({ point, name }) => `${point} ${name}`));
  for (const [point, factories] of Object.entries(points)) {
    if (typeof factories !== "object" || factories === null) return `points["${point}"] is not an object`;
    for (const [name, factory] of Object.entries(factories)) {
      if (!listed.has(`${point} ${name}`))
        return `it defines ${point} ${name}, which the manifest does not list in provides`;
      const problem = factoryProblem(factory);
      if (problem !== undefined) return `${point} ${name}: ${problem}`;
    }
  }
  const missing = provides.find(({ point, name }) => factoryOf(points, point, name) === undefined);
  return missing && `the manifest lists ${missing.point} ${missing.name} in provides, which the module does not define`;
}

function factoryProblem(factory: unknown): string | undefined {
  if (typeof factory !== "object" || factory === null) return "it is not an object with create";
  const given = factory as Partial<Record<string, unknown>>;
  if (typeof given.create !== "function") return "it has no method create";
  const wrong = factoryMethods.find((method) => given[method] !== undefined && typeof given[method] !== "function");
  return wrong && `${wrong} is not a function`;
}

/** Own properties only: a point or name from a manifest never reaches a prototype. */
export function factoryOf(points: unknown, point: string, name: string): Factory<unknown> | undefined {
  const factories = ownValue(points, point);
  return ownValue(factories, name) as Factory<unknown> | undefined;
}

function ownValue(object: unknown, key: string): unknown {
  return typeof object === "object" && object !== null && Object.hasOwn(object, key)
    ? (object as Record<string, unknown>)[key]
    : undefined;
}
