/** What a host counted of its plugins. Times are milliseconds of the monotonic clock. */
import type { Operation, StateEvent } from "../lifecycle/states.ts";
import type { PluginRecord } from "../plugin-record.ts";

export interface OperationMetrics {
  readonly count: number;
  readonly failures: number;
  readonly total: number;
  readonly slowest: number;
}

export interface PluginMetrics {
  readonly plugin: string;
  /** Of each operation that was tried, over all versions. */
  readonly operations: Readonly<Partial<Record<Operation, OperationMetrics>>>;
  /** Since it was started last; undefined when it does not run. */
  readonly uptime: number | undefined;
  /** Open instances, and how they were called; calls are counted only in a host that counts. */
  readonly instances: number;
  readonly calls: number;
  readonly errors: number;
}

type Counted = Pick<PluginMetrics, "plugin" | "operations" | "uptime">;

export class Metrics {
  readonly #operations = new Map<string, Map<Operation, OperationMetrics>>();
  /** When each that runs was started, by its record: while a plugin is updated two of its versions run. */
  readonly #started = new WeakMap<PluginRecord, number>();

  /** To be told of every event. */
  count(record: PluginRecord, { plugin, operation, to, duration, time }: StateEvent): void {
    const operations = this.#operations.get(plugin) ?? new Map<Operation, OperationMetrics>();
    this.#operations.set(plugin, operations);
    const before = operations.get(operation) ?? { count: 0, failures: 0, total: 0, slowest: 0 };
    operations.set(operation, {
      count: before.count + 1,
      failures: before.failures + (to === "error" ? 1 : 0),
      total: before.total + duration,
      slowest: Math.max(before.slowest, duration),
    });
    if (operation === "start" && to === "running") this.#started.set(record, time);
    else if (to !== "running") this.#started.delete(record);
  }

  /** Of the version that is used. */
  of(record: PluginRecord): Counted {
    const plugin = record.manifest.id;
    const started = this.#started.get(record);
    return {
      plugin,
      operations: Object.fromEntries(this.#operations.get(plugin) ?? []),
      uptime: started === undefined ? undefined : Number(process.hrtime.bigint()) / 1e6 - started,
    };
  }
}
