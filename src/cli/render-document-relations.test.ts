/** @file The tables of document relations and rankings, line by line. */
import { expect, test } from "vitest";
import type { DocumentRelationEvaluation } from "../evaluate/evaluate-documents.ts";
import { renderDocumentRelations, renderRanking } from "./render-document-relations.ts";

const score = (tp: number, fp: number, f1: number) =>
  ({ tp, fp, fn: 8 - tp, support: 8, precision: 0.5, recall: 0.25, f1, ci95: [0.1, 0.9] }) as const;
const evaluation: DocumentRelationEvaluation = {
  documents: 2,
  mentions: "gold",
  window: 0,
  micro: score(2, 2, 1 / 3),
  classes: { yes: score(2, 2, 1 / 3) },
  misses: { mention: 1, window: 2, judgement: 3 },
  acrossSentences: 2,
  unknownNames: 0,
  candidates: { pairs: 12, relations: 9 },
  left: { cap: 0, overlap: 1 },
  discontinuous: 0,
  baselines: {
    relation: "yes",
    alwaysPositive: score(5, 4, 0.588),
    coOccurrence: score(5, 4, 0.588),
    documentCoOccurrence: score(7, 9, 0.583),
  },
  bootstrap: { samples: 50, seed: 1 },
};

test("two rows that are one are one, and what was missed has its reason", () => {
  expect(renderDocumentRelations("CDR", evaluation)).toEqual([
    "CDR: 2 documents, gold mentions, 12 pairs of them judged",
    "  relations by document                     precision  recall     F1  95 % interval  relations",
    "  all classes                                   0.500   0.250  0.333    0.100-0.900          8",
    "  always yes = co-occurrence in a sentence      0.500   0.250  0.588    0.100-0.900          8",
    "  co-occurrence in the document                 0.500   0.250  0.583    0.100-0.900          8",
    "  missed 6: 2 beyond one sentence, 1 without a mention, 3 judged otherwise; 2 gold relations across sentences alone",
    "  note: 1 pair not judged: the two mentions overlap",
  ]);
});

test("with a window the two rows stand apart", () => {
  const wide = {
    ...evaluation,
    window: 1,
    baselines: { ...evaluation.baselines, alwaysPositive: score(6, 6, 0.6) },
  };
  const lines = renderDocumentRelations("CDR", wide);
  expect(lines.slice(3, 5).map((line) => line.trim().split("  ")[0])).toEqual([
    "always yes",
    "co-occurrence in a sentence",
  ]);
  expect(lines[6]).toContain("2 beyond a window of 1 sentence,");
});

test("a ranking has chance beside it", () => {
  const ranked = (value: number) => ({
    averagePrecision: { value, ci95: [0, 1] as const },
    auc: { value, ci95: [0, 1] as const },
    items: 9,
    positives: 3,
  });
  const of = (value: number) => ({ micro: ranked(value), classes: { yes: ranked(value) } });
  expect(renderRanking(of(0.75), of(0.5))).toEqual([
    "  whatever the threshold    avg. precision  95 % interval    AUC  95 % interval",
    "  all classes                        0.750    0.000-1.000  0.750    0.000-1.000",
    "  always positive (chance)           0.500    0.000-1.000  0.500    0.000-1.000",
  ]);
});
