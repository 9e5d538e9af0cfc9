/** @file What every Completer must do, as checks that any test runner can run. */
import assert from "node:assert/strict";
import type { CompleteOptions, Completer, Completion, Prompt } from "../generate/completer.ts";
import type { Rejection } from "../task/rejection.ts";

/** One rule of the contract. */
export interface CompleterCheck {
  readonly name: string;
  /** @throws AssertionError when the completer breaks the rule. */
  check(completer: Completer): Promise<void>;
}

type Result = Completion | Rejection;

/** Prompts given lazily, and what was taken of them. */
function watch(prompts: readonly Prompt[]) {
  const taken: string[] = [];
  const state = { taken, closed: false };
  async function* source() {
    try {
      for (const prompt of prompts) {
        taken.push(prompt.id);
        yield prompt;
      }
    } finally {
      state.closed = true;
    }
  }
  return { state, source: source() };
}

async function collect(stream: AsyncIterable<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for await (const result of stream) results.push(result);
  return results;
}

const idOf = (result: Result) => ("text" in result ? result.promptId : result.prompt);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Each id has one completion, or none and at least one rejection; no other id occurs. */
function checkAnswered(results: readonly Result[], ids: readonly string[]): void {
  assert.deepEqual(new Set(results.map(idOf)), new Set(ids));
  const completed = results.filter((result) => "text" in result).map(idOf);
  assert.equal(new Set(completed).size, completed.length, "a prompt has two completions");
}

/**
 * @param prompts at least 8 that the completer can answer or reject, more than `lookAhead` + 2
 * @param lookAhead prompts that it may take before the first result was taken from it
 * @example for (const { name, check } of completerContract(prompts, 4)) test(name, () => check(createCompleter()));
 */
export function completerContract(prompts: readonly Prompt[], lookAhead: number): CompleterCheck[] {
  const ids = prompts.map(({ id }) => id);
  assert.ok(prompts.length >= 8 && prompts.length > lookAhead + 2, "the contract needs more prompts");
  return [
    {
      name: "says whether texts stay on this machine",
      async check({ isLocal }) {
        assert.equal(typeof isLocal, "boolean");
      },
    },
    {
      name: "answers each prompt once, or rejects it, and names no other",
      async check(completer) {
        checkAnswered(await collect(completer.complete(prompts)), ids);
      },
    },
    {
      name: "gives texts, and reasons with what they are about",
      async check(completer) {
        for (const result of await collect(completer.complete(prompts))) {
          if ("text" in result) assert.ok(result.text.length > 0);
          else assert.ok(result.reason.length > 0 && typeof result.raw === "string");
        }
      },
    },
    {
      name: "gives nothing for no prompt",
      async check(completer) {
        assert.deepEqual(await collect(completer.complete([])), []);
      },
    },
    {
      name: "takes prompts from a source that makes them as they are needed, and closes it",
      async check(completer) {
        const { state, source } = watch(prompts);
        checkAnswered(await collect(completer.complete(source)), ids);
        assert.deepEqual(state.taken, ids);
        assert.ok(state.closed);
      },
    },
    {
      name: "takes no prompts ahead of its reader, beyond a bound",
      async check(completer) {
        const { state, source } = watch(prompts);
        const stream = completer.complete(source)[Symbol.asyncIterator]();
        await stream.next();
        await pause(100);
        assert.ok(state.taken.length <= lookAhead + 1, `took ${state.taken.length} prompts`);
        await stream.return?.();
      },
    },
    {
      name: "closes its source when its reader leaves",
      async check(completer) {
        const { state, source } = watch(prompts);
        for await (const _ of completer.complete(source)) break;
        await pause(10);
        assert.ok(state.closed);
      },
    },
    {
      name: "asks nothing new after the signal, and gives what it was asked before",
      async check(completer) {
        const { state, source } = watch(prompts);
        const controller = new AbortController();
        const results: Result[] = [];
        let taken = 0;
        for await (const result of completer.complete(source, { signal: controller.signal })) {
          if (results.length === 0) {
            taken = state.taken.length;
            controller.abort();
          }
          results.push(result);
        }
        assert.ok(state.taken.length <= taken + 1, "took prompts after the signal");
        assert.ok(state.taken.length < prompts.length);
        // One more may have been taken and never asked.
        for (const result of results) assert.ok(state.taken.includes(idOf(result)));
        assert.ok(new Set(results.map(idOf)).size >= taken - 1);
      },
    },
    ...(["signal", "abort"] as const).map((name) => ({
      name: `asks nothing where the ${name} was given before`,
      async check(completer: Completer) {
        const { state, source } = watch(prompts);
        const options: CompleteOptions = { [name]: AbortSignal.abort() };
        assert.deepEqual(await collect(completer.complete(source, options)), []);
        assert.ok(state.taken.length <= 1);
      },
    })),
    {
      name: "can be asked again",
      async check(completer) {
        const [first, second] = [prompts.slice(0, 2), prompts.slice(1, 3)];
        const [a, b] = await Promise.all([first, second].map((some) => collect(completer.complete(some))));
        checkAnswered(a!, ids.slice(0, 2));
        checkAnswered(b!, ids.slice(1, 3));
      },
    },
  ];
}
