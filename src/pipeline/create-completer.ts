/** @file A task's `completions` -> what answers its prompts. */

import { createRulesFinder } from "../generate/answer-grammar.ts";
import type { Completer, Prompt } from "../generate/completer.ts";
import { createApiCompleter } from "../generate/completers/api.ts";
import { createLocalCompleter } from "../generate/completers/local.ts";
import { createRecordedCompleter } from "../generate/completers/recorded.ts";
import { readUsage } from "../generate/completion-store.ts";
import { selectPrompts } from "../generate/select-prompts.ts";
import { type RunPaths, storePaths } from "../run-folder.ts";
import type { ApiSpec, RecordedSpec } from "../task/completions-spec.ts";
import { resolveTaskPath } from "../task/parse-spec.ts";
import type { TaskSpec } from "../task/spec.ts";

/** A completer that may own native memory: call `close` when done. */
export interface OpenCompleter {
  readonly completer: Completer;
  close(): Promise<void>;
}

/** A recording's prompts that the task selects, and the completer that answers them. */
export async function openRecording(
  taskFile: string,
  { requests, output, select }: Omit<RecordedSpec, "from">,
): Promise<{ readonly completer: Completer; readonly prompts: readonly Prompt[] }> {
  const completer = await createRecordedCompleter({
    requests: resolveTaskPath(taskFile, requests),
    output: resolveTaskPath(taskFile, output),
  });
  return { completer, prompts: selectPrompts(completer.prompts, select) };
}

/** US dollars for the answers that earlier commands have kept, at the prices of the task: `limits.spend` is the task's. */
async function readSpent({ price, limits }: ApiSpec, paths: RunPaths): Promise<number> {
  if (price === undefined || limits.spend === undefined) return 0;
  let spent = 0;
  for (const store of storePaths(paths)) {
    const { inputTokens, outputTokens } = await readUsage(store);
    spent += (inputTokens * price.input + outputTokens * price.output) / 1e6;
  }
  return spent;
}

/**
 * @throws InputError where a key, a recording or a model file is missing
 * @throws EnvironmentError where node-llama-cpp is not installed
 */
export async function openCompleter(
  taskFile: string,
  spec: TaskSpec,
  paths: RunPaths,
): Promise<OpenCompleter> {
  const { completions } = spec;
  const close = async () => {};
  if (completions.from === "recorded") {
    const { completer } = await openRecording(taskFile, completions);
    return { completer, close };
  }
  if (completions.from === "api")
    return {
      completer: await createApiCompleter(completions, { spent: await readSpent(completions, paths) }),
      close,
    };
  const path = resolveTaskPath(taskFile, completions.model);
  const completer = await createLocalCompleter({ ...completions, path }, { rules: createRulesFinder(spec) });
  return { completer, close: () => completer.close() };
}
