/** @file What became of requests -> how many may be in flight (additive increase, multiplicative decrease). */

/** Which cut a request was begun after: a service that is overloaded answers all that is in flight with a 429. */
export type ConcurrencyTicket = number;

export interface AdaptiveConcurrency {
  /** Requests that may be in flight now, at least 1. */
  readonly limit: number;
  begin(): ConcurrencyTicket;
  succeeded(): void;
  /** A 429 or a 503. Halves, once for all requests that were begun before the last halving. */
  overloaded(ticket: ConcurrencyTicket): void;
}

/** Begins at `most`; each 429 halves, each window of as many successes in a row as the limit adds one (Chiu & Jain 1989). */
export function createAdaptiveConcurrency(most: number): AdaptiveConcurrency {
  let limit = most;
  let successes = 0;
  let cuts = 0;
  return {
    get limit() {
      return limit;
    },
    begin: () => cuts,
    succeeded() {
      successes++;
      if (successes < limit) return;
      successes = 0;
      limit = Math.min(most, limit + 1);
    },
    overloaded(ticket) {
      successes = 0;
      if (ticket < cuts) return;
      cuts++;
      limit = Math.max(1, Math.floor(limit / 2));
    },
  };
}
