/** @file So much a minute -> how long the next piece has to wait. */

export interface TokenBucket {
  /** Milliseconds until `amount` may be taken: 0 for now. An amount above the capacity waits for a full bucket. */
  waitMs(amount: number, now: number): number;
  /** Takes, whatever is there: the level may fall below zero and is filled up again first. */
  take(amount: number, now: number): void;
  /** Corrects an estimate after the fact: positive was too much, negative too little. */
  giveBack(amount: number, now: number): void;
}

/**
 * A bucket that holds a second's worth (`perMinute / 60`, and at least one, or half of a smaller budget) and is filled at
 * `perMinute - capacity` a minute. So within any 60 s no more than `perMinute` is taken in amounts up to the capacity; a
 * larger one may pass it once, by its excess over the capacity, and is waited for afterwards.
 */
export function createTokenBucket(perMinute: number, start: number): TokenBucket {
  const capacity = Math.min(Math.max(1, perMinute / 60), perMinute / 2);
  const perMs = (perMinute - capacity) / 60_000;
  let level = capacity;
  let filledAt = start;
  const fill = (now: number) => {
    level = Math.min(capacity, level + Math.max(0, now - filledAt) * perMs);
    filledAt = Math.max(now, filledAt);
  };
  return {
    waitMs(amount, now) {
      fill(now);
      const missing = Math.min(amount, capacity) - level;
      // Rounded up, so that a wait is never short by an error of rounding.
      return missing <= 1e-9 ? 0 : Math.ceil(missing / perMs);
    },
    take(amount, now) {
      fill(now);
      level -= amount;
    },
    giveBack(amount, now) {
      fill(now);
      level = Math.min(capacity, level + amount);
    },
  };
}
