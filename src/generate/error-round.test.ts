/** @file Tests of further rounds: what classes of error add. That no text gets there: test/error-rounds.test.ts. */
import { expect, test } from "vitest";
import { promptsSchema } from "../task/generation-schema.ts";
import { createNerSpec } from "../testing/prompt-specs.ts";
import {
  classifyErrors,
  ERROR_EXTENTS,
  ERROR_FORMS,
  ERROR_KINDS,
  ERROR_LENGTHS,
  type ErrorClass,
} from "./error-classes.ts";
import { addErrorRound } from "./error-round.ts";
import { adviseOn } from "./error-sentences.ts";
import { writePrompts } from "./write-prompts.ts";

const spec = createNerSpec({
  topics: ["t0", "t1"],
  sets: [
    { name: "whole", prompts: 1, form: "documents" },
    { name: "one", prompts: 2, styles: ["s0"], rules: ["Own rule."], words: [5, 20] },
  ],
});
const group = (kind: ErrorClass["kind"], count: number, more: Partial<ErrorClass> = {}): ErrorClass => ({
  label: "Disease",
  kind,
  length: "one word",
  form: "name",
  extent: "same",
  count,
  share: count / 10,
  ...more,
});

test("adds a set for each of the most frequent classes, made like the first set of sentences", () => {
  const classes = [
    group("missed", 5, { form: "abbreviation" }),
    group("boundary+type", 3),
    group("spurious", 2),
  ];
  const { prompts } = addErrorRound(spec, classes, { round: 2, prompts: 10, classes: 2 });
  expect(prompts!.sets.map(({ name, prompts }) => [name, prompts])).toEqual([
    ["whole", 1],
    ["one", 2],
    ["round2-1-missed", 6],
    ["round2-2-boundary-type", 4],
  ]);
  const [, base, missed] = prompts!.sets;
  expect(missed).toMatchObject({
    form: "sentences",
    styles: ["s0"],
    words: [5, 20],
    empty: 0.08,
    several: 0.5,
  });
  expect(missed!.rules.slice(0, 2)).toEqual([
    ...base!.rules,
    "In most sentences a disease is named by its abbreviation alone, without its long form and without a word beside it that gives it away.",
  ]);
  const written = [...writePrompts({ ...spec, prompts: prompts! })];
  expect(written[3]!.id).toBe("demo-round2-1-missed-000");
  expect(written[3]!.messages[1]!.content).toContain(missed!.rules[1]);
});

test("turns spurious mentions into what is left unmarked", () => {
  const { prompts } = addErrorRound(spec, [group("spurious", 1)], { round: 3, prompts: 1 });
  const [text] = [...writePrompts({ ...spec, prompts: prompts! }, { select: ["*round3*"] })].map(
    ({ messages }) => messages[1]!.content,
  );
  expect(text).toContain(
    "Let several sentences also hold what looks like a mention and is none, unmarked: single words near to a disease in meaning or form",
  );
});

test("the resolved task with a round is one that the schema takes", () => {
  const classes = ERROR_KINDS.map((kind, index) => group(kind, 10 - index));
  const { prompts } = addErrorRound(spec, classes, { round: 12, prompts: 50 });
  expect(promptsSchema.parse(prompts)).toEqual(prompts);
});

test("every class of error has advice of its own label, and no sentence with an empty place", () => {
  for (const kind of ERROR_KINDS)
    for (const length of ERROR_LENGTHS)
      for (const form of ERROR_FORMS)
        for (const extent of ERROR_EXTENTS) {
          const { rules, hardNegatives } = adviseOn(
            group(kind, 1, { length, form, extent, label: "AdverseEffect" }),
          );
          const text = [...rules, ...hardNegatives].join(" ");
          expect(text).toContain("adverse effect");
          expect(text).not.toMatch(/undefined|\[object| {2}/);
        }
});

test("refuses a round that is there, one without errors, and one with errors of relations", () => {
  const options = { round: 2, prompts: 4 };
  const twice = addErrorRound(spec, [group("missed", 1)], options);
  expect(() => addErrorRound(twice, [group("missed", 1)], options)).toThrow("prompt sets of round 2 already");
  expect(() => addErrorRound(spec, [], options)).toThrow("no error with a label of the task");
  expect(() => addErrorRound(spec, [group("missed", 1, { label: "Gene" })], options)).toThrow("no error");
  const pair = { distance: "four to ten words", order: "either", cue: "none" } as const;
  const relation = { ...pair, gold: "Disease", predicted: "Chemical", count: 1, share: 1 };
  expect(() => addErrorRound(spec, [relation], options)).toThrow("no error with a label of the task");
});

test("a class says its label, words of closed lists, and numbers", () => {
  const errors = [{ kind: "missed", gold: { start: 0, end: 6, label: "Disease" }, index: 0 }];
  const [found] = classifyErrors({ errors }, { labels: ["Disease"], textOf: () => "secret" });
  const { label, kind, length, form, extent, count, share, ...rest } = found!;
  expect(rest).toEqual({});
  expect([label === "Disease", ERROR_KINDS.includes(kind), ERROR_LENGTHS.includes(length)]).toEqual([
    true,
    true,
    true,
  ]);
  expect([ERROR_FORMS.includes(form), ERROR_EXTENTS.includes(extent), count, share]).toEqual([
    true,
    true,
    1,
    1,
  ]);
});
