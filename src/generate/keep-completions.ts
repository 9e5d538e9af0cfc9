/** @file A completer and a store of its answers -> a completer that asks only for what is not kept. */
import type { Completer, Completion, Prompt } from "./completer.ts";

/** Where completions are kept: what is appended is there after a kill. */
export interface CompletionKeeper {
  /** Whether there is a completion of the prompt. */
  has(promptId: string): boolean | Promise<boolean>;
  append(completion: Completion): void | Promise<void>;
  read(): AsyncIterable<Completion> | Iterable<Completion>;
}

/** Kept completions come first, in the store's order, each id once; new ones are kept before they are given. */
export function keepCompletions(completer: Completer, store: CompletionKeeper): Completer {
  return {
    isLocal: completer.isLocal,
    async *complete(prompts, options) {
      const kept = new Set<string>();
      const fresh: Prompt[] = [];
      for await (const prompt of prompts) {
        if (await store.has(prompt.id)) kept.add(prompt.id);
        else fresh.push(prompt);
      }
      if (kept.size > 0) {
        for await (const completion of store.read()) if (kept.delete(completion.promptId)) yield completion;
      }
      if (fresh.length === 0) return;
      for await (const result of completer.complete(fresh, options)) {
        if ("text" in result) await store.append(result);
        yield result;
      }
    },
  };
}
