/** @file Tests of building a corpus: duplicates, the split by prompt, the counts, and the faults that stop it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Example } from "../task/example.ts";
import { parseMarkup } from "../task/markup.ts";
import type { Rejection } from "../task/rejection.ts";
import { buildDataset } from "./build-dataset.ts";

function example(prompt: string, line: number, marked: string): Example {
  const parsed = parseMarkup(marked, ["Disease", "Chemical"]);
  if ("rejected" in parsed) throw new Error(parsed.rejected);
  return { id: `${prompt}-${line}`, text: parsed.text, mentions: parsed.mentions, prompt, passage: 0 };
}
const OPTIONS = { labels: ["Disease"], devFraction: 0.5, seed: 1 };
const build = (examples: Example[], rejections: Rejection[] = [], options = {}) =>
  buildDataset(examples, rejections, { ...OPTIONS, ...options });

test("drops a text that came before in another case, spacing or width, across prompts", () => {
  const { train, dev, audit } = build([
    example("a", 1, "Of <Disease>gout</Disease> and gout."),
    example("b", 1, "of  <Disease>GOUT</Disease> and ｇｏｕｔ. "),
    example("b", 2, "Of gout and <Disease>gout</Disease>."),
    example("b", 3, "Of gout and gout."),
    example("b", 4, "Another."),
  ]);
  expect([...train, ...dev].map(({ id }) => id).sort()).toEqual(["a-1", "b-4"]);
  expect(audit.duplicates).toEqual({ identical: 1, conflicting: 2 });
});

test("counts everything", () => {
  const rejections: Rejection[] = [
    { prompt: "a", line: 9, reason: "chatter", raw: "x" },
    { prompt: "a", line: 10, reason: "unknown-tag", tag: "b", raw: "x" },
    { prompt: "c", reason: "unknown-tag", tag: "b", raw: "x" },
  ];
  const { audit } = build(
    [
      example("a", 1, "<Disease>Gout</Disease> and <Disease>gout</Disease> hurt much."),
      example("a", 2, "Nothing here."),
    ],
    rejections,
    { repairs: { trimmed: 1, recased: 2, unescaped: 3 } },
  );
  expect(audit).toEqual({
    examples: 2,
    duplicates: { identical: 0, conflicting: 0 },
    train: { prompts: 1, examples: 2, withoutMention: 1, mentions: { Disease: 2 } },
    dev: { prompts: 0, examples: 0, withoutMention: 0, mentions: { Disease: 0 } },
    distinctMentions: { Disease: 1 },
    words: { minimum: 2, median: 2, mean: 3.5, p95: 5, maximum: 5 },
    rejections: { "unknown-tag": 2, chatter: 1 },
    repairs: { trimmed: 1, recased: 2, unescaped: 3 },
  });
});

test("an empty corpus is an error that says what was rejected", () => {
  const rejections: Rejection[] = [
    { prompt: "a", line: 1, reason: "unknown-tag", tag: "Drug", raw: "secret" },
  ];
  expect(() => build([], rejections)).toThrow(
    "The completions hold no example. Rejected: unknown-tag 1. Unknown tags: Drug 1.",
  );
  expect(() => build([])).toThrow("The completions hold no example. Rejected: none.");
});

test("a label that no completion uses is an error that says which are used", () => {
  const rejections: Rejection[] = [
    { prompt: "a", line: 1, reason: "unknown-tag", tag: "Chemical", raw: "secret" },
  ];
  const options = { labels: ["Disease", "Chemcial"] };
  expect(() => build([example("a", 2, "<Disease>Gout</Disease>")], rejections, options)).toThrow(
    'No completion uses the label "Chemcial". Did you mean "Chemical"? 1 examples use: Disease 1, Chemcial 0. ' +
      "Rejected: unknown-tag 1. Unknown tags: Chemical 1.",
  );
});

test("the same seed gives the same split, whatever the order; another seed another", () => {
  const examples = Array.from({ length: 40 }, (_, i) => example(`p${i}`, 1, `<Disease>gout</Disease> ${i}`));
  const dev = (items: Example[], seed: number) =>
    build(items, [], { seed, devFraction: 0.1 })
      .dev.map(({ prompt }) => prompt)
      .sort();
  expect(dev(examples, 1)).toHaveLength(4);
  expect(dev([...examples].reverse(), 1)).toEqual(dev(examples, 1));
  expect(dev(examples, 2)).not.toEqual(dev(examples, 1));
});

test("no prompt is on both sides, nothing is lost, and dev has a prompt when there are two", () => {
  const items = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom("x", "y", "z", "Z", "z ")),
    {
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(items, fc.double({ min: 0, max: 0.99, noNaN: true }), fc.nat(), (rows, devFraction, seed) => {
      const examples = rows.map(([prompt, word], line) =>
        example(`p${prompt}`, line, `<Disease>gout</Disease> ${word}`),
      );
      const { train, dev, audit } = build(examples, [], { devFraction, seed });
      const trainPrompts = new Set(train.map(({ prompt }) => prompt));
      const devPrompts = new Set(dev.map(({ prompt }) => prompt));
      expect([...devPrompts].some((prompt) => trainPrompts.has(prompt))).toBe(false);
      expect([audit.train.prompts, audit.dev.prompts]).toEqual([trainPrompts.size, devPrompts.size]);
      const { identical, conflicting } = audit.duplicates;
      expect(train.length + dev.length + identical + conflicting).toBe(examples.length);
      expect(trainPrompts.size).toBeGreaterThan(0);
      expect(devPrompts.size > 0).toBe(devFraction > 0 && trainPrompts.size + devPrompts.size > 1);
    }),
  );
});
