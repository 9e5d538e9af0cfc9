/** @file Time that can be injected: what o'clock it is, and waiting. */

export interface Clock {
  /** Milliseconds since 1970; never runs backwards. */
  now(): number;
  /** Waits; ends early, without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest wait of `setTimeout`: 2^31 - 1 ms. */
const LONGEST_MS = 0x7fffffff;

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, Math.min(Math.max(0, ms), LONGEST_MS));
      signal?.addEventListener("abort", end);
    }),
};
