/** @file The dataset card of a small corpus: front matter, every count, and no text of the corpus. */
import { expect, test } from "vitest";
import { parse } from "yaml";
import { NER_ITEMS } from "./corpus-item.ts";
import { curateCorpus } from "./curate-corpus.ts";
import { renderDatasetCard } from "./dataset-card.ts";

test("says what the corpus is, where it comes from, what each step dropped, and what it shares", async () => {
  const text = "Mr Quill had gout.";
  const examples = ["a", "b"].map((id) => ({
    id,
    text,
    prompt: "p",
    passage: 0,
    mentions: [{ start: 13, end: 17, label: "Disease" }],
  }));
  const references = [{ name: "local notes", texts: ["She had gout too."] }];
  const { report } = await curateCorpus(
    examples,
    {
      words: [3, 200],
      minHash: 0.8,
      embedding: 0,
      unmarked: "keep",
      forbidden: {},
      identifiers: "keep",
      references: [],
      maxSharedWords: 0,
    },
    { kind: NER_ITEMS, labels: ["Disease"], references },
  );
  const card = renderDatasetCard({
    spec: {
      name: "disease",
      kind: "ner",
      domain: "PubMed abstracts",
      labels: { Disease: { definition: "A disease | a syndrome.", rules: [], examples: [] } },
    },
    report,
    split: { train: 1, dev: 0 },
    rejections: { chatter: 3 },
    provenance: { model: "claude", prompts: 2, date: "2026-11-24", version: "0.1.0" },
  });
  const [, front, ...body] = card.split("---\n");
  expect(parse(front!)).toEqual({
    language: ["en"],
    license: "other",
    pretty_name: "disease",
    size_categories: ["n<1K"],
    task_categories: ["token-classification"],
    task_ids: ["named-entity-recognition"],
    annotations_creators: ["machine-generated"],
    language_creators: ["machine-generated"],
    source_datasets: ["original"],
    tags: ["synthetic", "textphantom"],
  });
  const lines = body.join("---\n").split("\n");
  for (const line of [
    "# disease",
    "Named entity recognition: PubMed abstracts. 1 examples, 1 to train on, 0 held out.",
    "| Disease | A disease \\| a syndrome. |",
    "| chatter | 3 |",
    "| exact | on | 2 | 1 |  |",
    "| embedding | off | 1 | 0 |  |",
    "2 examples came in, 1 are kept.",
    "| duplicate | 1 | the same text came before, with the same marks |",
    '- Checked against "local notes" (1 texts, 4 words): none of the 1 examples shares 13 words in a row with it; ' +
      "the longest shared run is 2 words, the most similar sentence has a Jaccard similarity of 0.000 (word 3-grams).",
  ])
    expect(lines).toContain(line);
  expect(card).toContain(
    "written by the language model claude on 2026-11-24, in answer to 2 prompts that textphantom 0.1.0",
  );
  expect(card).toMatch(/\| \(A\) name \| 2 \|/);
  expect(card).not.toContain("Quill");
});
