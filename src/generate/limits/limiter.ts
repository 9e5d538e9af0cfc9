/** @file All limits of a run -> one gate that each try passes on its way in and out. */
import type { LimitsSpec, PriceSpec } from "../../task/completions-spec.ts";
import { createChange } from "../../util/change.ts";
import type { Clock } from "../../util/clock.ts";
import type { Prompt, Usage } from "../completer.ts";
import {
  type AdaptiveConcurrency,
  type ConcurrencyTicket,
  createAdaptiveConcurrency,
} from "./adaptive-concurrency.ts";
import { createSpending, type Reservation, type Spending } from "./spending.ts";
import { createTokenBucket } from "./token-bucket.ts";
import { createOutputEstimate, estimateInputTokens } from "./token-estimate.ts";

export interface LimiterSettings {
  readonly limits: Pick<LimitsSpec, "concurrency" | "requestsPerMinute" | "tokensPerMinute" | "spend">;
  readonly price?: PriceSpec;
  readonly maxOutputTokens: number;
  readonly clock: Clock;
}

/** Of a try that is in flight. */
interface Pass {
  readonly ticket: ConcurrencyTicket;
  readonly reservation: Reservation;
  /** Tokens taken from the budget of the minute. */
  readonly tokens: number;
}

/** What became of a try. */
interface Outcome {
  /** Counted by the service; `none`: it did no work; `unknown`: it may have. */
  readonly usage: Usage | "none" | "unknown";
  /** It answered with a 429 or a 503, and may have said how long to stay away. */
  readonly overload?: { readonly retryAfterMs?: number };
  readonly answered: boolean;
}

export interface Limiter {
  /** Waits until the try keeps all limits. Undefined: the signal was aborted first, or the spending limit is reached. */
  enter(prompt: Prompt, signal: AbortSignal): Promise<Pass | undefined>;
  leave(pass: Pass, outcome: Outcome): void;
  readonly inFlight: number;
  readonly concurrency: AdaptiveConcurrency;
  readonly spending: Spending;
  /** Whether a try was turned away because of the spending limit: from then on all are. */
  readonly exhausted: boolean;
}

/** Tries pass the gate in the order in which they came. */
export function createLimiter({ limits, price, maxOutputTokens, clock }: LimiterSettings): Limiter {
  const { requestsPerMinute, tokensPerMinute } = limits;
  const concurrency = createAdaptiveConcurrency(limits.concurrency);
  const spending = createSpending(price, limits.spend);
  const requests =
    requestsPerMinute === undefined ? undefined : createTokenBucket(requestsPerMinute, clock.now());
  const tokens = tokensPerMinute === undefined ? undefined : createTokenBucket(tokensPerMinute, clock.now());
  const output = createOutputEstimate(maxOutputTokens);
  const left = createChange();
  let inFlight = 0;
  let exhausted = false;
  let closedUntil = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function pass(prompt: Prompt, signal: AbortSignal): Promise<Pass | undefined> {
    const input = estimateInputTokens(prompt);
    for (;;) {
      if (signal.aborted || exhausted) return undefined;
      const now = clock.now();
      const likely = input.likely + output.mean;
      const waitMs = Math.max(
        closedUntil - now,
        requests?.waitMs(1, now) ?? 0,
        tokens?.waitMs(likely, now) ?? 0,
      );
      if (inFlight >= concurrency.limit) await left.wait();
      else if (waitMs > 0) await clock.sleep(waitMs, signal);
      else {
        const worst = { inputTokens: input.most, outputTokens: maxOutputTokens };
        const reservation = spending.reserve(worst);
        if (reservation === undefined) {
          // What is in flight will cost less than its worst case, and may leave room.
          if (inFlight > 0) await left.wait();
          else exhausted = true;
          continue;
        }
        requests?.take(1, now);
        tokens?.take(likely, now);
        inFlight++;
        return { ticket: concurrency.begin(), reservation, tokens: likely };
      }
    }
  }

  return {
    enter(prompt, signal) {
      const mine = last.then(() => pass(prompt, signal));
      last = mine;
      return mine;
    },
    leave({ ticket, reservation, tokens: taken }, { usage, overload, answered }) {
      inFlight--;
      const now = clock.now();
      spending.settle(reservation, usage);
      if (typeof usage === "object") {
        tokens?.giveBack(taken - usage.inputTokens - usage.outputTokens, now);
        output.add(usage);
      }
      if (overload) {
        concurrency.overloaded(ticket);
        closedUntil = Math.max(closedUntil, now + (overload.retryAfterMs ?? 0));
      } else if (answered) concurrency.succeeded();
      left.notify();
    },
    get inFlight() {
      return inFlight;
    },
    get exhausted() {
      return exhausted;
    },
    concurrency,
    spending,
  };
}
