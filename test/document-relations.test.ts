/** @file BC5CDR dev, read and scored by document without a model: the rows that every score is read against. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readDocumentGold } from "../src/dataset/read-document-gold.ts";
import { evaluateDocumentRelations } from "../src/evaluate/evaluate-documents.ts";
import { createScoreRelationPredictor } from "../src/testing/word-predictors.ts";

const file = fileURLToPath(new URL("../../shared/corpora/bc5cdr/docs_dev.jsonl", import.meta.url));
const classes = {
  yes: { definition: "induces", rules: [], examples: [] },
  no: { definition: "does not", rules: [], examples: [] },
};

test.skipIf(!existsSync(file))(
  "co-occurrence in a sentence has F1 0.437 on BC5CDR dev with gold mentions (skipped where the corpora are absent)",
  async () => {
    const relation = { head: "Chemical", tail: "Disease", negative: "no", directed: true, classes };
    const { documents } = await readDocumentGold(file, { relation, classes: { CID: "yes" } });
    const all = createScoreRelationPredictor(() => 1);
    const scores = await evaluateDocumentRelations(all, documents, { relation });
    // As an independent count in Python has it: F1 0.437, P 0.307, R 0.759.
    expect(scores.baselines.coOccurrence).toMatchObject({ support: 1012, tp: 768, fp: 1738, fn: 244 });
    expect(scores.micro.f1).toBeCloseTo(0.4366, 4);
    expect(scores).toMatchObject({ misses: { mention: 0, window: 244, judgement: 0 }, acrossSentences: 244 });
    expect(scores.candidates).toEqual({ pairs: 5024, relations: 2506 });
    expect(scores.baselines.documentCoOccurrence).toMatchObject({ tp: 1012, fp: 4310, fn: 0 });
    const wide = await evaluateDocumentRelations(all, documents, { relation: { ...relation, window: 1 } });
    expect(wide.misses.window).toBeLessThan(150);
    expect(wide.baselines.coOccurrence).toMatchObject({ tp: 768, fp: 1738 });
  },
);
