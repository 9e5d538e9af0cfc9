/** @file The scores of relations by document, or of a ranking -> tables, with what they have to be read against. */
import type { DocumentRelationEvaluation } from "../evaluate/evaluate-documents.ts";
import type { RankingScore, RankingScores } from "../evaluate/ranking-scores.ts";
import type { RelationRanking } from "../evaluate/relation-ranking.ts";
import type { ClassScore } from "../evaluate/relation-scores.ts";
import { renderCount, renderInterval, renderPlural, renderRate, renderTable } from "./render-table.ts";

/** Fractions with three digits. */
export function renderDocumentRelations(title: string, evaluation: DocumentRelationEvaluation): string[] {
  const { micro, classes, misses, baselines, candidates, window } = evaluation;
  const { relation, alwaysPositive, coOccurrence, coOccurrenceByEvidence, documentCoOccurrence } = baselines;
  const named = Object.entries(classes);
  const isSame = alwaysPositive.tp === coOccurrence.tp && alwaysPositive.fp === coOccurrence.fp;
  const rows = [
    ["relations by document", "precision", "recall", "F1", "95 % interval", "relations"],
    scoreRow("all classes", micro),
    ...(named.length > 1 ? named.map(([name, score]) => scoreRow(name, score)) : []),
    ...(isSame
      ? [scoreRow(`always ${relation} = co-occurrence in a sentence`, alwaysPositive)]
      : [
          scoreRow(`always ${relation}`, alwaysPositive),
          scoreRow("co-occurrence in a sentence", coOccurrence),
        ]),
    ...(coOccurrenceByEvidence ? [scoreRow("the same under the task's rules", coOccurrenceByEvidence)] : []),
    scoreRow("co-occurrence in the document", documentCoOccurrence),
  ];
  const missed = [
    `${renderCount(misses.window)} beyond ${window === 0 ? "one sentence" : `a window of ${renderPlural(window, "sentence")}`}`,
    `${renderCount(misses.mention)} without a mention`,
    `${renderCount(misses.judgement)} judged otherwise`,
  ];
  return [
    `${title}: ${renderPlural(evaluation.documents, "document")}, ${evaluation.mentions} mentions, ${renderPlural(candidates.pairs, "pair")} of them judged`,
    ...renderTable(rows).map((row) => `  ${row}`),
    `  missed ${renderCount(micro.fn)}: ${missed.join(", ")}; ${renderPlural(evaluation.acrossSentences, "gold relation")} across sentences alone`,
    ...renderNotes(evaluation),
  ];
}

function renderNotes({ left, discontinuous, unknownNames }: DocumentRelationEvaluation): string[] {
  const notes: readonly (readonly [number, string, string])[] = [
    [left.cap, "pair", "not judged: over the most of a document"],
    [left.overlap, "pair", "not judged: the two mentions overlap"],
    [discontinuous, "gold mention", "of several parts, taken from the first to the last"],
    [unknownNames, "relation", "found with a name that no mention of gold stands for, counted as wrong"],
  ];
  return notes.flatMap(([count, noun, what]) =>
    count > 0 ? [`  note: ${renderPlural(count, noun)} ${what}`] : [],
  );
}

function scoreRow(name: string, { precision, recall, f1, ci95, support }: ClassScore): string[] {
  return [
    name,
    renderRate(precision),
    renderRate(recall),
    renderRate(f1),
    renderInterval(ci95),
    renderCount(support),
  ];
}

/** Average precision and AUC, with chance beside them: what *always positive* gets. */
export function renderRanking(ranking: RelationRanking, chance: RelationRanking | undefined): string[] {
  const named = Object.entries(ranking.classes);
  const rows = [
    ["whatever the threshold", "avg. precision", "95 % interval", "AUC", "95 % interval"],
    rankingRow("all classes", ranking.micro),
    ...(named.length > 1 ? named.map(([name, scores]) => rankingRow(name, scores)) : []),
    ...(chance === undefined ? [] : [rankingRow("always positive (chance)", chance.micro)]),
  ];
  return renderTable(rows).map((row) => `  ${row}`);
}

function rankingRow(name: string, { averagePrecision, auc }: RankingScores): string[] {
  const cells = ({ value, ci95 }: RankingScore) => [renderRate(value), renderInterval(ci95)];
  return [name, ...cells(averagePrecision), ...cells(auc)];
}
