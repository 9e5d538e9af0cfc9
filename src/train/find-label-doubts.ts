/** @file A corpus and an encoder -> its doubted labels by cross-validated disagreement, and the corpus after an action. */
import { applyDoubts, type DoubtsApplied } from "../dataset/apply-doubts.ts";
import { findDoubts, type LabelDoubts } from "../dataset/label-doubts.ts";
import { findLearnt } from "../dataset/learnt-examples.ts";
import type { DisagreementSpec } from "../task/curation-spec.ts";
import type { Example } from "../task/example.ts";
import { type CrossValidateInput, type CrossValidateOptions, crossValidate } from "./cross-validate.ts";

/** What is doubted, and how it is looked for. */
export interface FindLabelDoubtsInput extends Omit<CrossValidateInput, "folds" | "epochs"> {
  /** `curation.disagreement` of the task. */
  readonly disagreement: DisagreementSpec;
}

/**
 * The step `curation.disagreement`: {@link crossValidate}, then {@link findDoubts}, then the action; then what is `learnt` goes.
 * The examples are `kept`, `dropped` and `learnt` together.
 * @throws InputError and InterruptedError as `crossValidate` does
 * @example await findLabelDoubts({ spec, examples, encoder, disagreement }, { folder: "runs/disease/disagreement" })
 */
export async function findLabelDoubts(
  { disagreement, ...input }: FindLabelDoubtsInput,
  options: CrossValidateOptions,
): Promise<LabelDoubts & DoubtsApplied & { readonly learnt: readonly Example[] }> {
  const { folds, epochs, action, learnt: share } = disagreement;
  const readings = await crossValidate({ ...input, folds, epochs }, options);
  const labels = Object.keys(input.spec.labels);
  const found = findDoubts(input.examples, readings, { labels });
  const { kept, changed, dropped } = applyDoubts(input.examples, found.doubts, action);
  const learnt = new Set(findLearnt(input.examples, readings, { labels, share }));
  return {
    ...found,
    changed,
    dropped,
    kept: kept.filter(({ id }) => !learnt.has(id)),
    learnt: kept.filter(({ id }) => learnt.has(id)),
  };
}
