/** @file Tests of asking within limits, on a virtual clock: what is asked when, what is tried again, where it ends. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { InputError } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import { type AskSettings, askPrompts } from "./ask-prompts.ts";
import type { Attempt, Failure } from "./attempt.ts";
import type { CompleteOptions, CompletionProgress, Prompt } from "./completer.ts";

const prompt = (id: string): Prompt => ({ id, messages: [{ role: "user", content: id }] });
const prompts = (count: number) => Array.from({ length: count }, (_, index) => prompt(`p${index}`));
const busy: Failure = {
  reason: "failed-request",
  raw: "status 429",
  retry: true,
  usage: "none",
  overload: true,
};
const broken: Failure = { reason: "broken-answer", raw: "status 200", retry: true, usage: "unknown" };
const wrong: Failure = { reason: "failed-request", raw: "status 400", retry: false, usage: "none" };

interface Setup extends Partial<Omit<AskSettings, "limits">>, CompleteOptions {
  readonly limits?: Partial<AskSettings["limits"]>;
}

/** A service that takes 1 s for what `script` says, on a clock of its own; jitter is half of its range. */
function setUp(
  script: (id: string, tries: number) => Awaited<ReturnType<Attempt>> | "hang",
  { limits, signal, abort, ...rest }: Setup = {},
) {
  const clock = createVirtualClock();
  const begun: [time: number, id: string][] = [];
  const tries = new Map<string, number>();
  const reports: CompletionProgress[] = [];
  const attempt: Attempt = async ({ id }, cancelled) => {
    begun.push([clock.now(), id]);
    const before = tries.get(id) ?? 0;
    tries.set(id, before + 1);
    const answer = script(id, before);
    await clock.sleep(answer === "hang" ? 1e9 : 1000, cancelled);
    return answer === "hang" ? wrong : answer;
  };
  const settings: AskSettings = {
    limits: { concurrency: 4, attempts: 3, timeoutMs: 10_000, ...limits },
    maxOutputTokens: 100,
    clock,
    random: { ...createRandom(1), next: () => 0.5 },
    ...rest,
  };
  const options: CompleteOptions = {
    onProgress: (report) => reports.push(report),
    ...(signal ? { signal } : {}),
    ...(abort ? { abort } : {}),
  };
  return {
    clock,
    begun,
    reports,
    ask: (asked: Iterable<Prompt> | AsyncIterable<Prompt>) => askPrompts(asked, attempt, settings, options),
    async all(asked: Iterable<Prompt> | AsyncIterable<Prompt>) {
      const results: unknown[] = [];
      const run = async () => {
        for await (const result of askPrompts(asked, attempt, settings, options)) results.push(result);
      };
      await clock.run(run());
      return results;
    },
  };
}
const fine = (id: string, outputTokens = 10) => ({
  promptId: id,
  text: `answer ${id}`,
  usage: { inputTokens: 5, outputTokens },
});

