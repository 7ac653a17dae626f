/**
 * Backtracking search with conflict-directed backjumping (Prosser, "Hybrid algorithms for the constraint satisfaction
 * problem", 1993) and forward checking. Decisions stand in levels, in the order in which they come up; choices that cannot
 * work are passed over, and no others, so that the first solution in order of preference is the one that is found.
 */
import type { Requirement } from "../manifest/manifest.ts";
import type { PluginRecord } from "../plugin-record.ts";
import { type ConflictSet, union, withLevel, withoutLatest } from "./conflict-set.ts";
import { allows, type Decision, type Demand, unknownHeight, Variable, type Way } from "./demand.ts";
import { conflictFailure, cycleFailure, type Failure, limitFailure, passingFailure } from "./failure.ts";
import { findCircle, raise } from "./heights.ts";
import { type Need, type Offers, only } from "./offers.ts";
import { rank } from "./ranking.ts";

/** A requirement that several plugins can meet, of which one has to be chosen. */
interface Choice {
  readonly from: Decision;
  readonly need: Need;
  /** The level that brought it up. */
  readonly cause: number;
}

/** How much there was before a decision. */
interface Marks {
  readonly demands: number;
  readonly forced: number;
  readonly nextForced: number;
  readonly choices: number;
  readonly nextChoice: number;
}

/** A decision: which version of a plugin, or which way to meet a requirement. */
interface Level {
  readonly what: Variable | Choice;
  readonly before: Marks;
  /** The choice that is tried next. */
  next: number;
  /** Why those up to the next one cannot work. */
  conflicts: ConflictSet | undefined;
  failure: Failure | undefined;
}

interface Conflict {
  /** Earlier levels, of which one has to change. */
  readonly levels: ConflictSet | undefined;
  readonly failure: Failure;
}

/** So often a decision is taken back at most, on average. */
const undoneForEach = 100;
const undoneAtLeast = 100_000;

export class Search {
  readonly #offers: Offers;
  readonly #levels: Level[] = [];
  readonly #demands: Demand[] = [];
  /** Plugins of which one version was left when something was demanded of them. */
  readonly #forced: Variable[] = [];
  #nextForced = 0;
  readonly #choices: Choice[] = [];
  #nextChoice = 0;
  readonly #ranked: Variable[] = [];
  /** None before it waits for a decision. */
  #nextRank = 0;
  #undone = 0;

  constructor(offers: Offers) {
    this.#offers = offers;
  }

  /** The plugins that were taken up, in the order of decisions. */
  get variables(): Variable[] {
    return this.#levels.flatMap(({ what }) => (what instanceof Variable ? what : []));
  }

