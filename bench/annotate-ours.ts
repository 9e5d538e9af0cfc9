/**
 * @file A model folder and texts -> seconds of annotating them, in a process of its own: the twin of
 * peers/pipeline_annotate.py.
 *
 *   npx tsx bench/annotate-ours.ts --model FOLDER --texts TEXTS.json --out OUT.json [--precision int8] [--threads 2]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadNerPredictor } from "../src/model/ner-predictor.ts";
import { annotateDocuments } from "../src/task/annotate-documents.ts";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "runs/disease/model" },
    texts: { type: "string", default: "" },
    out: { type: "string" },
    precision: { type: "string", default: "fp32" },
    threads: { type: "string", default: "2" },
  },
});
const texts = JSON.parse(readFileSync(values.texts, "utf8")) as string[];
const predictor = await loadNerPredictor(values.model, {
  threads: Number(values.threads),
  precision: values.precision as "fp32" | "int8",
});
await predictor.predict(texts.slice(0, 2));

const start = performance.now();
const found: (readonly [number, number, string])[][] = [];
const documents = texts.map((text, index) => ({ id: String(index), text }));
for await (const { mentions } of annotateDocuments(documents, predictor)) {
  found.push(mentions.map((mention) => [mention.start, mention.end, mention.label] as const));
}
const seconds = (performance.now() - start) / 1000;

await predictor.release();
if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(found));
console.log(JSON.stringify({ seconds, peakRssBytes: process.resourceUsage().maxRSS * 1024 }));
