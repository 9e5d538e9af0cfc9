/** @file A second reading: how far it agrees with the first, what is doubted, what an action makes of it. */
import { describe, expect, it } from "vitest";
import type { Example, Mention } from "../task/example.ts";
import { verifyExamples } from "./verify-examples.ts";

const at = (start: number, end: number, label = "Disease"): Mention => ({ start, end, label });
const example = (id: string, text: string, mentions: Mention[]): Example => ({
  id,
  text,
  mentions,
  prompt: "p",
  passage: 0,
});
const examples = [
  example("a", "aspirin in gout", [at(0, 7, "Chemical"), at(11, 15)]),
  example("b", "the VHL gene", [at(4, 7)]),
  example("c", "no answer to gout", [at(13, 17)]),
  example("d", "breast cancer or gout", [at(7, 13)]),
];
const readings = [
  { id: "d", mentions: [at(0, 13), at(17, 21)] },
  { id: "a", mentions: [at(0, 7, "Chemical"), at(11, 15)] },
  { id: "b", mentions: [] },
  { id: "b", mentions: [at(4, 7)] },
  { id: "z", mentions: [at(0, 1)] },
];

describe("a second reading", () => {
  const { agreement, doubts, unread } = verifyExamples(examples, readings, "keep");

  it("is counted against the first, over what both have read, by label too", () => {
    expect(agreement).toEqual({
      first: 4,
      second: 4,
      both: 2,
      precision: 0.5,
      recall: 0.5,
      f1: 0.5,
      byLabel: {
        Chemical: { first: 1, second: 1, both: 1, precision: 1, recall: 1, f1: 1 },
        Disease: { first: 3, second: 3, both: 1, precision: 1 / 3, recall: 1 / 3, f1: 1 / 3 },
      },
    });
    expect(unread).toBe(1);
  });

  it("doubts each place where they differ", () => {
    expect(doubts).toEqual([
      { id: "b", kind: "added", given: at(4, 7), score: 1 },
      { id: "d", kind: "boundary", given: at(7, 13), suggested: at(0, 13), score: 1 },
      { id: "d", kind: "missed", suggested: at(17, 21), score: 1 },
    ]);
  });
});

it("relabel leaves the marks of the second reading", () => {
  const { kept, changed, dropped } = verifyExamples(examples, readings, "relabel");
  expect(kept.map(({ mentions }) => mentions)).toEqual([
    examples[0]!.mentions,
    [],
    examples[2]!.mentions,
    [at(0, 13), at(17, 21)],
  ]);
  expect([changed, dropped]).toEqual([["b", "d"], []]);
});

it("drop leaves what they agree on, and what was not read", () => {
  const { kept, dropped } = verifyExamples(examples, readings, "drop");
  expect(kept.map(({ id }) => id)).toEqual(["a", "c"]);
  expect(dropped.map(({ id }) => id)).toEqual(["b", "d"]);
});

it("of nothing has an agreement of 0, not NaN", () => {
  const { agreement } = verifyExamples(examples, [], "keep");
  expect(agreement).toEqual({ first: 0, second: 0, both: 0, precision: 0, recall: 0, f1: 0, byLabel: {} });
});
