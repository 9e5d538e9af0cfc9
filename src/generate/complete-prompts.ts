/** @file Prompts -> completions and failures, on disk before they are given; what was answered before is not asked. */
import type { Rejection } from "../task/rejection.ts";
import { createChange } from "../util/change.ts";
import type { CompleteOptions, Completer, Completion, Prompt, StopReason } from "./completer.ts";
import type { CompletionStore } from "./completion-store.ts";
import { hashPrompt } from "./prompt-hash.ts";

/** What became of the prompts. `prompts` = stored + duplicates + answered + failed + those that were not asked. */
export interface CompletionCounts {
  /** Seen, so far. */
  readonly prompts: number;
  /** Answered in an earlier run. */
  readonly stored: number;
  /** Stored completions and failures that answer other messages, or come from another model: asked anew. */
  readonly stale: number;
  /** With the id of an earlier prompt. */
  readonly duplicates: number;
  readonly answered: number;
  /** Without a completion after all tries; asked again by the next run. */
  readonly failed: number;
  /** Of this run, as far as they were told. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Why prompts are left over. */
  readonly stopped?: StopReason;
}

/** A stream, and its counts: they grow with it. */
export interface CompletionRun extends AsyncIterable<Completion | Rejection> {
  readonly counts: CompletionCounts;
}

/** Results that are not on disk yet, or that nobody has taken, at most: then the completer has to wait. */
const MOST_WAITING = 256;

/**
 * Skips what the store has, asks the rest, and gives each result once it is on disk. Reading stored completions is
 * `store.read`. The stream throws what the completer or the disk throws; everything given before is kept.
 * @example for await (const result of completePrompts(prompts, completer, store)) progress();
 */
export function completePrompts(
  prompts: Iterable<Prompt> | AsyncIterable<Prompt>,
  completer: Completer,
  store: CompletionStore,
  options: CompleteOptions = {},
): CompletionRun {
  const counts = {
    prompts: 0,
    stored: 0,
    stale: 0,
    duplicates: 0,
    answered: 0,
    failed: 0,
    inputTokens: 0,
    outputTokens: 0,
  };
  let stopped: StopReason | undefined;
  const seen = new Set<string>();
  /** Of prompts that were asked and have no completion yet. */
  const hashes = new Map<string, string>();
  const failed = new Set<string>();
  const ready: (Completion | Rejection)[] = [];
  const change = createChange();

  async function* unanswered(): AsyncGenerator<Prompt> {
    for await (const prompt of prompts) {
      counts.prompts++;
      if (seen.has(prompt.id)) {
        counts.duplicates++;
        ready.push({ prompt: prompt.id, reason: "duplicate-request", raw: "" });
        change.notify();
        continue;
      }
      seen.add(prompt.id);
      const hash = hashPrompt(prompt, completer.model);
      const state = store.check(prompt.id, hash);
      if (state === "answered") {
        counts.stored++;
        continue;
      }
      if (state === "changed") counts.stale++;
      hashes.set(prompt.id, hash);
      yield prompt;
    }
  }

  /** @returns the hash to keep it with; undefined: it answers nothing that was asked */
  function count(result: Completion | Rejection): string | undefined {
    const id = "text" in result ? result.promptId : result.prompt;
    const hash = hashes.get(id);
    if (hash === undefined) return undefined;
    if ("text" in result) {
      hashes.delete(id);
      // A recording may hold failures before the answer.
      failed.delete(id);
      counts.answered++;
      counts.inputTokens += result.usage?.inputTokens ?? 0;
      counts.outputTokens += result.usage?.outputTokens ?? 0;
    } else failed.add(id);
    counts.failed = failed.size;
    return hash;
  }

  async function* run(): AsyncGenerator<Completion | Rejection> {
    let waiting = 0;
    let closed = false;
    let broken: { readonly error: unknown } | undefined;
    /** The user's, or the end of this stream. */
    const abort = new AbortController();
    const cancel = () => abort.abort();
    options.abort?.addEventListener("abort", cancel);
    if (options.abort?.aborted) cancel();
    const fail = (error: unknown) => {
      broken ??= { error };
      cancel();
      change.notify();
    };
    const give = (result: Completion | Rejection) => {
      waiting--;
      ready.push(result);
      change.notify();
    };
    async function ask(): Promise<void> {
      const asking = completer.complete(unanswered(), {
        ...options,
        abort: abort.signal,
        onProgress(progress) {
          stopped = progress.stopped ?? stopped;
          options.onProgress?.(progress);
        },
      });
      for await (const result of asking) {
        const hash = count(result);
        waiting++;
        if (hash === undefined) give(result);
        else store.append(result, hash).then(() => give(result), fail);
        while (waiting + ready.length >= MOST_WAITING && !closed && !broken) await change.wait();
        // Leaving the loop closes the stream, and with it what is in flight.
        if (closed || broken) return;
      }
      await store.flush();
    }

    let asking = true;
    const asked = ask()
      .catch(fail)
      .finally(() => {
        asking = false;
        change.notify();
      });
    try {
      for (;;) {
        const result = ready.shift();
        if (result !== undefined) {
          yield result;
          change.notify();
        } else if (asking || (waiting > 0 && !broken)) await change.wait();
        else break;
      }
      if (broken) throw broken.error;
    } finally {
      closed = true;
      cancel();
      change.notify();
      await asked;
      options.abort?.removeEventListener("abort", cancel);
    }
  }

  const stream = run();
  return {
    [Symbol.asyncIterator]: () => stream,
    get counts() {
      return { ...counts, ...(stopped === undefined ? {} : { stopped }) };
    },
  };
}
