/** Instances that a host gave out: counted, and replaced under their users by a newer version's where the contract allows it. */
import { isReplaceable } from "../../runtime/inline/point-handles.ts";
import type { Instance, InstanceRequest } from "../../runtime/loaded-plugin.ts";
import type { Lifecycle } from "./lifecycle.ts";

interface Given {
  /** Its configuration is of the instance alone. */
  readonly request: InstanceRequest;
  /** What its users hold and go on holding. */
  readonly handle: object;
  owner: Lifecycle;
  instance: Instance;
  /** Tells the owner that it is closed. */
  closed: () => void;
}

export class Instances {
  readonly #given = new Set<Given>();

  /** Of a running plugin. The request's configuration stands above the plugin's own. */
  async make(owner: Lifecycle, request: InstanceRequest): Promise<Instance> {
    const { made, closed } = await open(owner, request);
    const given: Given = { request, handle: made.implementation as object, owner, instance: made, closed };
    this.#given.add(given);
    return {
      plugin: made.plugin,
      point: made.point,
      name: made.name,
      implementation: made.implementation,
      statistics: () => given.instance.statistics(),
      close: async () => {
        this.#given.delete(given);
        await given.instance.close().finally(given.closed);
      },
    };
  }

  /** The plugin has closed all that it had made. */
  ended(owner: Lifecycle): void {
    for (const given of this.#given) if (given.owner === owner) this.#given.delete(given);
  }

  open(owner: Lifecycle): readonly Instance[] {
    return [...this.#given].filter((given) => given.owner === owner).map((given) => given.instance);
  }

  /**
   * Puts an instance of `next` in the place of each of `old` whose contract says that nobody can tell. Answers why some could
   * not be made: their users keep what they have.
   */
  async replace(old: Lifecycle, next: Lifecycle): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const given of this.#given) {
      if (given.owner !== old || !isReplaceable(given.request.point)) continue;
      try {
        await this.#replaceOne(given, next);
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }

  async #replaceOne(given: Given, next: Lifecycle): Promise<void> {
    const { made, closed } = await open(next, given.request);
    if (!this.#given.has(given)) return made.close().finally(closed);
    const { instance: before, closed: leave } = given;
    // Closing takes the handle's methods away at once, and then waits: they are there again before anybody can call.
    const closing = before.close();
    lead(given.handle, made.implementation as object);
    given.instance = made;
    given.owner = next;
    given.closed = closed;
    await closing.finally(leave);
  }
}

function open(owner: Lifecycle, request: InstanceRequest) {
  return owner.open((code) => {
    const configuration = { ...owner.configuration, ...request.configuration };
    return code.createInstance({ ...request, configuration });
  });
}

/** Every method of `handle` calls that of `target`, by its name: when `target` is revoked, so is the handle. */
function lead(handle: object, target: object): void {
  const [from, to] = [handle, target] as Record<string, unknown>[] as [
    Record<string, unknown>,
    Record<string, (...parameters: unknown[]) => unknown>,
  ];
  for (const [name, value] of Object.entries(to))
    if (typeof value === "function") from[name] = (...parameters: unknown[]) => to[name]?.(...parameters);
}
