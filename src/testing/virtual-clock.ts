/** @file A clock for tests that jumps to the next moment somebody waits for, as soon as nothing else is left to do. */
import type { Clock } from "../util/clock.ts";

export interface VirtualClock extends Clock {
  /** Lets time pass until the promise is settled. @throws Error when it is not and nobody waits for a moment. */
  run<T>(promise: Promise<T>): Promise<T>;
}

interface Timer {
  readonly due: number;
  readonly ring: () => void;
}

/** @param start milliseconds since 1970; default: 0 */
export function createVirtualClock(start = 0): VirtualClock {
  let now = start;
  const timers = new Set<Timer>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const ring = () => {
          timers.delete(timer);
          signal?.removeEventListener("abort", ring);
          resolve();
        };
        const timer = { due: now + Math.max(0, ms), ring };
        timers.add(timer);
        signal?.addEventListener("abort", ring);
      }),
    async run(promise) {
      let settled = false;
      const done = () => {
        settled = true;
      };
      promise.then(done, done);
      for (;;) {
        // Microtasks run dry before the next turn of the event loop.
        await new Promise((resolve) => setImmediate(resolve));
        if (settled) return promise;
        let next: Timer | undefined;
        for (const timer of timers) if (next === undefined || timer.due < next.due) next = timer;
        if (next === undefined) throw new Error("Nobody waits for a moment, and the promise is not settled.");
        now = next.due;
        next.ring();
      }
    },
  };
}
