/** @file A task and a run's options -> its prompts answered, told as events; loads nothing that computes. */
import type { Completer } from "../generate/completer.ts";
import type { RunPaths } from "../run-folder.ts";
import type { TaskSpec } from "../task/spec.ts";
import { type Generation, generateCompletions } from "./generate.ts";
import type { RunOptions } from "./run-events.ts";

/**
 * Asks for every completion that is not there yet.
 * @throws as `generateCompletions` does
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
  return generation;
}
