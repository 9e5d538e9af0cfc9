/** @file The shipped disease task, read end to end: task file, recordings, examples, dataset. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { buildDataset } from "../src/dataset/build-dataset.ts";
import { collectExamples } from "../src/generate/collect-examples.ts";
import { createRecordedCompleter } from "../src/generate/completers/recorded.ts";
import { selectPrompts } from "../src/generate/select-prompts.ts";
import { renderMarkup } from "../src/task/markup.ts";
import { parseTaskSpec, resolveTaskPath } from "../src/task/parse-spec.ts";

const path = resolve(import.meta.dirname, "../examples/disease/task.yaml");
const spec = parseTaskSpec(await readFile(path, "utf8"), { path });
if (spec.completions.from !== "recorded") throw new Error("The example answers from recordings.");
const files = spec.completions;
const labels = Object.keys(spec.labels);
const completer = await createRecordedCompleter({
  requests: resolveTaskPath(path, files.requests),
  output: resolveTaskPath(path, files.output),
});
const collect = (select?: readonly string[]) =>
  collectExamples(completer.complete(selectPrompts(completer.prompts, select)), spec);

test("every line of the recordings is an example, and none is rejected", async () => {
  const { completions, lines, examples, rejections, repairs } = await collect();
  expect({ completions, lines, examples: examples.length, rejections }).toEqual({
    completions: 144,
    lines: 3957,
    examples: 3957,
    rejections: [],
  });
  expect(repairs).toEqual({ trimmed: 0, recased: 0, unescaped: 0 });
});

test("the rounds have the sizes that the README states", async () => {
  const size = async (...select: string[]) => (await collect(select)).examples.length;
  expect(await size("000..023", "072..095")).toBe(1200);
  expect(await size("024..071")).toBe(1200);
  expect(await size("096..143")).toBe(1557);
});

test("abstracts are told apart: three passages a prompt of round 3, one a prompt of the others", async () => {
  const { examples } = await collect();
  const passages = new Map<string, number>();
  for (const { prompt, passage } of examples) passages.set(prompt, passage + 1);
  const counts = completer.prompts.map(({ id }) => passages.get(id));
  expect(counts).toEqual(completer.prompts.map((_, index) => (index < 96 ? 1 : 3)));
});

test("rendering the examples gives the recorded lines", async () => {
  const { examples } = await collect();
  const output = await readFile(resolveTaskPath(path, files.output), "utf8");
  const recorded = output
    .trim()
    .split("\n")
    .flatMap((row): string[] => JSON.parse(row).response.body.choices[0].message.content.split("\n"))
    .filter((line) => line !== "");
  expect(examples.map(({ text, mentions }) => renderMarkup(text, mentions))).toEqual(recorded);
});

test("the dataset holds every sentence once and no prompt on both sides", async () => {
  const { examples, rejections, repairs } = await collect();
  const { train, dev, audit } = buildDataset(examples, rejections, { labels, ...spec.dataset, repairs });
  expect(audit).toEqual({
    examples: 3957,
    duplicates: { identical: 0, conflicting: 0 },
    train: { prompts: 137, examples: 3749, withoutMention: 999, mentions: { Disease: 4841 } },
    dev: { prompts: 7, examples: 208, withoutMention: 68, mentions: { Disease: 243 } },
    distinctMentions: { Disease: 2404 },
    words: { minimum: 6, median: 20, mean: 20.17, p95: 29, maximum: 45 },
    rejections: {},
    repairs: { trimmed: 0, recased: 0, unescaped: 0 },
  });
  expect(train.length + dev.length).toBe(3957);
  const devPrompts = new Set(dev.map(({ prompt }) => prompt));
  expect(train.some(({ prompt }) => devPrompts.has(prompt))).toBe(false);
});
