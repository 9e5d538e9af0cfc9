/** @file A task's gold file of whole documents, and predictors -> scores of relations by document, and what was left out. */
import { type CountedInDocuments, readDocumentGold } from "../dataset/read-document-gold.ts";
import {
  type DocumentRelationEvaluation,
  type EvaluateDocumentsOptions,
  evaluateDocumentRelations,
} from "../evaluate/evaluate-documents.ts";
import type { RelationPredictor } from "../task/relation-example.ts";
import type { GoldSpec, TaskSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";

/** One gold file with `level: document`, scored. */
export interface ScoredDocumentGold {
  readonly skipped: readonly CountedInDocuments[];
  readonly evaluation: DocumentRelationEvaluation;
}

/**
 * Scores a gold file of a task of kind relation; its path is one that can be read from here.
 * @throws InputError as `readDocumentGold` does
 */
export async function scoreDocumentGold(
  { relation }: Pick<TaskSpec, "relation">,
  { path, classes, labels }: Pick<GoldSpec, "path" | "classes" | "labels">,
  predictor: RelationPredictor,
  options: Omit<EvaluateDocumentsOptions, "relation"> = {},
): Promise<ScoredDocumentGold> {
  if (relation === undefined)
    throw new InputError(
      "task-kind",
      "Documents with relations are scored for tasks of kind relation alone.",
    );
  const { documents, skipped } = await readDocumentGold(path, {
    relation,
    ...(classes === undefined ? {} : { classes }),
    ...(labels === undefined ? {} : { labels }),
  });
  return {
    skipped,
    evaluation: await evaluateDocumentRelations(predictor, documents, { relation, ...options }),
  };
}
