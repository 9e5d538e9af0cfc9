/**
 * @file A model of mentions, a model of relations, 500 BC5CDR documents -> seconds from raw text to relations of documents,
 * by stage and end to end, and the scores of what was found.
 *
 *   npx tsx bench/relations-pipeline.ts --model runs/chemical-disease/model [--relations runs/chemical-induced-disease/model]
 *     [--precision fp32] [--threads 2] [--rounds 3] [--corpora ../shared/corpora] [--out bench/results/relations-pipeline.json]
 *
 * Loading is told apart. Without --relations, the time of mentions alone is measured, and how many pairs there are to judge.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { readDocumentGold } from "../src/dataset/read-document-gold.ts";
import { evaluateDocumentRelations } from "../src/evaluate/evaluate-documents.ts";
import { createDocumentPredictor } from "../src/model/document-predictor.ts";
import type { Precision } from "../src/model/emit-model.ts";
import { loadNerPredictor } from "../src/model/ner-predictor.ts";
import { loadRelationPredictor } from "../src/model/relation-predictor.ts";
import { annotateDocuments } from "../src/task/annotate-documents.ts";
import { annotateRelations } from "../src/task/annotate-relations.ts";
import { findCandidatePairs } from "../src/task/pair-candidates.ts";
import { splitSentences } from "../src/tokenize/sentences.ts";
import { describeMachine } from "./machine.ts";
import { median } from "./median.ts";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "runs/chemical-disease/model" },
    relations: { type: "string" },
    precision: { type: "string", default: "fp32" },
    threads: { type: "string", default: "2" },
    rounds: { type: "string", default: "3" },
    corpora: { type: "string", default: "../shared/corpora" },
    out: { type: "string" },
  },
});
const how = { threads: Number(values.threads), precision: values.precision as Precision };
const yes = { definition: "induces", rules: [], examples: [] };

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};
const rounds = async (work: () => Promise<unknown>): Promise<number> => {
  const times: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) times.push(await seconds(work));
  return median(times);
};
const exhaust = async (stream: AsyncIterable<unknown>) => {
  for await (const _ of stream);
};

const loadStart = performance.now();
const loaded = await loadNerPredictor(values.model, how);
const ner = createDocumentPredictor(loaded); // as `annotate` does

const model = values.relations === undefined ? undefined : await loadRelationPredictor(values.relations, how);
const loadSeconds = (performance.now() - loadStart) / 1000;
const spec = model?.model.spec.relation ?? {
  head: "Chemical",
  tail: "Disease",
  directed: true,
  negative: "no",
  classes: { yes, no: yes },
};
const least = model?.threshold === undefined ? {} : { threshold: model.threshold };
const positive = model?.classes.find((name) => name !== spec.negative) ?? "yes";
const { documents } = await readDocumentGold(join(values.corpora, "bc5cdr/docs_dev.jsonl"), {
  relation: spec,
  classes: { CID: positive },
});

const nerSeconds = await rounds(() => exhaust(annotateDocuments(documents, ner)));
let pairs = 0;
for await (const { text, mentions } of annotateDocuments(documents, ner))
  pairs += findCandidatePairs({ text, mentions, sentences: splitSentences(text) }, spec).pairs.length;
const report = {
  machine: describeMachine(),
  documents: documents.length,
  characters: documents.reduce((sum, { text }) => sum + text.length, 0),
  ...how,
  loadSeconds,
  nerSeconds,
  pairs,
  ...(model === undefined
    ? {}
    : {
        endToEndSeconds: await rounds(() =>
          exhaust(annotateRelations(documents, { ...spec, ...least, ner, relations: model, splitSentences })),
        ),
        goldMentions: await evaluateDocumentRelations(model, documents, { relation: spec, ...least }),
        endToEnd: await evaluateDocumentRelations(model, documents, { relation: spec, ner, ...least }),
      }),
};
await loaded.release();
await model?.release();
const json = `${JSON.stringify(report, undefined, 2)}\n`;
if (values.out !== undefined) {
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, json);
}
console.log(json);
