/** What could meet each requirement, looked up once: everything that does not depend on what is chosen. */
import { VmPluginError } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import type { Requirement } from "../manifest/manifest.ts";
import type { Implementation, PluginRecord } from "../plugin-record.ts";
import { type Allowed, Variable, type Way } from "./demand.ts";
import type { DependencyFacts } from "./dependencies.ts";
import { Failure, versionsOf } from "./failure.ts";
import { fullVersion } from "./versions.ts";

export interface Need {
  readonly requirement: Requirement;
  /** The preferred first; at least one. */
  readonly ways: readonly Way[];
}

/** What a version of a plugin requires. */
export interface Needs {
  /** Why it can never be met. */
  readonly failure: Failure | undefined;
  readonly mandatory: readonly Need[];
  /** Without those that nothing meets. */
  readonly optional: readonly Need[];
}

/** Those that can be used here and whose contract lies in a range, the preferred first. */
interface Providers {
  readonly implementations: readonly Implementation[];
  readonly ways: readonly Way[];
}

type Answer = readonly Way[] | Failure;

export class Offers {
  readonly #facts: DependencyFacts;
  readonly #roots: ReadonlySet<PluginRecord>;
  readonly #variables = new Map<string, Variable>();
  readonly #needs = new Map<PluginRecord, Needs>();
  /** By range, then by plugin. */
  readonly #ways = new Map<string, Map<Variable, readonly Way[]>>();
  /** By point, then by range. */
  readonly #providers = new Map<string, Map<string, Providers>>();
  readonly #obstacles = new Map<Implementation, string | undefined>();

  constructor(facts: DependencyFacts, roots: readonly PluginRecord[]) {
    this.#facts = facts;
    this.#roots = new Set(roots);
  }

  /** All that were asked for. */
  get variables(): Iterable<Variable> {
    return this.#variables.values();
  }

  /** `record` belongs to it, registered or not. */
  variable(id: string, record?: PluginRecord): Variable {
    const present = this.#variables.get(id);
    if (present) return present;
    const running = this.#facts.fixed?.get(id);
    const records = [...this.#facts.registry.versions(id)];
    for (const one of [running, record]) if (one && !records.includes(one)) records.push(one);
    const variable = new Variable(id, records);
    this.#variables.set(id, variable);
    if (running) {
      const from = `${id} ${running.manifest.version} runs already`;
      variable.addGiven({
        to: variable,
        allowed: only(variable, new Set([running])),
        from,
        requirement: undefined,
        level: -1,
      });
    }
    return variable;
  }

  needs(record: PluginRecord): Needs {
    let needs = this.#needs.get(record);
    if (needs === undefined) {
      needs = this.#prepare(record);
      this.#needs.set(record, needs);
    }
    return needs;
  }

  #prepare(record: PluginRecord): Needs {
    const mandatory: Need[] = [];
    const optional: Need[] = [];
    const runs = this.#runs(record);
    for (const requirement of record.manifest.requires) {
      // What runs has taken, or done without, whatever it could have.
      if (runs && requirement.optional) continue;
      const answer =
        requirement.plugin === undefined
          ? this.#meetPoint(record, requirement)
          : this.#meetPlugin(record, requirement, requirement.plugin);
      if (answer instanceof Failure) {
        if (!requirement.optional) return { failure: answer, mandatory: [], optional: [] };
      } else if (answer.length > 0) (requirement.optional ? optional : mandatory).push({ requirement, ways: answer });
    }
    return { failure: undefined, mandatory, optional };
  }

