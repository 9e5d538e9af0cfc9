/** @file Tests of classes of error of relations: counts by hand, what is read of a text, what is refused. */
import { expect, test } from "vitest";
import { InputError } from "../util/errors.ts";
import { classifyRelationErrors, PAIR_CUES, PAIR_DISTANCES, PAIR_ORDERS } from "./error-classes-re.ts";

const label = { definition: "x", rules: [], examples: [] };
const relation = { head: "Gene", tail: "Disease", classes: { yes: label, no: label } };
//            01234567890123456789012345678901234567890123456789012345678901234567890
const NEAR = "F5 does not cause gout.";
const FAR = "Gout was seen, after many tests of all of the other known sites, in F5 carriers.";
const pairOf = (text: string, head: string, tail: string) => {
  const span = (name: string, label: string) => {
    const start = text.indexOf(name);
    return { start, end: start + name.length, label };
  };
  return { text, head: span(head, "Gene"), tail: span(tail, "Disease") };
};
const PAIRS = [pairOf(NEAR, "F5", "gout"), pairOf(FAR, "F5", "Gout")];
const error = (index: number, gold: string, predicted: string) => {
  const { head, tail } = PAIRS[index]!;
  return { pair: "id", index, head, tail, gold, predicted };
};
const errors = [error(1, "yes", "no"), error(0, "no", "yes"), error(0, "no", "yes"), error(0, "no", "yes")];
const read = (index: number) => PAIRS[index];

test("counts errors that are alike", () => {
  expect(classifyRelationErrors({ errors }, { relation, pairOf: read })).toEqual([
    {
      gold: "no",
      predicted: "yes",
      distance: "at most three words",
      order: "head first",
      cue: "negation",
      count: 3,
      share: 0.75,
    },
    {
      gold: "yes",
      predicted: "no",
      distance: "more than ten words",
      order: "tail first",
      cue: "none",
      count: 1,
      share: 0.25,
    },
  ]);
});

test("without the texts, goes by characters and knows no cue; so with a pair that has other marks", () => {
  const blind = classifyRelationErrors({ errors }, { relation });
  expect(blind.map(({ distance, cue, count }) => [distance, cue, count])).toEqual([
    ["at most three words", "unknown", 3],
    ["four to ten words", "unknown", 1],
  ]);
  const others = (index: number) => PAIRS[1 - index];
  expect(classifyRelationErrors({ errors }, { relation, pairOf: others })).toEqual(blind);
});

test("cues are English; in a text of another language they are unknown", () => {
  const cuesIn = (language: string) =>
    classifyRelationErrors({ errors }, { relation, pairOf: read, language }).map(({ cue }) => cue);
  expect(cuesIn("American English")).toEqual(["negation", "none"]);
  expect(cuesIn("German")).toEqual(["unknown", "unknown"]);
});

test("where both marks have one label, the order says nothing", () => {
  const same = { ...relation, tail: "Gene" };
  expect(classifyRelationErrors({ errors }, { relation: same }).map(({ order }) => order)).toEqual([
    "either",
    "either",
  ]);
});

test("takes the set that is named, and leaves classes aside that the task does not have", () => {
  const set = (kind: string, name: string, found: unknown[]) => ({
    kind,
    name,
    evaluation: { errors: found },
  });
  const run = { sets: [set("synthetic", "held out", errors), set("gold", "dev", [error(0, "maybe", "no")])] };
  expect(classifyRelationErrors(run, { relation })).toEqual([]);
  expect(classifyRelationErrors(run, { relation, set: "held out" })).toHaveLength(2);
  expect(() => classifyRelationErrors(run, { relation, set: "test" })).toThrow("Sets: held out, dev.");
});

test("refuses an evaluation of mentions, and what is none", () => {
  const mentions = { errors: [{ kind: "missed", gold: { start: 0, end: 3, label: "Gene" }, index: 0 }] };
  expect(() => classifyRelationErrors(mentions, { relation })).toThrow("no evaluation of relations");
  for (const value of [null, [], {}, { errors: 1 }, { text: "secret" }])
    expect(() => classifyRelationErrors(value, { relation })).toThrow(InputError);
});

test("a class says classes of the task, words of closed lists, and numbers", () => {
  const secret = [{ ...errors[0], text: "secret", order: "secret" }];
  const [found] = classifyRelationErrors({ errors: secret }, { relation, pairOf: read });
  const { gold, predicted, distance, order, cue, count, share, ...rest } = found!;
  expect(rest).toEqual({});
  expect(["yes", "no"]).toEqual([gold, predicted]);
  expect(
    [PAIR_DISTANCES, PAIR_ORDERS, PAIR_CUES].map((list, at) =>
      list.includes([distance, order, cue][at] as never),
    ),
  ).toEqual([true, true, true]);
  expect([count, share]).toEqual([1, 1]);
});
