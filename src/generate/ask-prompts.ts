/** @file Prompts and a way to ask one of them once -> completions and rejections, within all limits, with retries. */
import { setMaxListeners } from "node:events";
import type { LimitsSpec } from "../task/completions-spec.ts";
import type { Rejection } from "../task/rejection.ts";
import { createChange } from "../util/change.ts";
import type { Random } from "../util/random.ts";
import type { Attempt, Failure } from "./attempt.ts";
import type { CompleteOptions, Completion, Prompt } from "./completer.ts";
import { backoffMs, LONGEST_RETRY_AFTER_MS } from "./limits/backoff.ts";
import { createLimiter, type LimiterSettings } from "./limits/limiter.ts";
import { createRunRecord } from "./run-record.ts";
import { tryOnce } from "./try-once.ts";

export interface AskSettings extends LimiterSettings {
  readonly limits: LimiterSettings["limits"] & Pick<LimitsSpec, "attempts" | "timeoutMs">;
  readonly random: Random;
}

/**
 * Pulls a prompt only when there is room for it: those that are being asked, wait for another try, or whose result nobody
 * has taken yet are at most `limits.concurrency`, fewer after a 429. Closing the stream cancels what is in flight.
 * @throws the `fatal` error of a failure, an EnvironmentError when only failures come in, and what `prompts` throws: after
 *   everything in flight was given
 */
export async function* askPrompts(
  prompts: Iterable<Prompt> | AsyncIterable<Prompt>,
  attempt: Attempt,
  settings: AskSettings,
  options: CompleteOptions = {},
): AsyncGenerator<Completion | Rejection> {
  const { limits, clock, random } = settings;
  const limiter = createLimiter(settings);
  const change = createChange();
  const record = createRunRecord(limiter, limits.concurrency, options.onProgress);
  /** Nothing new. */
  const halt = new AbortController();
  /** Nothing at all. */
  const cancel = new AbortController();
  // Each try listens to both; ten are no leak.
  setMaxListeners(0, halt.signal, cancel.signal);
  const ready: (Completion | Rejection)[] = [];
  let open = 0;
  let pulling = true;
  let broken: { readonly error: unknown } | undefined;

  const stop = () => {
    halt.abort();
    change.notify();
  };
  const stopAll = () => {
    cancel.abort();
    stop();
  };
  const fail = (error: unknown) => {
    broken ??= { error };
    stop();
  };

  /** Undefined: it was never asked. */
  async function answer(prompt: Prompt): Promise<Completion | Rejection | undefined> {
    let failure: Failure | undefined;
    for (let tries = 0; tries < limits.attempts; tries++) {
      const pass = await limiter.enter(prompt, halt.signal);
      if (pass === undefined) {
        if (limiter.exhausted) stop();
        record.leftOver();
        break;
      }
      record.asked(tries);
      const result = await tryOnce(attempt, prompt, {
        clock,
        timeoutMs: limits.timeoutMs,
        cancel: cancel.signal,
      });
      const answered = "text" in result;
      limiter.leave(pass, {
        usage: result.usage ?? "unknown",
        answered,
        ...(!answered && result.overload
          ? { overload: result.retryAfterMs === undefined ? {} : { retryAfterMs: result.retryAfterMs } }
          : {}),
      });
      record.came(result);
      if (answered) return result;
      failure = result;
      if (failure.fatal) fail(failure.fatal);
      const { retryAfterMs } = failure;
      if (!failure.retry || tries + 1 === limits.attempts || (retryAfterMs ?? 0) > LONGEST_RETRY_AFTER_MS)
        break;
      await clock.sleep(backoffMs(tries + 1, random, retryAfterMs), halt.signal);
    }
    if (failure === undefined) return undefined;
    const hopeless = record.gaveUp(failure);
    if (hopeless) fail(hopeless);
    return { prompt: prompt.id, reason: failure.reason, raw: failure.raw };
  }

  function launch(prompt: Prompt): void {
    answer(prompt).then(
      (result) => {
        if (result === undefined) open--;
        else ready.push(result);
        change.notify();
      },
      (error) => {
        open--;
        fail(error);
      },
    );
  }

  async function pull(): Promise<void> {
    const iterator = iterate(prompts);
    try {
      while (!halt.signal.aborted) {
        if (open >= limiter.concurrency.limit) {
          await change.wait();
          continue;
        }
        let next: IteratorResult<Prompt> | undefined;
        const asked = Promise.resolve(iterator.next()).then((result) => {
          next = result;
        }, fail);
        // No race with a promise of the whole run: each one would hang on to it.
        void asked.then(change.notify);
        while (next === undefined && !halt.signal.aborted) await change.wait();
        if (next === undefined) break;
        if (next.done) return;
        open++;
        launch(next.value);
      }
      record.leftOver();
      // Not waited for: it answers only when a `next` that is under way does.
      Promise.resolve(iterator.return?.()).catch(() => {});
    } catch (error) {
      fail(error);
    }
  }

  options.signal?.addEventListener("abort", stop);
  options.abort?.addEventListener("abort", stopAll);
  if (options.signal?.aborted) stop();
  if (options.abort?.aborted) stopAll();
  void pull().then(() => {
    pulling = false;
    change.notify();
  });
  try {
    for (;;) {
      const result = ready.shift();
      if (result !== undefined) {
        yield result;
        open--;
        change.notify();
      } else if (pulling || open > 0) await change.wait();
      else break;
    }
    record.end(options.signal?.aborted || options.abort?.aborted || false);
    if (broken) throw broken.error;
  } finally {
    stopAll();
    options.signal?.removeEventListener("abort", stop);
    options.abort?.removeEventListener("abort", stopAll);
  }
}

function iterate<T>(items: Iterable<T> | AsyncIterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}
