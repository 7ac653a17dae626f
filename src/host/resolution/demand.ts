/** What the search works on: for each plugin id the version to choose, and the demands on that choice. */
import type { Requirement } from "../manifest/manifest.ts";
import type { PluginRecord } from "../plugin-record.ts";
import type { Failure } from "./failure.ts";

/** By position in `Variable.records`; undefined where every version will do. */
export type Allowed = readonly boolean[] | undefined;

/** One plugin that can meet a requirement, in the allowed versions. */
export interface Way {
  readonly variable: Variable;
  readonly allowed: Allowed;
}

/** What must hold of the version that is chosen for a plugin id. */
export interface Demand {
  readonly to: Variable;
  readonly allowed: Allowed;
  /** The decision whose plugin raises it, with its requirement; or, for what is given from outside, how an error words it. */
  readonly from: Decision | string;
  readonly requirement: Requirement | undefined;
  /** The decision that raised it; -1 for what is given from outside. */
  readonly level: number;
}

export interface Decision {
  readonly variable: Variable;
  readonly record: PluginRecord;
  /** Of the record in `variable.records`. */
  readonly index: number;
  /** The demand for which the plugin was taken up. */
  readonly reason: Demand;
}

/** Not computed yet; being computed. */
export const unknownHeight = -1;
export const entered = -2;

/** A plugin id. */
export class Variable {
  readonly id: string;
  /** Every version, the highest first. */
  readonly records: readonly PluginRecord[];
  /** How much speaks against each record; none of them can be chosen while it is not 0. */
  readonly obstacles: number[];
  /** How many records nothing speaks against. */
  open: number;
  /** Why a record can be chosen in no case. */
  readonly hopeless: (Failure | undefined)[] = [];
  /** The present demands on it, the oldest first. */
  readonly demands: Demand[] = [];
  /** The present demands of the chosen record on others. */
  readonly edges: Demand[] = [];
  /** Its place in the order of decisions; -1 until it is known. */
  rank = -1;
  /** Of `decision`. */
  level = -1;
  decision: Decision | undefined;
  /** 0 where it needs nothing, else one above the highest that it needs. */
  height = unknownHeight;
  /** How often demands on it could not be met together. */
  conflicts = 0;

  /** How many demands, the first ones, do not make it necessary. */
  #given = 0;

  constructor(id: string, records: readonly PluginRecord[]) {
    this.id = id;
    this.records = records;
    this.obstacles = records.map(() => 0);
    this.open = records.length;
  }

  /** The oldest requirement, or root, for which a version is to be chosen. */
  get reason(): Demand | undefined {
    return this.demands[this.#given];
  }

  /** A demand that holds if a version is chosen at all. */
  addGiven(demand: Demand): void {
    this.add(demand);
    this.#given++;
  }

  /** The caller looks at `open` afterwards. */
  add(demand: Demand): void {
    this.demands.push(demand);
    if (demand.allowed) this.#count(demand.allowed, 1);
  }

  /** Takes the newest back. */
  removeNewest(): void {
    const allowed = this.demands.pop()?.allowed;
    if (allowed) this.#count(allowed, -1);
  }

  /** For good. */
  giveUp(index: number, failure: Failure): void {
    this.hopeless[index] = failure;
    this.#oppose(index, 1);
  }

  /** The oldest demand that forbids a record. */
  forbidding(index: number): Demand | undefined {
    return this.demands.find((demand) => !allows(demand, index));
  }

  #count(allowed: readonly boolean[], change: 1 | -1): void {
    for (let index = 0; index < allowed.length; index++) if (!allowed[index]) this.#oppose(index, change);
  }

  #oppose(index: number, change: 1 | -1): void {
    const before = this.obstacles[index] as number;
    this.obstacles[index] = before + change;
    if (before === 0) this.open--;
    else if (before + change === 0) this.open++;
  }
}

export function allows(demand: Demand, index: number): boolean {
  return demand.allowed === undefined || demand.allowed[index] === true;
}
