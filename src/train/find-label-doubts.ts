/** @file A corpus and an encoder -> its doubted labels by cross-validated disagreement, and the corpus after an action. */
import { applyDoubts, type DoubtsApplied } from "../dataset/apply-doubts.ts";
import { findDoubts, type LabelDoubts } from "../dataset/label-doubts.ts";
import type { DisagreementSpec } from "../task/curation-spec.ts";
import { type CrossValidateInput, type CrossValidateOptions, crossValidate } from "./cross-validate.ts";

/** What is doubted, and how it is looked for. */
export interface FindLabelDoubtsInput extends Omit<CrossValidateInput, "folds" | "epochs"> {
  /** `curation.disagreement` of the task. */
  readonly disagreement: DisagreementSpec;
}

/**
 * The step `curation.disagreement`: {@link crossValidate}, then {@link findDoubts}, then the action.
 * @throws InputError and InterruptedError as `crossValidate` does
 * @example await findLabelDoubts({ spec, examples, encoder, disagreement }, { folder: "runs/disease/disagreement" })
 */
export async function findLabelDoubts(
  { disagreement, ...input }: FindLabelDoubtsInput,
  options: CrossValidateOptions,
): Promise<LabelDoubts & DoubtsApplied> {
  const { folds, epochs, action } = disagreement;
  const readings = await crossValidate({ ...input, folds, epochs }, options);
  const found = findDoubts(input.examples, readings, { labels: Object.keys(input.spec.labels) });
  return { ...found, ...applyDoubts(input.examples, found.doubts, action) };
}
