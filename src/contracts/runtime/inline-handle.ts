/**
 * Handles through which a host calls inline plugins. A handle holds the implementation's methods, bound, in fields of its own,
 * and revoking it puts refusals in their place. Of the designs measured (a flag that each call checks, closures, functions kept
 * beside their receiver) this is the quickest: all handles of a point have one shape, so a call site that sees eight plugins
 * finds the function without a search, and nothing is checked on the way.
 */
import { VmPluginError } from "../../errors.ts";

/** How a method of a revoked handle answers. */
export function refusal(point: string, plugin: string): () => never {
  return () => {
    throw new VmPluginError("VMP_REVOKED", { point, id: plugin });
  };
}

export interface CallStatistics {
  readonly calls: number;
  readonly errors: number;
  /** How many calls were timed, one in 1024. */
  readonly samples: number;
  /** Of the timed calls, in nanoseconds; of asynchronous ones until their promise was settled. */
  readonly meanLatency: number;
  readonly slowestLatency: number;
}

const sampleEvery = 1024;

/** What counted handles have in common. */
export class CountedHandle {
  /** Calls until the next one that is timed: also the count, so that a call changes one field. */
  protected left = sampleEvery;
  protected errors = 0;
  #samples = 0;
  #total = 0;
  #slowest = 0;

  get statistics(): CallStatistics {
    return {
      calls: this.#samples * sampleEvery + sampleEvery - this.left,
      errors: this.errors,
      samples: this.#samples,
      meanLatency: this.#samples === 0 ? 0 : this.#total / this.#samples,
      slowestLatency: this.#slowest,
    };
  }

  #record(start: number): void {
    const nanoseconds = (performance.now() - start) * 1e6;
    this.#total += nanoseconds;
    this.#slowest = Math.max(this.#slowest, nanoseconds);
  }

  /** The call that is timed. */
  protected timed<Parameters extends readonly unknown[], Result>(
    method: (...parameters: Parameters) => Result,
    parameters: Parameters,
  ): Result {
    this.left = sampleEvery;
    this.#samples++;
    const start = performance.now();
    try {
      const result = method(...parameters);
      if (result instanceof Promise) {
        result.then(
          () => this.#record(start),
          () => {
            this.errors++;
            this.#record(start);
          },
        );
      } else {
        this.#record(start);
      }
      return result;
    } catch (error) {
      this.errors++;
      this.#record(start);
      throw error;
    }
  }

  /** Counts a promise that is rejected. */
  protected watched<Result>(result: Result): Result {
    if (result instanceof Promise) {
      result.catch(() => {
        this.errors++;
      });
    }
    return result;
  }
}