describe("tries", () => {
  test("fill the concurrency and go on as answers come", async () => {
    const { all, begun, clock, reports } = setUp((id) => fine(id));
    expect(await all(prompts(6))).toEqual(prompts(6).map(({ id }) => fine(id)));
    expect(begun.map(([time]) => time)).toEqual([0, 0, 0, 0, 1000, 1000]);
    expect(clock.now()).toBe(2000);
    expect(Math.max(...reports.map(({ inFlight }) => inFlight))).toBe(4);
    expect(reports.at(-1)).toEqual({
      asked: 6,
      answered: 6,
      failed: 0,
      retried: 0,
      inFlight: 0,
      concurrency: 4,
      inputTokens: 30,
      outputTokens: 60,
    });
  });

  test("are repeated with backoff, so many times, and end in the last reason", async () => {
    const { all, begun, reports } = setUp((id) => (id === "p0" ? broken : fine(id)));
    expect(await all(prompts(2))).toEqual([
      fine("p1"),
      { prompt: "p0", reason: "broken-answer", raw: "status 200" },
    ]);
    // 1 s of the try, half of 1 s, 1 s, half of 2 s.
    expect(begun.filter(([, id]) => id === "p0").map(([time]) => time)).toEqual([0, 1500, 3500]);
    expect(reports.at(-1)).toMatchObject({ asked: 2, answered: 1, failed: 1, retried: 2 });
  });

  test("are not repeated where no other try would help", async () => {
    const { all, begun } = setUp(() => wrong);
    expect(await all(prompts(1))).toEqual([{ prompt: "p0", reason: "failed-request", raw: "status 400" }]);
    expect(begun).toHaveLength(1);
  });

  test("time out", async () => {
    const { all, begun } = setUp((id, tries) => (tries === 0 ? "hang" : fine(id)));
    expect(await all(prompts(1))).toEqual([fine("p0")]);
    expect(begun.map(([time]) => time)).toEqual([0, 10_500]);
  });

  test("wait as long as the service asks for, all of them, and not at all for hours", async () => {
    const asks = { ...busy, retryAfterMs: 20_000 };
    const { all, begun } = setUp((id, tries) => (id === "p0" && tries === 0 ? asks : fine(id)), {
      limits: { concurrency: 1 },
    });
    expect(await all(prompts(2))).toHaveLength(2);
    // Half of 1 s more, and its place behind p0 was taken by nobody: one prompt is open at a time.
    expect(begun).toEqual([
      [0, "p0"],
      [21_500, "p0"],
      [22_500, "p1"],
    ]);
    const hours = setUp(() => ({ ...busy, retryAfterMs: 3_600_000 }));
    expect(await hours.all(prompts(1))).toEqual([
      { prompt: "p0", reason: "failed-request", raw: "status 429" },
    ]);
    expect(hours.begun).toHaveLength(1);
  });

  test("are fewer at a time after a 429", async () => {
    const { all, reports } = setUp(
      (id, tries) => (tries === 0 && id.length === 2 && id < "p4" ? busy : fine(id)),
      {
        limits: { concurrency: 4 },
      },
    );
    expect(await all(prompts(20))).toHaveLength(20);
    const widths = reports.map(({ concurrency }) => concurrency);
    expect(widths.filter((width, index) => width !== widths[index - 1])).toEqual([4, 2, 3, 4]);
  });

  test("keep to requests and tokens a minute", async () => {
    const slow = setUp((id) => fine(id), { limits: { concurrency: 8, requestsPerMinute: 30 } });
    await slow.all(prompts(4));
    // One is there, then 29 a minute.
    expect(slow.begun.map(([time]) => time)).toEqual([0, 2069, 4138, 6207]);
    // Asked: 33 + 100 at most. A bucket of 20, 1180 a minute; each answer says that it was 15.
    const tokens = setUp((id) => fine(id), { limits: { concurrency: 1, tokensPerMinute: 1200 } });
    await tokens.all(prompts(3));
    expect(tokens.begun.map(([time]) => time)).toEqual([0, 1000, 2000]);
  });
});

