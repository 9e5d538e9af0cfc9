/** @file A gold file of documents, named by a task: read, scored, refused for other kinds of task. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseTaskSpec } from "../task/parse-spec.ts";
import { createScoreRelationPredictor, createWordPredictor } from "../testing/word-predictors.ts";
import { scoreDocumentGold } from "./score-document-gold.ts";

const task = (kind: "ner" | "relation") => `name: demo
domain: case reports
kind: ${kind}
labels: { Chemical: { definition: a drug }, Disease: { definition: a disease } }
${
  kind === "ner"
    ? ""
    : `relation:
  head: Chemical
  tail: Disease
  negative: "no"
  window: 1
  classes: { "yes": { definition: induces }, "no": { definition: does not } }
`
}completions: { from: recorded, requests: r.jsonl, output: o.jsonl }
gold:
  - { name: documents, path: gold.jsonl, level: document, classes: { CID: "yes" } }
`;
const document = {
  id: "1",
  text: "Iron made gout. Lead came.",
  spans: [
    { start: 0, end: 4, label: "Chemical", concept: "C1" },
    { start: 10, end: 14, label: "Disease", concept: "D1" },
    { start: 16, end: 20, label: "Chemical", concept: "C2" },
  ],
  relations: [
    { type: "CID", chemical: "C1", disease: "D1" },
    { type: "other", chemical: "C2", disease: "D1" },
  ],
};

test("takes window, classes and file from the task, with gold mentions and end to end", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "textphantom-")), "gold.jsonl");
  await writeFile(path, `${JSON.stringify(document)}\n`);
  const spec = parseTaskSpec(task("relation"), { path: "task.yaml" });
  const [gold] = spec.gold;
  expect(gold).toMatchObject({ level: "document" });
  const all = createScoreRelationPredictor(() => 1);
  const { evaluation, skipped } = await scoreDocumentGold(spec, { ...gold!, path }, all);
  expect(skipped).toEqual([{ reason: "class", label: "other", count: 1 }]);
  expect(evaluation).toMatchObject({ mentions: "gold", window: 1, micro: { tp: 1, fp: 1, fn: 0 } });
  const ner = createWordPredictor({ Chemical: ["Iron"], Disease: ["gout"] });
  const end = await scoreDocumentGold(spec, { ...gold!, path }, all, { ner });
  expect(end.evaluation).toMatchObject({ mentions: "predicted", micro: { tp: 1, fp: 0, fn: 0 } });
});

test("a task of another kind cannot name such gold", () => {
  expect(() => parseTaskSpec(task("ner"), { path: "task.yaml" })).toThrow(
    'Gold "documents" is of level document, which has relations; this task is of kind ner.',
  );
});
