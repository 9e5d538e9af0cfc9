/** @file The dictionary baseline: what it finds, and the contract of every predictor. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { GoldExample, Mention } from "../task/example.ts";
import { predictorContract } from "../testing/predictor-contract.ts";
import { parseJsonLines } from "../util/files.ts";
import { collectNames, createDictionaryPredictor } from "./dictionary.ts";
import { evaluate } from "./evaluate.ts";

const name = (text: string, label = "Disease", count = 1) => ({ text, label, count });
const find = async (entries: Parameters<typeof createDictionaryPredictor>[0], text: string) => {
  const [mentions] = await createDictionaryPredictor(entries).predict([text]);
  return mentions!.map(({ start, end, label, score }) => [text.slice(start, end), label, score]);
};

test("collects names with their counts, most frequent first", () => {
  const text = "gout or asthma, gout";
  const mentions: Mention[] = [
    { start: 0, end: 4, label: "Disease" },
    { start: 8, end: 14, label: "Disease" },
    { start: 16, end: 20, label: "Disease" },
    { start: 16, end: 20, label: "Symptom" },
  ];
  expect(collectNames([{ text, mentions }])).toEqual([
    name("gout", "Disease", 2),
    name("asthma"),
    name("gout", "Symptom"),
  ]);
  expect(collectNames([])).toEqual([]);
});

test("finds the longest name from the left, whatever case and white space, and cuts no word", async () => {
  const entries = [name("cancer"), name("breast cancer"), name("cancer of breast tissue"), name("non-small")];
  expect(await find(entries, "Breast\n cancer of breast, cancers, NON-SMALL cancer")).toEqual([
    ["Breast\n cancer", "Disease", 1],
    ["NON-SMALL", "Disease", 1],
    ["cancer", "Disease", 1],
  ]);
});

test("finds an abbreviation only as it is written", async () => {
  const entries = [name("ALL"), name("A-T"), name("asthma")];
  expect(await find(entries, "all with ALL, A-T, a-t, ASTHMA")).toEqual([
    ["ALL", "Disease", 1],
    ["A-T", "Disease", 1],
    ["ASTHMA", "Disease", 1],
  ]);
});

test("gives the most frequent label and its share, by alphabet among equals", async () => {
  const entries = [
    name("iron", "Disease", 1),
    name("Iron", "Chemical", 3),
    name("lead", "B"),
    name("lead", "A"),
  ];
  expect(await find(entries, "iron lead")).toEqual([
    ["iron", "Chemical", 0.75],
    ["lead", "A", 0.5],
  ]);
  expect(createDictionaryPredictor(entries).labels).toEqual(["A", "B", "Chemical", "Disease"]);
});

test("knows nothing without names, and no name without words", async () => {
  expect(await find([], "gout")).toEqual([]);
  expect(await find([name(" \u200b")], "gout \u200b")).toEqual([]);
});

const diseases = createDictionaryPredictor(
  ["asthma", "gout", "糖", "cancer", "breast cancer"].map((text) => name(text)),
);
test.each(predictorContract(["Asthma and gout.", "Breast cancer"]))("$name", ({ check }) => check(diseases));

const corpus = new URL("../../../shared/corpora/ncbi-disease/", import.meta.url);
test.skipIf(!existsSync(corpus))(
  "scores 0.698 on NCBI Disease dev with the names of its train split (skipped where the corpora are absent)",
  async () => {
    const [train, dev] = await Promise.all(["train", "dev"].map(readGold));
    const predictor = createDictionaryPredictor(collectNames(train!));
    const predicted = await predictor.predict(dev!.map(({ text }) => text));
    const { strict, documents } = evaluate(dev!, predicted, { labels: ["Disease"] });
    expect({ documents, support: strict.micro.support }).toEqual({ documents: 100, support: 787 });
    expect(strict.micro).toMatchObject({ tp: 507, fp: 158, fn: 280 }); // as an independent count in Python
    expect(strict.micro.f1).toBeCloseTo(0.69835, 5);
  },
);

async function readGold(split: string): Promise<GoldExample[]> {
  const rows = parseJsonLines(await readFile(new URL(`${split}.jsonl`, corpus), "utf8"), split);
  return rows.map(({ value }) => {
    const { id, text, spans, doc } = value as { id: string; text: string; spans: Mention[]; doc: string };
    return { id, text, mentions: spans, document: doc };
  });
}
