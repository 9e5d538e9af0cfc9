/** @file Tests of classes of error: counts by hand, the sets of a run, what is refused. */
import { expect, test } from "vitest";
import { errorKinds } from "../evaluate/error-list.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { InputError } from "../util/errors.ts";
import { classifyErrors, ERROR_KINDS } from "./error-classes.ts";

const labels = ["Disease", "Chemical"];
const gold = (text: string, ...mentions: [number, number][]) => ({
  id: text,
  text,
  mentions: mentions.map(([start, end]) => ({ start, end, label: "Disease" })),
});
//            0123456789012345678901234567890123456789
const GOLD = [
  gold("DMD and HbS and gout were seen", [0, 3], [8, 11], [16, 20]),
  gold("severe autosomal recessive retinal degeneration", [7, 47]),
];
const predicted = [
  [{ start: 16, end: 20, label: "Chemical", score: 1 }],
  [{ start: 0, end: 47, label: "Disease", score: 1 }],
];
const evaluation = evaluate(GOLD, predicted, { labels, bootstrap: { samples: 10, seed: 1 } });
const textOf = (index: number) => GOLD[index]?.text;

test("knows the kinds of error that evaluations have", () => {
  expect(ERROR_KINDS).toEqual(errorKinds);
});

test("counts errors that are alike", () => {
  const same = { label: "Disease", length: "one word", extent: "same" };
  expect(classifyErrors(evaluation, { labels, textOf })).toEqual([
    { ...same, kind: "missed", form: "abbreviation", count: 2, share: 0.5 },
    { ...same, kind: "type", form: "name", count: 1, share: 0.25 },
    {
      label: "Disease",
      kind: "boundary",
      length: "four or more words",
      form: "name",
      extent: "too long",
      count: 1,
      share: 0.25,
    },
  ]);
});

test("goes by characters where there are no texts", () => {
  expect(
    classifyErrors(evaluation, { labels }).map(({ kind, length, form }) => [kind, length, form]),
  ).toEqual([
    ["missed", "one word", "unknown"],
    ["type", "one word", "unknown"],
    ["boundary", "four or more words", "unknown"],
  ]);
});

test.each([
  [0, 10, "too long"],
  [2, 10, "too long"],
  [4, 7, "too short"],
  [2, 6, "too short"],
  [0, 6, "shifted"],
  [4, 12, "shifted"],
])("says how a prediction of %i to %i lies on a mention of 2 to 8", (start, end, extent) => {
  const span = { start: 2, end: 8, label: "Disease" };
  const errors = [{ kind: "boundary", gold: span, predicted: { ...span, start, end }, index: 0 }];
  expect(classifyErrors({ errors }, { labels })[0]!.extent).toBe(extent);
});

test("takes the one set of human annotation, or the one that is named", () => {
  const set = (kind: string, name: string, errors: unknown[]) => ({ kind, name, evaluation: { errors } });
  const error = { kind: "missed", gold: { start: 0, end: 3, label: "Disease" }, index: 0 };
  const run = {
    fingerprint: "x",
    absent: [],
    sets: [set("synthetic", "held out", []), set("gold", "dev", [error])],
  };
  expect(classifyErrors(run, { labels })).toHaveLength(1);
  expect(classifyErrors(run, { labels, set: "held out" })).toEqual([]);
  const two = { ...run, sets: [...run.sets, set("gold", "test", [])] };
  expect(() => classifyErrors(two, { labels })).toThrow("Sets: held out, dev, test.");
  expect(classifyErrors(two, { labels, set: "dev" })).toHaveLength(1);
  expect(() => classifyErrors(two, { labels, set: "devel" })).toThrow('No set "devel"');
});

test("leaves labels aside that the task does not have, and refuses what is no evaluation", () => {
  const errors = [{ kind: "missed", gold: { start: 0, end: 3, label: "Gene" }, index: 0 }];
  expect(classifyErrors({ errors }, { labels })).toEqual([]);
  for (const value of [
    null,
    [],
    {},
    { sets: 1 },
    { errors: [{ kind: "bad", index: 0 }] },
    { text: "secret" },
  ]) {
    expect(() => classifyErrors(value, { labels })).toThrow(InputError);
  }
});
