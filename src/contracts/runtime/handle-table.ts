import { VmPluginError } from "../../errors.ts";
import { MalformedMessage } from "./malformed.ts";

interface Slot {
  object: unknown;
  type: string;
  generation: number;
  taken: boolean;
}

/** Numbers for objects that the other side of a connection names: index below, generation above, 0 for none. */
export class HandleTable {
  readonly #slots: Slot[] = [];
  readonly #free: number[] = [];
  readonly #plugin: string;

  /** `plugin`: the id that errors name. */
  constructor(plugin: string) {
    this.#plugin = plugin;
  }

  insert(type: string, object: unknown): bigint {
    const index = this.#free.pop() ?? this.#slots.length;
    const generation = (this.#slots[index]?.generation ?? 0) + 1;
    this.#slots[index] = { object, type, generation, taken: true };
    return (BigInt(generation) << 32n) | BigInt(index);
  }

  /** Throws VMP_REVOKED when the generation is over, MalformedMessage for a number that was never given or of another type. */
  find(type: string, handle: bigint): unknown {
    const slot = this.#slots[Number(handle & 0xffff_ffffn)];
    const generation = Number(handle >> 32n);
    if (slot === undefined || generation === 0 || generation > slot.generation) {
      throw new MalformedMessage(`the handle ${handle} was never given`);
    }
    if (generation !== slot.generation || !slot.taken)
      throw new VmPluginError("VMP_REVOKED", { point: type, id: this.#plugin });
    if (slot.type !== type) throw new MalformedMessage(`the handle ${handle} is to ${slot.type}, not to ${type}`);
    return slot.object;
  }

  revoke(handle: bigint): void {
    const index = Number(handle & 0xffff_ffffn);
    const slot = this.#slots[index];
    if (slot === undefined || !slot.taken || slot.generation !== Number(handle >> 32n)) return;
    slot.taken = false;
    slot.object = undefined;
    if (slot.generation < 0xffff_ffff) this.#free.push(index);
  }
}
