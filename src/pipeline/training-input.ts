/** @file A task and its curated dataset -> what its model is fine-tuned from, one way a kind. */
import { collectNames } from "../evaluate/dictionary.ts";
import { collectPairs } from "../evaluate/pair-dictionary.ts";
import type { EncoderFiles } from "../model/encoder-folder.ts";
import { resolveTaskPath } from "../task/parse-spec.ts";
import type { TaskKind, TaskSpec } from "../task/spec.ts";
import type { FineTuneInputOfKind } from "../train/fine-tune-input.ts";
import type { DatasetOfKind } from "./curate.ts";
import { holdOut, holdOutPairs } from "./hold-out.ts";

/** @throws InputError as `holdOut` does */
export const TRAINING_INPUTS: {
  readonly [K in TaskKind]: (
    taskFile: string,
    spec: TaskSpec,
    dataset: DatasetOfKind[K],
    encoder: EncoderFiles,
  ) => Promise<FineTuneInputOfKind[K]>;
} = {
  async ner(taskFile, spec, dataset, encoder) {
    const held = await holdOut(taskFile, spec, dataset);
    return { spec, encoder, names: collectNames(held.examples), ...held, ...teacherOf(taskFile, spec) };
  },
  async relation(taskFile, spec, dataset, encoder) {
    const held = await holdOutPairs(taskFile, spec, dataset);
    const { dev } = dataset;
    return { spec, encoder, pairs: collectPairs(held.examples), dev, ...held, ...teacherOf(taskFile, spec) };
  },
};

function teacherOf(
  taskFile: string,
  { training: { distillation } }: TaskSpec,
): { readonly teacher?: string } {
  return distillation ? { teacher: resolveTaskPath(taskFile, distillation.teacher) } : {};
}
