/** @file A task and a run's options -> its prompts answered, told as events; loads nothing that computes. */
import type { CompletionCounts } from "../generate/complete-prompts.ts";
import type { Completer } from "../generate/completer.ts";
import type { RunPaths } from "../run-folder.ts";
import type { TaskSpec } from "../task/spec.ts";
import { EnvironmentError } from "../util/errors.ts";
import { type Generation, generateCompletions } from "./generate.ts";
import type { RunOptions } from "./run-events.ts";

/**
 * Asks for every completion that is not there yet.
 * @throws EnvironmentError `generation-empty` where nothing at all was answered; as `generateCompletions` does
 */
export async function generateTask(
  taskFile: string,
  spec: TaskSpec,
  paths: RunPaths,
  options: RunOptions & { readonly limit?: number; readonly completer?: Completer },
): Promise<Generation> {
  const { signal, abort, limit, completer, onEvent } = options;
  onEvent?.({ kind: "generation-start" });
  const generation = await generateCompletions(taskFile, spec, paths, {
    ...(signal === undefined ? {} : { signal }),
    ...(abort === undefined ? {} : { abort }),
    ...(limit === undefined ? {} : { limit }),
    ...(completer === undefined ? {} : { completer }),
    onProgress: (progress, prompts) => onEvent?.({ kind: "generation-progress", progress, prompts }),
  });
  onEvent?.({ kind: "generation-done", generation });
  const { answered, stored, failed } = generation.counts;
  if (failed > 0 && answered + stored === 0) throw empty(generation.counts);
  return generation;
}

function empty({ failed, prompts }: CompletionCounts): EnvironmentError {
  return new EnvironmentError(
    "generation-empty",
    `Not one of ${prompts} prompts has an answer: ${failed} failed after all tries.`,
    { hint: "The reasons stand in completions.jsonl of the run's folder. The same command asks again." },
  );
}
