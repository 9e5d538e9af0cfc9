/** @file Tests of the limits one by one: exact waits, exact halving, exact money. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../util/random.ts";
import { createAdaptiveConcurrency } from "./adaptive-concurrency.ts";
import { backoffMs, parseRetryAfter } from "./backoff.ts";
import { createSpending } from "./spending.ts";
import { createTokenBucket } from "./token-bucket.ts";
import { createOutputEstimate, estimateInputTokens } from "./token-estimate.ts";

describe("a token bucket", () => {
  test("holds a second's worth and is filled with the rest of the minute", () => {
    const bucket = createTokenBucket(60, 0); // holds 1, 59 a minute
    expect(bucket.waitMs(1, 0)).toBe(0);
    bucket.take(1, 0);
    expect(bucket.waitMs(1, 0)).toBe(1017); // 60,000 / 59, rounded up
    expect(bucket.waitMs(1, 1000)).toBe(17);
    expect(bucket.waitMs(1, 1017)).toBe(0);
  });

  test("gives more than it holds, once, and is waited for afterwards", () => {
    const bucket = createTokenBucket(6000, 0); // holds 100, 5900 a minute
    expect(bucket.waitMs(1000, 0)).toBe(0);
    bucket.take(1000, 0);
    expect(bucket.waitMs(100, 0)).toBe(Math.ceil((1000 / 5900) * 60_000));
    bucket.giveBack(950, 0);
    expect(bucket.waitMs(100, 0)).toBe(Math.ceil((50 / 5900) * 60_000));
    bucket.giveBack(1_000_000, 0);
    expect(bucket.waitMs(100, 0)).toBe(0);
  });

  test("is never empty for ever, however small the budget", () => {
    const bucket = createTokenBucket(0.5, 0);
    bucket.take(1, 0);
    expect(bucket.waitMs(1, 0)).toBe(240_000);
  });

  test("lets no more than the budget pass within any minute", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 2, max: 500, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 200 }),
        (perMinute, pauses) => {
          const bucket = createTokenBucket(perMinute, 0);
          const times: number[] = [];
          let now = 0;
          for (const pause of pauses) {
            now += pause;
            now += bucket.waitMs(1, now);
            bucket.take(1, now);
            times.push(now);
            const recent = times.filter((time) => time > now - 60_000).length;
            expect(recent).toBeLessThanOrEqual(perMinute + 1e-6);
          }
        },
      ),
    );
  });
});

describe("adaptive concurrency", () => {
  test("halves once for all that was in flight, and adds one a window", () => {
    const concurrency = createAdaptiveConcurrency(8);
    const [a, b] = [concurrency.begin(), concurrency.begin()];
    concurrency.overloaded(a);
    concurrency.overloaded(b);
    expect(concurrency.limit).toBe(4);
    const c = concurrency.begin();
    concurrency.overloaded(c);
    expect(concurrency.limit).toBe(2);
    const limits = Array.from({ length: 40 }, () => {
      concurrency.succeeded();
      return concurrency.limit;
    });
    // 2 successes, then 3, then 4 ...
    expect(limits.slice(0, 10)).toEqual([2, 3, 3, 3, 4, 4, 4, 4, 5, 5]);
    expect(limits.at(-1)).toBe(8);
  });

  test("begins a window anew after a 429, and never goes below one", () => {
    const concurrency = createAdaptiveConcurrency(4);
    for (let i = 0; i < 5; i++) concurrency.overloaded(concurrency.begin());
    expect(concurrency.limit).toBe(1);
    concurrency.succeeded();
    expect(concurrency.limit).toBe(2);
    concurrency.succeeded();
    concurrency.overloaded(0);
    concurrency.succeeded();
    expect(concurrency.limit).toBe(2);
    concurrency.succeeded();
    expect(concurrency.limit).toBe(3);
  });
});

describe("spending", () => {
  test("counts exactly and reserves the worst case", () => {
    const spending = createSpending({ input: 0.15, output: 0.6 }, 0.001);
    const worst = { inputTokens: 1000, outputTokens: 1000 }; // 0.00075
    const first = spending.reserve(worst);
    expect(first).toBe(750_000_000);
    expect(spending.reserve(worst)).toBeUndefined();
    spending.settle(first!, { inputTokens: 1000, outputTokens: 100 });
    expect(spending.cost).toBe(0.00021);
    expect(spending.uncertainCost).toBe(0);
    const second = spending.reserve(worst);
    expect(second).toBe(750_000_000);
    spending.settle(second!, "unknown");
    expect(spending.uncertainCost).toBe(0.00075);
    expect(spending.reserve({ inputTokens: 267, outputTokens: 0 })).toBeUndefined();
    expect(spending.reserve({ inputTokens: 266, outputTokens: 0 })).toBe(39_900_000);
  });

  test("may reach the limit to the last token", () => {
    const spending = createSpending({ input: 0.1, output: 0.2 }, 0.3);
    expect(spending.reserve({ inputTokens: 1_000_000, outputTokens: 1_000_000 })).toBe(3e11);
    expect(spending.reserve({ inputTokens: 1, outputTokens: 0 })).toBeUndefined();
  });

  test("knows no cost without a price and no limit without one", () => {
    const free = createSpending();
    free.settle(free.reserve({ inputTokens: 1e9, outputTokens: 1e9 })!, "unknown");
    expect([free.cost, free.uncertainCost]).toEqual([undefined, undefined]);
  });

  test("gives a reservation back where no work was done", () => {
    const spending = createSpending({ input: 1, output: 1 }, 1e-6);
    const one = { inputTokens: 1, outputTokens: 0 };
    spending.settle(spending.reserve(one)!, "none");
    expect([spending.cost, spending.uncertainCost]).toEqual([0, 0]);
    expect(spending.reserve(one)).toBe(1e6);
  });
});

describe("waiting for another try", () => {
  test("grows in powers of two up to a minute, with full jitter", () => {
    const always = (value: number) => ({ ...createRandom(1), next: () => value });
    expect([1, 2, 3, 4, 7, 50].map((failures) => backoffMs(failures, always(1)))).toEqual([
      1000, 2000, 4000, 8000, 60_000, 60_000,
    ]);
    expect(backoffMs(3, always(0))).toBe(0);
    expect(backoffMs(3, always(0.25), 5000)).toBe(6000);
  });

  test("reads what the service asks for, in seconds and as a date", () => {
    const now = Date.parse("2026-11-24T10:00:00Z");
    const read = (headers: Record<string, string>) => parseRetryAfter(headers, now);
    expect(read({ "retry-after": "7" })).toBe(7000);
    expect(read({ "retry-after": "0.5" })).toBe(500);
    expect(read({ "retry-after": "Tue, 24 Nov 2026 10:00:30 GMT" })).toBe(30_000);
    expect(read({ "retry-after": "Tue, 24 Nov 2026 09:00:00 GMT" })).toBe(0);
    expect(read({ "retry-after-ms": "250", "retry-after": "7" })).toBe(250);
    expect(read({ "retry-after": "soon" })).toBeUndefined();
    expect(read({})).toBeUndefined();
  });
});

test("tokens are estimated from bytes, at most one a byte", () => {
  const prompt = { id: "a", messages: [{ role: "user", content: "Grüße" }] };
  expect(estimateInputTokens(prompt)).toEqual({ likely: 2, most: 7 + 32 });
  const output = createOutputEstimate(500);
  expect(output.mean).toBe(500);
  output.add({ inputTokens: 1, outputTokens: 100 });
  output.add({ inputTokens: 1, outputTokens: 101 });
  expect(output.mean).toBe(101);
});
