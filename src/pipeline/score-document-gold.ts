/** @file A task's gold file of whole documents, and predictors -> scores of relations by document, and what was left out. */
import type { CountedInDocuments } from "../dataset/read-document-gold.ts";
import {
  type DocumentRelationEvaluation,
  type EvaluateDocumentsOptions,
  evaluateDocumentRelations,
} from "../evaluate/evaluate-documents.ts";
import { requireRelation } from "../task/output-names.ts";
import type { RelationPredictor } from "../task/relation-example.ts";
import type { GoldSpec, TaskSpec } from "../task/spec.ts";
import { readTaskDocumentGold } from "./read-golds.ts";

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
  spec: Pick<TaskSpec, "name" | "relation">,
  gold: Pick<GoldSpec, "path" | "classes" | "labels">,
  predictor: RelationPredictor,
  options: Omit<EvaluateDocumentsOptions, "relation"> = {},
): Promise<ScoredDocumentGold> {
  const relation = requireRelation(spec);
  const { documents, skipped } = await readTaskDocumentGold(spec, gold);
  return {
    skipped,
    evaluation: await evaluateDocumentRelations(predictor, documents, { relation, ...options }),
  };
}
