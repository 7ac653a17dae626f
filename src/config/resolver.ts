/** From what is stored to what a plugin gets: migrated, checked, with its defaults. */
import { VmPluginError } from "../errors.ts";
import type { Configuration } from "../sdk/define-plugin.ts";
import { copyJson, freezeJson, isObject, jsonEqual, NotJson, refusePrototype } from "./json.ts";
import type { ConfigurationEntry } from "./metadata.ts";
import { type Finding, type Problem, problemsText } from "./problem.ts";

/** What has to be known of a plugin. */
export interface Described {
  readonly version: string;
  /** JSON Schema; anything goes without one. */
  readonly schema?: Readonly<Record<string, unknown>> | undefined;
}

/** What was written for version `from` as this version wants it; undefined: as it is. */
export type Migrate = (id: string, from: string, configuration: Configuration) => Promise<Configuration | undefined>;

/** A rule that JSON Schema cannot say. Gets what is valid by the schema, with its defaults. */
export type Rule = (configuration: Configuration) => readonly Finding[];

export interface Facts {
  readonly described: Described;
  /** What the plugin has while nothing is stored; nothing by default. */
  readonly given?: Configuration | undefined;
  readonly migrate?: Migrate | undefined;
}

export interface Checked {
  /** Frozen. Also where there are errors. */
  readonly effective: Configuration;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export interface ResolverOptions {
  readonly describe: (id: string) => Described | undefined;
  readonly rules?: ((id: string) => readonly Rule[]) | undefined;
  readonly migrate?: Migrate | undefined;
}

interface Resolved extends Checked {
  readonly entry: ConfigurationEntry | undefined;
  readonly facts: Facts;
}

const none: Configuration = Object.freeze({});

export class Resolver {
  readonly #options: ResolverOptions;
  /** Facts that the host gave with versions that it loaded, by id: two are there while one version replaces the other. */
  readonly #given = new Map<string, readonly Facts[]>();
  readonly #resolved = new Map<string, Resolved>();

  constructor(options: ResolverOptions) {
    this.#options = options;
  }

  /** From now on these hold of the id, whenever `describe` names the same version. Those of the version that is used now stay. */
  know(id: string, facts: Facts): void {
    const used = this.#options.describe(id)?.version;
    const others = (this.#given.get(id) ?? []).filter(
      ({ described: { version } }) => version === used && version !== facts.described.version,
    );
    this.#given.set(id, [...others, facts]);
  }

  knows(id: string): boolean {
    return this.#options.describe(id) !== undefined;
  }

  /** VMP_PLUGIN_NOT_FOUND for an id that nobody describes. */
  factsOf(id: string): Facts {
    const described = this.#options.describe(id);
    if (described === undefined) throw new VmPluginError("VMP_PLUGIN_NOT_FOUND", { id, hint: "" });
    const known = this.#given.get(id)?.find((facts) => facts.described.version === described.version);
    return { described, given: known?.given, migrate: known?.migrate ?? this.#options.migrate };
  }

  /** What is stored, migrated; what is given where nothing is. */
  async migrated(entry: ConfigurationEntry | undefined, { described, given, migrate }: Facts): Promise<Configuration> {
    if (entry === undefined) return given ?? none;
    const from = entry.metadata.pluginVersion;
    if (migrate === undefined || from === described.version) return entry.configuration;
    return (await migrate(entry.id, from, entry.configuration)) ?? entry.configuration;
  }

  /** What the plugin gets of it. Remembered, so that a migration is done once. */
  async resolve(id: string, entry: ConfigurationEntry | undefined, facts: Facts): Promise<Checked> {
    const last = this.#resolved.get(id);
    if (last !== undefined && sameFacts(last.facts, facts) && sameEntry(last.entry, entry)) return last;
    const checked = await this.check(id, await this.migrated(entry, facts), facts);
    this.#resolved.set(id, { ...checked, entry, facts });
    return checked;
  }

  /** resolve, as it is to be used: VMP_CONFIGURATION_INVALID where it is not valid. */
  async effective(id: string, entry: ConfigurationEntry | undefined, facts: Facts): Promise<Configuration> {
    return valid(id, await this.resolve(id, entry, facts));
  }

  async check(id: string, configuration: Configuration, { described: { schema } }: Facts): Promise<Checked> {
    let plain: Configuration;
    try {
      plain = plainConfiguration(configuration);
    } catch (error) {
      if (!(error instanceof NotJson)) throw error;
      const message = `${error.at === "" ? "the configuration" : error.at}: ${error.message}`;
      return { effective: none, errors: [{ path: error.at, message, keyword: "json" }], warnings: [] };
    }
    const checked =
      schema === undefined
        ? { effective: plain, errors: [], warnings: [] }
        : (await import("./schema.ts")).checkConfiguration(schema, plain);
    const effective = freezeJson(checked.effective);
    const rules = this.#options.rules?.(id) ?? [];
    if (checked.errors.length > 0 || rules.length === 0) return { ...checked, effective };
    const findings = rules.flatMap((rule) => rule(effective));
    const having = (wanted: "error" | "warning"): Problem[] =>
      findings
        .filter(({ severity }) => (severity ?? "error") === wanted)
        .map(({ path, message }) => ({ path, message, keyword: "rule" }));
    return { effective, errors: having("error"), warnings: [...checked.warnings, ...having("warning")] };
  }
}

/** VMP_CONFIGURATION_INVALID with all errors. */
export function valid(id: string, { effective, errors }: Checked): Configuration {
  if (errors.length > 0) throw new VmPluginError("VMP_CONFIGURATION_INVALID", { id, problems: problemsText(errors) });
  return effective;
}

/** A copy; throws NotJson. */
function plainConfiguration(configuration: unknown): Configuration {
  const plain = copyJson(configuration);
  if (!isObject(plain)) throw new NotJson([], "it is not an object");
  refusePrototype(plain);
  return plain;
}

function sameFacts(a: Facts, b: Facts): boolean {
  return (
    a.described.version === b.described.version &&
    a.described.schema === b.described.schema &&
    a.given === b.given &&
    a.migrate === b.migrate
  );
}

function sameEntry(a: ConfigurationEntry | undefined, b: ConfigurationEntry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.metadata.pluginVersion === b.metadata.pluginVersion && jsonEqual(a.configuration, b.configuration);
}
