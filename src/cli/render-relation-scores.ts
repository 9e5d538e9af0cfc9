/** @file An evaluation of pairs -> the table of its scores, with what it has to be read against. */
import type { ComparedRelationEvaluation } from "../evaluate/evaluate-relations.ts";
import type { ClassScore, RelationScores } from "../evaluate/relation-scores.ts";
import type { EvaluationOfKind, ScoredSet } from "../run-folder.ts";
import { renderDocumentRelations, renderRanking } from "./render-document-relations.ts";
import { renderLoss } from "./render-scores.ts";
import { renderInterval, renderPlural, renderRate, renderTable } from "./render-table.ts";

/** Of pairs, or by document. */
export const renderRelationSet = (title: string, evaluation: EvaluationOfKind["relation"]): string[] =>
  "pairs" in evaluation
    ? renderRelationScores(title, evaluation)
    : renderDocumentRelations(title, evaluation);

/** Fractions with three digits: the third is already within any interval. */
export function renderRelationScores(title: string, evaluation: ComparedRelationEvaluation): string[] {
  const { alwaysPositive, majority, pairDictionary } = evaluation.baselines;
  const positive = Object.entries(evaluation.classes).filter(([name]) => name !== evaluation.negative);
  return [
    `${title}: ${renderPlural(evaluation.pairs, "pair")}`,
    ...renderTable([
      ["related pairs", "precision", "recall", "F1", "95 % interval", "MCC", "accuracy"],
      relationRow("all classes", evaluation),
      ...(positive.length > 1 ? positive.map(([name, score]) => scoreCells(name, score)) : []),
      // Every pair of gold stands in one text.
      relationRow(`always ${alwaysPositive.relation} = co-occurrence`, alwaysPositive),
      relationRow(`always ${majority.relation}, the most frequent`, majority),
      relationRow("pair dictionary", pairDictionary),
    ]).map((row) => `  ${row}`),
    ...(evaluation.ranking ? renderRanking(evaluation.ranking, alwaysPositive.ranking) : []),
  ];
}

function relationRow(name: string, { micro, mcc, accuracy }: RelationScores): string[] {
  return [...scoreCells(name, micro), renderRate(mcc), renderRate(accuracy.value)];
}

function scoreCells(name: string, { precision, recall, f1, ci95 }: ClassScore): string[] {
  return [name, ...[precision, recall, f1].map(renderRate), renderInterval(ci95)];
}

const REASONS: { readonly [reason: string]: string } = {
  class: "of a class that was not asked for",
  label: "of other labels",
  placeholders: "without one placeholder for each of the two",
  overlap: "whose two mentions overlap",
  argument: "one of whose mentions was left out",
};

/** What was left out of a gold file of pairs: a line each. */
export function renderSkippedPairs(skipped: ScoredSet["skipped"]): string[] {
  return skipped.map(({ reason, label, count }) => {
    const what = REASONS[reason] ?? reason;
    return `  note: left out ${renderPlural(count, "gold pair")} ${what}${label === undefined ? "" : `: ${label}`}`;
  });
}

const NOUNS: { readonly [reason: string]: string } = {
  label: "gold mention",
  class: "gold relation",
  argument: "gold relation",
};

/** What was left out of a gold file of documents: a line each. */
export function renderSkippedInDocuments(skipped: ScoredSet["skipped"]): string[] {
  return skipped.map(({ reason, label, count }) => {
    const noun = NOUNS[reason];
    if (noun === undefined) return renderLoss(reason, count);
    return `  note: left out ${renderPlural(count, noun)} ${REASONS[reason]}${label === undefined ? "" : `: ${label}`}`;
  });
}

/** Of pairs, or by document. */
export const renderSkippedOf = ({
  evaluation,
  skipped,
}: Pick<ScoredSet<"relation">, "evaluation" | "skipped">): string[] =>
  "pairs" in evaluation ? renderSkippedPairs(skipped) : renderSkippedInDocuments(skipped);