  /** Why there is no solution. To be called once, before takeOptional. */
  takeMandatory(roots: readonly PluginRecord[]): Failure | undefined {
    for (const root of roots) {
      const { id, version } = root.manifest;
      const to = this.#offers.variable(id, root);
      const from = `${id} ${version} is asked for`;
      const conflict = this.#demand({
        to,
        allowed: only(to, new Set([root])),
        from,
        requirement: undefined,
        level: -1,
      });
      if (conflict) return conflict.failure;
    }
    const asked = this.#demands.map((demand) => demand.to);
    rank(asked, this.#offers, this.#ranked);
    this.#nextRank = 0;
    return this.#solve(0);
  }

  /** Requirement by requirement, with all that it needs, as long as nothing that was chosen has to change. */
  takeOptional(): void {
    for (let level = 0; level < this.#levels.length; level++) {
      const what = this.#levels[level]?.what;
      if (!(what instanceof Variable) || what.decision === undefined) continue;
      for (const need of this.#offers.needs(what.decision.record).optional) this.#tryOptional(what.decision, need);
    }
  }

  #tryOptional(from: Decision, need: Need): void {
    const base = this.#levels.length;
    const before = this.#marks();
    rank(
      need.ways.map((way) => way.variable),
      this.#offers,
      this.#ranked,
    );
    this.#choices.push({ from, need, cause: from.variable.level });
    if (this.#solve(base) === undefined) raise(from.variable);
    else this.#undo(base, before);
  }

  /** Decides all that is open, and changes no level before `base`. Why it cannot be done, if it cannot. */
  #solve(base: number): Failure | undefined {
    for (;;) {
      const opened = this.#open();
      let conflict = opened ? this.#decide() : this.#circle(base);
      if (!opened && conflict === undefined) return undefined;
      while (conflict !== undefined) {
        const target = conflict.levels?.level ?? -1;
        if (target < base) return conflict.failure;
        this.#takeBack(target);
        this.#reject(target, { ...conflict, levels: withoutLatest(conflict.levels, target) });
        if (this.#undone > Math.max(undoneAtLeast, undoneForEach * this.#ranked.length))
          return limitFailure(this.#undone, this.#ranked);
        conflict = this.#decide();
      }
    }
  }

  /**
   * The decision that is due next becomes the last level: plugins of which only one version is left, which narrows the others
   * without deciding anything; then what plugins require of points; then plugins by rank.
   */
  #open(): boolean {
    while (this.#nextForced < this.#forced.length) {
      const variable = this.#forced[this.#nextForced++] as Variable;
      if (variable.decision === undefined) return this.#push(variable);
    }
    const choice = this.#choices[this.#nextChoice];
    if (choice) {
      this.#nextChoice++;
      return this.#push(choice);
    }
    for (; this.#nextRank < this.#ranked.length; this.#nextRank++) {
      const variable = this.#ranked[this.#nextRank] as Variable;
      if (variable.reason !== undefined && variable.decision === undefined) return this.#push(variable);
    }
    return false;
  }

  #push(what: Variable | Choice): true {
    if (what instanceof Variable) what.level = this.#levels.length;
    this.#levels.push({ what, before: this.#marks(), next: 0, conflicts: undefined, failure: undefined });
    return true;
  }

  #marks(): Marks {
    return {
      demands: this.#demands.length,
      forced: this.#forced.length,
      nextForced: this.#nextForced,
      choices: this.#choices.length,
      nextChoice: this.#nextChoice,
    };
  }

  /** Makes the next possible choice at the last level. */
  #decide(): Conflict | undefined {
    const at = this.#levels.length - 1;
    const level = this.#levels[at] as Level;
    const { what } = level;
    const count = what instanceof Variable ? what.records.length : what.need.ways.length;
    while (level.next < count) {
      const index = level.next++;
      if (what instanceof Variable && what.obstacles[index] !== 0) {
        const hopeless = what.hopeless[index];
        if (hopeless && what.obstacles[index] === 1) note(level, hopeless);
        continue;
      }
      const conflict =
        what instanceof Variable
          ? this.#choose(what, index)
          : this.#follow(what.from, what.need.requirement, what.need.ways[index] as Way, at);
      if (conflict === undefined) return undefined;
      this.#takeBack(at);
      this.#reject(at, conflict);
    }
    return exhausted(level);
  }

  #choose(variable: Variable, index: number): Conflict | undefined {
    const record = variable.records[index] as PluginRecord;
    const { failure, mandatory } = this.#offers.needs(record);
    if (failure) return { levels: undefined, failure };
    const decision = { variable, record, index, reason: variable.reason as Demand };
    variable.decision = decision;
    for (const need of mandatory) {
      const { requirement, ways } = need;
      if (ways.length > 1) this.#choices.push({ from: decision, need, cause: variable.level });
      else {
        const conflict = this.#follow(decision, requirement, ways[0] as Way, variable.level);
        if (conflict) return conflict;
      }
    }
    return undefined;
  }

  #follow(
    from: Decision,
    requirement: Requirement,
    { variable: to, allowed }: Way,
    level: number,
  ): Conflict | undefined {
    // A plugin that provides itself the point that it requires.
    if (to === from.variable) return undefined;
    return this.#demand({ to, allowed, from, requirement, level });
  }

  #demand(demand: Demand): Conflict | undefined {
    const { to, from } = demand;
    this.#demands.push(demand);
    to.add(demand);
    if (typeof from !== "string") from.variable.edges.push(demand);
    if (to.open === 0) return excluded(demand);
    if (to.decision && !allows(demand, to.decision.index)) {
      const failure = passingFailure(to, to.decision, demand);
      return { levels: withLevel(undefined, to.level), failure };
    }
    if (to.decision === undefined) {
      if (to.open === 1) this.#forced.push(to);
      this.#nextRank = Math.min(this.#nextRank, to.rank);
    }
    return undefined;
  }

  /** When all is decided: whether plugins need each other in a circle. */
  #circle(base: number): Conflict | undefined {
    const circle = base === 0 ? this.#circleAnywhere() : this.#circleThrough(base);
    if (circle === undefined) return undefined;
    let levels: ConflictSet | undefined;
    for (const { level, from } of circle) {
      const decided = (from as Decision).variable.level;
      levels = withLevel(levels, level);
      if (decided !== level) levels = withLevel(levels, decided);
    }
    for (let at = base; at < this.#levels.length; at++) {
      const what = this.#levels[at]?.what;
      if (what instanceof Variable) what.height = unknownHeight;
    }
    return { levels, failure: cycleFailure(circle) };
  }

  #circleAnywhere(): readonly Demand[] | undefined {
    for (const { what } of this.#levels) {
      const circle = what instanceof Variable && what.height === unknownHeight ? findCircle(what) : undefined;
      if (circle) return circle;
    }
    return undefined;
  }

  /** The optional requirement at `base` is what is new. */
  #circleThrough(base: number): readonly Demand[] | undefined {
    const { what } = this.#levels[base] as Level;
    const { variable } = (what as Choice).from;
    const demand = variable.edges.at(-1);
    // It is met by the plugin itself.
    if (demand?.level !== base) return undefined;
    const circle = findCircle(demand.to, variable);
    return circle?.at(-1)?.to === variable ? [demand, ...circle] : circle;
  }

  #reject(at: number, { levels, failure }: Conflict): void {
    const level = this.#levels[at] as Level;
    this.#undone++;
    note(level, failure);
    if (levels) level.conflicts = union(level.conflicts, levels);
    // It does not depend on any other decision.
    else if (level.what instanceof Variable) level.what.giveUp(level.next - 1, failure);
  }

  /** The level stays, with its next choice to be made, and none after it. */
  #takeBack(at: number): void {
    const level = this.#levels[at] as Level;
    this.#undo(at + 1, level.before);
    if (level.what instanceof Variable) level.what.decision = undefined;
  }

  #undo(kept: number, { demands, forced, nextForced, choices, nextChoice }: Marks): void {
    while (this.#levels.length > kept) {
      const what = this.#levels.pop()?.what;
      this.#undone++;
      if (!(what instanceof Variable)) continue;
      what.decision = undefined;
      this.#nextRank = Math.min(this.#nextRank, what.rank);
    }
    while (this.#demands.length > demands) {
      const { to, from } = this.#demands.pop() as Demand;
      to.removeNewest();
      if (typeof from !== "string") from.variable.edges.pop();
    }
    this.#forced.length = forced;
    this.#nextForced = nextForced;
    this.#choices.length = choices;
    this.#nextChoice = nextChoice;
  }
}