describe("the end of a run", () => {
  test("comes with the spending limit, after what is in flight, without passing it", async () => {
    // A prompt of 2 bytes is 34 tokens at most: 134 dollars of worst case, 15 as counted.
    const price = { input: 1e6, output: 1e6 };
    const { all, reports, begun } = setUp((id) => fine(id), { price, limits: { spend: 300 } });
    expect(await all(prompts(100))).toHaveLength(12);
    // Two at once fit at first; with 180 spent none does.
    expect(begun.slice(0, 4).map(([time]) => time)).toEqual([0, 0, 1000, 1000]);
    expect(reports.at(-1)).toMatchObject({ asked: 12, answered: 12, cost: 180, stopped: "spending-limit" });
  });

  test("never costs more than the limit, whatever the answers' sizes and failures", async () => {
    const kinds = fc.oneof(
      fc.record({ kind: fc.constant("fine"), output: fc.integer({ min: 0, max: 100 }) }),
      fc.record({ kind: fc.constantFrom("busy", "broken", "hang"), output: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(kinds, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 6 }),
        async (script, spend, concurrency) => {
          const price = { input: 0.7e6, output: 1.3e6 };
          // What a service asks for at most: all that was told, and the worst of what was not.
          let bill = 0;
          let next = 0;
          const { all, reports } = setUp(
            (id) => {
              const { kind, output } = script[next++ % script.length]!;
              if (kind === "fine") bill += 34 * 0.7 + output * 1.3;
              else if (kind !== "busy") bill += 34 * 0.7 + 100 * 1.3;
              const usage = { inputTokens: 34, outputTokens: output };
              if (kind === "fine") return { ...fine(id), usage };
              return kind === "busy" ? busy : kind === "hang" ? "hang" : broken;
            },
            { price, limits: { spend, concurrency, attempts: 2 } },
          );
          await all(prompts(30).map((one) => prompt(one.id.slice(0, 2))));
          const last = reports.at(-1)!;
          expect(last.cost! + last.uncertainCost!).toBeLessThanOrEqual(spend + 1e-9);
          expect(bill).toBeLessThanOrEqual(spend + 1e-6);
          expect(last.asked).toBe(last.answered + last.failed);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("comes with an error that concerns all prompts, after what is in flight was given", async () => {
    const fatal = new InputError("key-refused", "No.");
    const { ask, clock, begun } = setUp((id) => (id === "p1" ? { ...wrong, fatal } : fine(id)));
    const results: unknown[] = [];
    const run = async () => {
      for await (const result of ask(prompts(100))) results.push(result);
    };
    await expect(clock.run(run())).rejects.toBe(fatal);
    // p4 had taken the place of p0 when p1 failed.
    expect(results).toHaveLength(5);
    expect(begun.map(([, id]) => id)).toEqual(["p0", "p1", "p2", "p3", "p4"]);
  });

  test("comes when only failures come in", async () => {
    const { all, begun } = setUp(() => broken, { limits: { attempts: 1 } });
    await expect(all(prompts(1000))).rejects.toThrow("50 prompts in a row failed after all their tries");
    expect(begun.length).toBeLessThan(60);
  });

  test("comes with an error of the prompts' source, and with a bug of an attempt", async () => {
    const { all } = setUp((id) => fine(id));
    const source = function* () {
      yield prompt("a");
      throw new Error("no more");
    };
    await expect(all(source())).rejects.toThrow("no more");
    const { all: ask } = setUp(() => {
      throw new TypeError("a bug");
    });
    await expect(ask(prompts(3))).rejects.toThrow("a bug");
  });
});

describe("stopping", () => {
  test("finishes what is in flight, and gives up what waits for another try", async () => {
    const controller = new AbortController();
    const { clock, ask, begun, reports } = setUp((id) => (id === "p0" ? broken : fine(id)), {
      signal: controller.signal,
    });
    const results: unknown[] = [];
    const run = async () => {
      for await (const result of ask(prompts(100))) {
        results.push(result);
        controller.abort();
      }
    };
    await clock.run(run());
    expect(begun).toHaveLength(4);
    expect(results).toHaveLength(4);
    expect(results).toContainEqual({ prompt: "p0", reason: "broken-answer", raw: "status 200" });
    expect(clock.now()).toBe(1000);
    expect(reports.at(-1)).toMatchObject({ asked: 4, answered: 3, failed: 1, stopped: "interrupted" });
  });

  test("cancels what is in flight where that is asked for", async () => {
    const controller = new AbortController();
    const { clock, ask } = setUp((id) => (id === "p0" ? fine(id) : "hang"), { abort: controller.signal });
    const results: unknown[] = [];
    const run = async () => {
      for await (const result of ask(prompts(3))) {
        results.push(result);
        controller.abort();
      }
    };
    await clock.run(run());
    expect(clock.now()).toBe(1000);
    expect(results).toEqual([
      fine("p0"),
      { prompt: "p1", reason: "interrupted", raw: "" },
      { prompt: "p2", reason: "interrupted", raw: "" },
    ]);
  });

  test("does not wait for a source that never answers", async () => {
    const controller = new AbortController();
    const { clock, ask } = setUp((id) => fine(id), { signal: controller.signal });
    const source: AsyncIterable<Prompt> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
    };
    const run = async () => {
      setImmediate(() => controller.abort());
      for await (const _ of ask(source)) throw new Error("unreachable");
      return "ended";
    };
    const ended = run();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await clock.run(ended)).toBe("ended");
  });
});
