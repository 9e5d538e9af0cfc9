/** @file A task's completions as they lie on this machine -> its prompts' ids and what became of each prompt, in order. */

import type { Completion } from "../generate/completer.ts";
import { openStore } from "../generate/completion-store.ts";
import { hashPrompt } from "../generate/prompt-hash.ts";
import { type RunPaths, storePath, writePrompts } from "../run-folder.ts";
import type { Rejection } from "../task/rejection.ts";
import type { TaskSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";
import { openRecording } from "./create-completer.ts";
import { storedPrompts } from "./generate.ts";

/** Nothing is asked: what is missing is rejected as `missing-answer`. */
export interface ReadCompletions {
  readonly prompts: readonly string[];
  /** In the order of the prompts, whatever the order in which they were answered. */
  readonly results: readonly (Completion | Rejection)[];
  /** What wrote them, for the dataset card. */
  readonly model: string;
}

/** @throws InputError where the recording is unreadable or empty, nothing was ever asked, or another process has the store open */
export async function readCompletions(
  taskFile: string,
  spec: TaskSpec,
  paths: RunPaths,
): Promise<ReadCompletions> {
  const { completions } = spec;
  if (completions.from === "recorded") {
    const { completer, prompts } = await openRecording(taskFile, completions);
    await writePrompts(paths, prompts);
    const results: (Completion | Rejection)[] = [];
    for await (const result of completer.complete(prompts)) results.push(result);
    return { prompts: prompts.map(({ id }) => id), results, model: "recorded answers" };
  }
  const store = await openStore(storePath(paths));
  try {
    const { prompts } = await storedPrompts(taskFile, spec, store);
    const hashes = new Map<string, string>();
    for (const prompt of prompts()) hashes.set(prompt.id, hashPrompt(prompt, completions.model));
    const found = new Map<string, Completion | Rejection>();
    for await (const result of store.read((id, hash) => hashes.get(id) === hash))
      found.set("text" in result ? result.promptId : result.prompt, result);
    if (found.size === 0)
      throw new InputError("completions-absent", `Task "${spec.name}" has no completion yet.`, {
        hint: "`textphantom generate`, with the same task file and folder of runs, has its prompts answered; `run` does it too.",
      });
    const ids = [...hashes.keys()];
    const missing = (id: string): Rejection => ({ prompt: id, reason: "missing-answer", raw: "" });
    return { prompts: ids, results: ids.map((id) => found.get(id) ?? missing(id)), model: completions.model };
  } finally {
    await store.close();
  }
}