  /** No way at all where the plugin meets its requirement itself. */
  #meetPlugin(record: PluginRecord, requirement: Requirement, plugin: string): Answer {
    const { id, version } = record.manifest;
    if (plugin === id)
      return this.#inRange(version, requirement.version) ? [] : outOfRange(id, requirement, `${version} (${id})`);
    const variable = this.variable(plugin);
    if (variable.records.length === 0) return missing(id, plugin, this.#facts.registry.ids());
    if (this.#disabled(plugin)) return disabled(id, plugin);
    const ways = this.#versionsIn(variable, requirement.version);
    return ways.length > 0 ? ways : outOfRange(id, requirement, `${versionsOf(variable.records)} (${plugin})`);
  }

  #meetPoint(record: PluginRecord, requirement: Requirement): Answer {
    const { id } = record.manifest;
    const { implementations, ways } = this.#providersOf(requirement);
    const own = implementations.some(({ plugin }) => plugin.manifest.id === id);
    if (ways.length > 0 && !own && !this.#runs(record)) return ways;
    const usable = implementations.filter(({ plugin }) => plugin.manifest.id !== id || plugin === record);
    // What a running plugin requires is met by what runs, as far as it can be.
    if (this.#runs(record)) usable.sort((a, b) => Number(this.#runs(b.plugin)) - Number(this.#runs(a.plugin)));
    if (usable.length === 0) return this.#withoutProvider(record, requirement);
    return usable[0]?.plugin === record ? [] : this.#waysOf(usable);
  }

  /** One for the versions of a plugin that are preferred alike: which of them it is depends on what else is required of it. */
  #waysOf(implementations: readonly Implementation[]): Way[] {
    const ways: Way[] = [];
    for (let first = 0, end = 0; first < implementations.length; first = end) {
      const { plugin, priority } = implementations[first] as Implementation;
      const { id } = plugin.manifest;
      const alike = new Set<PluginRecord>();
      for (; end < implementations.length; end++) {
        const one = implementations[end] as Implementation;
        if (one.plugin.manifest.id !== id || one.priority !== priority) break;
        alike.add(one.plugin);
      }
      const variable = this.variable(id, plugin);
      ways.push({ variable, allowed: only(variable, alike) });
    }
    return ways;
  }

  #providersOf({ point = "", version }: Requirement): Providers {
    const byRange = mapIn(this.#providers, point);
    let providers = byRange.get(version);
    if (providers === undefined) {
      const implementations = this.#facts.registry
        .implementations(point)
        .filter((one) => this.#inRange(fullVersion(one.contract), version) && this.#obstacle(one) === undefined);
      providers = { implementations, ways: this.#waysOf(implementations) };
      byRange.set(version, providers);
    }
    return providers;
  }

  #withoutProvider(record: PluginRecord, requirement: Requirement): Failure {
    const { id } = record.manifest;
    const { point = "", version } = requirement;
    const { registry } = this.#facts;
    const all = registry.implementations(point);
    if (all.length === 0) return missing(id, point, registry.points());
    const inRange = all.filter((one) => this.#inRange(fullVersion(one.contract), version));
    if (inRange.length === 0) {
      const found = all.map(({ contract, plugin }) => `${contract} (${plugin.manifest.id})`);
      return outOfRange(id, requirement, found.join(", "));
    }
    const reasons = inRange.map((one) => {
      const { manifest } = one.plugin;
      const reason = this.#obstacle(one) ?? "it belongs to another version of the same plugin";
      return `${one.name} of ${manifest.id} ${manifest.version}: ${reason}`;
    });
    const values = { id, requirement: point, reasons: reasons.join("; ") };
    return new Failure(() => new VmPluginError("VMP_DEPENDENCY_UNUSABLE", values));
  }

  #obstacle(implementation: Implementation): string | undefined {
    if (this.#obstacles.has(implementation)) return this.#obstacles.get(implementation);
    const disabled = this.#disabled(implementation.plugin.manifest.id);
    const reason = disabled ? "its plugin is disabled" : this.#facts.obstacle(implementation);
    this.#obstacles.set(implementation, reason);
    return reason;
  }

  /** One way; none where no version lies in the range. */
  #versionsIn(variable: Variable, range: string): readonly Way[] {
    const byVariable = mapIn(this.#ways, range);
    let ways = byVariable.get(variable);
    if (ways === undefined) {
      const each = variable.records.map(({ manifest }) => this.#inRange(manifest.version, range));
      const allowed = each.includes(false) ? each : undefined;
      ways = each.includes(true) ? [{ variable, allowed }] : [];
      byVariable.set(variable, ways);
    }
    return ways;
  }

  #inRange(version: string, range: string): boolean {
    return range === "*" || this.#facts.satisfies(version, range);
  }

  #disabled(id: string): boolean {
    return this.#facts.fixed?.has(id) !== true && this.#facts.disabled?.(id) === true;
  }

  #runs(record: PluginRecord): boolean {
    const { fixed, runs } = this.#facts;
    return fixed?.get(record.manifest.id) === record && !this.#roots.has(record) && runs?.(record) !== false;
  }
}

export function only(variable: Variable, records: ReadonlySet<PluginRecord>): Allowed {
  const each = variable.records.map((one) => records.has(one));
  return each.includes(false) ? each : undefined;
}

function mapIn<Key, Inner, Value>(maps: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
  let map = maps.get(key);
  if (map === undefined) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}

function missing(id: string, requirement: string, names: Iterable<string>): Failure {
  return new Failure(() => {
    const hint = didYouMean(requirement, names);
    return new VmPluginError("VMP_DEPENDENCY_MISSING", { id, requirement, hint });
  });
}

function disabled(id: string, requirement: string): Failure {
  return new Failure(() => new VmPluginError("VMP_DEPENDENCY_DISABLED", { id, requirement }));
}

function outOfRange(id: string, { plugin, point = "", version: range }: Requirement, found: string): Failure {
  const requirement = plugin ?? point;
  return new Failure(() => new VmPluginError("VMP_DEPENDENCY_VERSION", { id, requirement, range, found }));
}
