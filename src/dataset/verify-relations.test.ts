/** @file A second reading of classes: how far it agrees with the first, what is doubted, what an action makes of it. */
import { describe, expect, it } from "vitest";
import type { RelationExample } from "../task/relation-example.ts";
import { verifyRelations } from "./verify-relations.ts";

const example = (id: string, relation: string): RelationExample => ({
  id,
  relation,
  text: "F5 in gout",
  head: { start: 0, end: 2, label: "Gene" },
  tail: { start: 6, end: 10, label: "Disease" },
  prompt: "p",
  passage: 0,
});
const examples = [
  example("a", "yes"),
  example("b", "yes"),
  example("c", "no"),
  example("d", "no"),
  example("e", "yes"),
];
const readings = [
  { id: "d", relation: "yes" },
  { id: "a", relation: "yes" },
  { id: "b", relation: "yes" },
  { id: "b", relation: "no" },
  { id: "c", relation: "no" },
  { id: "z", relation: "no" },
];

describe("a second reading", () => {
  const { agreement, doubts, unread } = verifyRelations(examples, readings, "keep");

  it("is counted against the first, over what both have read, by class too", () => {
    expect(agreement).toEqual({
      first: 4,
      second: 4,
      both: 3,
      precision: 0.75,
      recall: 0.75,
      f1: 0.75,
      kappa: 0.5, // by hand: agreed 3/4, by chance 2/4 * 3/4 + 2/4 * 1/4
      byClass: {
        no: { first: 2, second: 1, both: 1, precision: 0.5, recall: 1, f1: 2 / 3 },
        yes: { first: 2, second: 3, both: 2, precision: 1, recall: 2 / 3, f1: 0.8 },
      },
    });
    expect(unread).toBe(1);
  });

  it("doubts each class where they differ", () => {
    expect(doubts).toEqual([{ id: "d", kind: "class", given: "no", suggested: "yes", score: 1 }]);
  });
});

it("keep changes nothing, relabel takes the second class, drop takes the example away", () => {
  const after = (action: "keep" | "relabel" | "drop") => {
    const { kept, changed, dropped } = verifyRelations(examples, readings, action);
    return [kept.map(({ id, relation }) => `${id} ${relation}`), changed, dropped.map(({ id }) => id)];
  };
  expect(after("keep")).toEqual([["a yes", "b yes", "c no", "d no", "e yes"], [], []]);
  expect(after("relabel")).toEqual([["a yes", "b yes", "c no", "d yes", "e yes"], ["d"], []]);
  expect(after("drop")).toEqual([["a yes", "b yes", "c no", "e yes"], [], ["d"]]);
});

it("of nothing, or of one class alone, has a kappa of 0, not NaN", () => {
  expect(verifyRelations(examples, [], "keep").agreement).toMatchObject({ f1: 0, kappa: 0, byClass: {} });
  const one = verifyRelations([examples[0]!], [readings[1]!], "keep");
  expect([one.agreement.f1, one.agreement.kappa]).toEqual([1, 0]);
});