/** A demand together with those before it forbids every version. */
function excluded(demand: Demand): Conflict {
  const { to } = demand;
  to.conflicts++;
  const demands = new Set([demand]);
  let levels: ConflictSet | undefined;
  let hopeless: Failure | undefined;
  for (let index = 0; index < to.records.length; index++) {
    if (!allows(demand, index)) continue;
    const forbidding = to.forbidding(index);
    if (forbidding === undefined) hopeless ??= to.hopeless[index];
    else if (!demands.has(forbidding)) {
      demands.add(forbidding);
      if (forbidding.level !== demand.level) levels = withLevel(levels, forbidding.level);
    }
  }
  return { levels, failure: hopeless ?? conflictFailure(to, [...demands]) };
}

/** No choice is left. */
function exhausted({ what, conflicts, failure }: Level): Conflict {
  if (!(what instanceof Variable)) return { levels: withLevel(conflicts, what.cause), failure: failure as Failure };
  const earlier = new Set([what.reason]);
  for (let index = 0; index < what.records.length; index++) earlier.add(what.forbidding(index));
  let levels = conflicts;
  for (const demand of earlier) if (demand) levels = withLevel(levels, demand.level);
  return { levels, failure: failure as Failure };
}

/** The first failure is that of the preferred choice. */
function note(level: Level, failure: Failure): void {
  if (level.failure === undefined || (level.failure.passing && !failure.passing)) level.failure = failure;
}
