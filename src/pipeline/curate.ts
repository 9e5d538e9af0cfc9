/** @file Completions -> examples -> dataset, each written to the run folder. */
import { buildDataset, type Dataset } from "../dataset/build-dataset.ts";
import { collectExamples } from "../generate/collect-examples.ts";
import type { Completion } from "../generate/completer.ts";
import { createRecordedCompleter } from "../generate/completers/recorded.ts";
import { selectPrompts } from "../generate/select-prompts.ts";
import { type RunPaths, writeCompletions, writeDataset, writeExamples } from "../run-folder.ts";
import { resolveTaskPath } from "../task/parse-spec.ts";
import type { Rejection } from "../task/rejection.ts";
import type { TaskSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";

/** @throws InputError when the recording is unreadable, empty, or lacks a label */
export async function curate(
  taskFile: string,
  spec: TaskSpec,
  paths: RunPaths,
): Promise<{ completions: number; dataset: Dataset }> {
  const labels = Object.keys(spec.labels);
  if (spec.completions.from !== "recorded")
    throw new InputError("completions-not-recorded", "Only recorded completions can be curated yet.");
  const completer = await createRecordedCompleter({
    requests: resolveTaskPath(taskFile, spec.completions.requests),
    output: resolveTaskPath(taskFile, spec.completions.output),
  });
  const prompts = selectPrompts(completer.prompts, spec.completions.select);
  const results: (Completion | Rejection)[] = [];
  for await (const result of completer.complete(prompts)) results.push(result);
  const completions = results.filter((result) => "text" in result);
  await writeCompletions(paths, { prompts, completions });
  const { examples, rejections, repairs } = await collectExamples(results, spec);
  await writeExamples(paths, { examples, rejections });
  const dataset = buildDataset(examples, rejections, { labels, repairs, ...spec.dataset });
  await writeDataset(paths, dataset);
  return { completions: completions.length, dataset };
}
