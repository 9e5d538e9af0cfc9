/** @file How often something failed, and what the service asks for -> how long to wait before the next try. */
import type { Random } from "../../util/random.ts";

/** Of the first wait, at most, ms. */
const BASE_MS = 1_000;
/** Of any wait that we choose, ms. */
const LONGEST_MS = 60_000;

/** Longer waits than this, ms, are not waited for: the prompt is given up and asked again in the next run. */
export const LONGEST_RETRY_AFTER_MS = 10 * 60_000;

/**
 * Exponential backoff with full jitter: uniform in [0, min(60 s, 1 s * 2^(failures - 1))] (Brooker 2015, AWS Architecture
 * Blog, "Exponential Backoff And Jitter"), after what the service asks for, if it asks.
 * @param failures tries of this prompt that failed, at least 1
 */
export function backoffMs(failures: number, random: Random, retryAfterMs = 0): number {
  return retryAfterMs + random.next() * Math.min(LONGEST_MS, BASE_MS * 2 ** (failures - 1));
}

/**
 * `retry-after-ms` (OpenAI, Azure), else `retry-after` in seconds or as a date (RFC 9110, 10.2.3) -> milliseconds from
 * `now`, never negative. Undefined where there is none, or none that can be read.
 * @param headers names in lower case
 */
export function parseRetryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const given = headers["retry-after"]?.trim() ?? "";
  const exact = Number.parseFloat(headers["retry-after-ms"] ?? "");
  const ms = Number.isFinite(exact)
    ? exact
    : /^\d+(\.\d+)?$/.test(given)
      ? Number(given) * 1000
      : Date.parse(given) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
