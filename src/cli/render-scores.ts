/** @file An evaluation -> the table of its scores, with what it has to be read against. */
import { LOSSES, type LossKind } from "../dataset/formats/corpus-format.ts";
import type { ComparedEvaluation } from "../evaluate/evaluate-predictor.ts";
import type { StrictScore } from "../evaluate/evaluation.ts";
import type { ScoredSet } from "../run-folder.ts";
import { renderCount, renderInterval, renderPlural, renderRate, renderTable } from "./render-table.ts";

const HEAD = ["strict match", "precision", "recall", "F1", "95 % interval", "mentions"];

/** Fractions with three digits: the third is already within any interval. */
export function renderScores(title: string, evaluation: ComparedEvaluation): string[] {
  const { strict, schemes, baselines, texts, documents } = evaluation;
  const { dictionary } = baselines;
  const labels = Object.entries(strict.labels);
  const rows = [
    HEAD,
    scoreRow("all labels", strict.micro),
    ...(labels.length > 1 ? labels.map(([label, score]) => scoreRow(label, score)) : []),
    scoreRow("dictionary", dictionary.strict.micro),
  ];
  const relaxed = (["overlap", "boundary", "type"] as const).map(
    (name) => `${name} ${renderRate(schemes[name].micro.f1)}`,
  );
  const unit = documents === texts ? "" : ` in ${renderPlural(documents, "document")}`;
  return [
    `${title}: ${renderPlural(texts, "text")}${unit}`,
    ...renderTable(rows).map((row) => `  ${row}`),
    `  relaxed F1: ${relaxed.join(", ")}; dictionary = look-up of ${renderPlural(dictionary.names, "name")} of the training corpus`,
    ...renderUnreachable(evaluation),
  ];
}

/** What of the gold is beyond the model, with the scores of the rest. Nothing where all is within. */
function renderUnreachable({ unreachable, reachable, strict }: ComparedEvaluation): string[] {
  const { discontinuous, overlapping, share } = unreachable;
  const count = discontinuous + overlapping;
  if (count === 0) return [];
  const { precision, recall, f1 } = reachable;
  return [
    `  note: ${renderCount(count)} of ${renderPlural(strict.micro.support, "gold mention")} (${(100 * share).toFixed(1)} %) are beyond the model: ` +
      `${renderCount(discontinuous)} discontinuous, ${renderCount(overlapping)} overlapping a longer one. They count as missed above;`,
    `        of what it can reach: precision ${renderRate(precision)}, recall ${renderRate(recall)}, F1 ${renderRate(f1)}`,
  ];
}

function scoreRow(name: string, { precision, recall, f1, ci95, support }: StrictScore): string[] {
  return [
    name,
    renderRate(precision),
    renderRate(recall),
    renderRate(f1),
    renderInterval(ci95),
    renderCount(support),
  ];
}

/** What was left out of a gold file, or read with a doubt: a line each. */
export function renderSkipped(skipped: ScoredSet["skipped"]): string[] {
  return skipped.map(({ reason, label, count }) => {
    if (reason === "label")
      return `  note: ${renderPlural(count, "gold mention")} with a label that was not asked for: ${label}`;
    return renderLoss(reason, count);
  });
}

/** What the reader of a format could not carry over, or read with a doubt. */
export const renderLoss = (kind: string, count: number): string =>
  `  note: ${kind} ${renderCount(count)}: ${LOSSES[kind as LossKind] ?? "not carried over"}`;

/** Labels that the gold never has: every prediction of them counts as wrong. */
export function renderUnsupported({ strict }: ComparedEvaluation, advice: string): string[] {
  const absent = Object.entries(strict.labels).filter(([, { support }]) => support === 0);
  if (absent.length === 0) return [];
  const names = absent.map(([label]) => label).join(", ");
  return [`  note: the gold has no mention of ${names}, so all found count as wrong. ${advice}`];
}
