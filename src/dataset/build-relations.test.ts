/** @file Tests of building a corpus of pairs: duplicates, contradictions, the split by prompt, the counts, the errors. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { curationSchema } from "../task/generation-schema.ts";
import type { Rejection } from "../task/rejection.ts";
import type { RelationExample } from "../task/relation-example.ts";
import { parseRelationLine } from "../task/relation-markup.ts";
import { buildRelations } from "./build-relations.ts";
import { RELATION_ITEMS } from "./corpus-item.ts";
import { curateCorpus } from "./curate-corpus.ts";

const RELATION = { head: "Gene", tail: "Disease", classes: { yes: {}, no: {} } };
function example(prompt: string, line: number, written: string): RelationExample {
  const parsed = parseRelationLine(written, RELATION, ["Gene", "Disease"]);
  if ("rejected" in parsed) throw new Error(parsed.rejected);
  const { repairs: _, ...pair } = parsed;
  return { id: `${prompt}-${line}`, ...pair, prompt, passage: 0 };
}
const build = (examples: RelationExample[], rejections: Rejection[] = [], options = {}) =>
  buildRelations(examples, rejections, { classes: ["yes", "no"], devFraction: 0.5, seed: 1, ...options });
const PAIR = "<Gene>F5</Gene> in <Disease>gout</Disease>";

test("drops a pair that came before in the same text, in any case, spacing or width", () => {
  const { train, dev, audit } = build([
    example("a", 1, `yes\t${PAIR}, not in gout.`),
    example("b", 1, "yes\t<Gene>f5</Gene>  in <Disease>GOUT</Disease>, not in ｇｏｕｔ. "),
    example("b", 2, "no\t<Gene>F5</Gene> in gout, not in <Disease>gout</Disease>."),
  ]);
  expect([...train, ...dev].map(({ id }) => id).sort()).toEqual(["a-1", "b-2"]);
  expect(audit.duplicates).toEqual({ identical: 1, contradictory: 0 });
});

test("keeps the first where the classes of one text and pair differ", () => {
  const { train, dev, audit } = build([
    example("a", 1, `yes\t${PAIR}.`),
    example("a", 2, `yes\t${PAIR}.`),
    example("b", 1, `no\t${PAIR}.`),
    example("b", 2, `yes\t${PAIR} again.`),
    example("c", 1, `no\t${PAIR} at last.`),
  ]);
  expect([...train, ...dev].map(({ id }) => id).sort()).toEqual(["a-1", "b-2", "c-1"]);
  expect(audit.duplicates).toEqual({ identical: 1, contradictory: 1 });
});

test("counts everything", () => {
  const rejections: Rejection[] = [
    { prompt: "a", line: 9, reason: "wrong-pair", tag: "Gene", raw: "x" },
    { prompt: "c", reason: "missing-answer", raw: "" },
  ];
  const examples = [
    example("a", 1, `yes\t${PAIR} of kings.`),
    example("a", 2, "no\t<Gene>f5</Gene> is not in <Disease>HD</Disease>."),
  ];
  expect(build(examples, rejections, { repairs: { recasedClasses: 2 } }).audit).toEqual({
    examples: 2,
    duplicates: { identical: 0, contradictory: 0 },
    train: { prompts: 1, examples: 2, classes: { yes: 1, no: 1 } },
    dev: { prompts: 0, examples: 0, classes: { yes: 0, no: 0 } },
    distinct: { heads: 1, tails: 2, pairs: 2 },
    words: { minimum: 5, median: 5, mean: 5, p95: 5, maximum: 5 },
    rejections: { "missing-answer": 1, "wrong-pair": 1 },
    repairs: { recasedClasses: 2 },
  });
});

test("an empty corpus and an unused class are errors that say what was seen", () => {
  const rejections: Rejection[] = [
    { prompt: "a", line: 1, reason: "unknown-tag", tag: "Drug", raw: "secret" },
  ];
  expect(() => build([], rejections)).toThrow(
    "The completions hold no usable pair. Dropped as contradictory: 0. Rejected: unknown-tag 1. Unknown tags: Drug 1.",
  );
  const twins = [example("a", 1, `yes\t${PAIR}`), example("a", 2, `no\t${PAIR}`)];
  expect(() => build(twins)).toThrow(
    'No example is of the class "no". 1 examples are: yes 1, no 0. Dropped as contradictory: 1. Rejected: none.',
  );
  expect(() => build([example("a", 1, `yes\t${PAIR}`)])).toThrow(
    'No example is of the class "no". 1 examples are: yes 1, no 0. Dropped as contradictory: 0. Rejected: none.',
  );
});

test("counts what curation dropped before as if it had come here", () => {
  const curation = {
    taken: 9,
    kept: 2,
    dropped: { duplicate: 3, contradiction: 2, "text-short": 2 },
    steps: [{ step: "exact" as const, isOn: true, taken: 7, dropped: 5, ms: 3 }],
    findings: [],
  };
  const kept = [example("a", 1, `yes\t${PAIR} of kings.`), example("b", 1, `no\t${PAIR} of queens.`)];
  const { audit } = build(kept, [], { curation });
  expect([audit.examples, audit.duplicates]).toEqual([9, { identical: 3, contradictory: 2 }]);
  expect(audit.curation).toEqual({
    ...curation,
    steps: [{ step: "exact", isOn: true, taken: 7, dropped: 5 }],
  });
});

test("curation and the dataset drop the same pairs of equal text, whatever the task says", async () => {
  const examples = [
    example("a", 1, `yes\t${PAIR} of kings.`),
    example("a", 2, `no\t${PAIR} of kings.`),
    example("b", 1, `no\t${PAIR} of queens alone.`),
    example("b", 2, `no\t${PAIR} of QUEENS alone.`),
  ];
  const spec = curationSchema.parse({ words: [1, 10_000], minHash: 0 });
  const { kept, report } = await curateCorpus(examples, spec, {
    kind: RELATION_ITEMS,
    labels: ["Gene", "Disease"],
  });
  const idsOf = ({ train, dev }: ReturnType<typeof build>) => [...train, ...dev].map(({ id }) => id).sort();
  const [whole, curated] = [build(examples), build([...kept], [], { curation: report })];
  expect(idsOf(curated)).toEqual(idsOf(whole));
  expect(curated.audit.duplicates).toEqual(whole.audit.duplicates);
  expect(curated.audit.examples).toBe(whole.audit.examples);
});

test("no prompt is on both sides, nothing is lost, and no text and pair has two classes", () => {
  const rows = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 5 }),
      fc.constantFrom("x", "y", "z", "Z"),
      fc.constantFrom("yes", "no"),
    ),
  );
  fc.assert(
    fc.property(
      rows,
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      fc.nat(),
      (written, devFraction, seed) => {
        const examples = [
          example("p6", 1, `yes\t${PAIR} one.`),
          example("p6", 2, `no\t${PAIR} two.`),
          ...written.map(([prompt, word, relation], line) =>
            example(`p${prompt}`, line, `${relation}\t${PAIR} ${word}`),
          ),
        ];
        const { train, dev, audit } = build(examples, [], { devFraction, seed });
        const { identical, contradictory } = audit.duplicates;
        expect(train.length + dev.length + identical + contradictory).toBe(examples.length);
        const prompts = new Set(train.map(({ prompt }) => prompt));
        expect(dev.some(({ prompt }) => prompts.has(prompt))).toBe(false);
        const texts = [...train, ...dev].map(({ text }) => text.toLowerCase());
        expect(new Set(texts).size).toBe(texts.length);
        expect(audit.train.classes.yes! + audit.train.classes.no!).toBe(train.length);
      },
    ),
  );
});
