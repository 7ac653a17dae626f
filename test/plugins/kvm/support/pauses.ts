/** Pausing, resuming and stopping guests at any moment. */
import { expect } from "vitest";
import type { GuestProcess } from "../../../../src/machine/guest-process.ts";
import type { Machine } from "../../../../src/machine/machine.ts";

export interface Counting {
  readonly process: GuestProcess;
  readonly abort: AbortController;
  /** What each of its virtual CPUs has counted. */
  counts(): readonly (number | bigint)[];
}

/** A linear congruential generator. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const moment = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Far longer than any host needs: what does not count then has lost a wake-up. */
async function goesOn(guest: Counting): Promise<void> {
  const before = guest.counts();
  await expect.poll(() => guest.counts().every((count, index) => count !== before[index]), { interval: 1 }).toBe(true);
}

async function stop({ process, abort }: Counting): Promise<void> {
  abort.abort();
  await expect(process.exit).rejects.toMatchObject({ code: "VMP_CANCELLED" });
}

/** start: of a guest that counts for ever, in this machine. */
export async function pauseAtRandom(
  machine: Machine,
  start: () => Promise<Counting>,
  { times, seed }: { times: number; seed: number },
): Promise<void> {
  const random = generator(seed);
  const pauses: Promise<void>[] = [];
  let guest = await start();
  for (let i = 0; i < times; i++) {
    const choice = random(1000);
    if (choice < 440) {
      pauses.push(machine.pause());
    } else if (choice < 880) {
      machine.resume();
    } else if (choice < 940) {
      await machine.pause();
      const before = guest.counts();
      await moment(random(3));
      expect(guest.counts()).toEqual(before);
    } else if (choice < 985) {
      machine.resume();
      await goesOn(guest);
    } else {
      await stop(guest); // also while it is paused
      machine.resume();
      guest = await start();
    }
    if (random(4) === 0) await new Promise(setImmediate);
  }
  machine.resume();
  await goesOn(guest);
  await Promise.all(pauses);
  await stop(guest);
}
