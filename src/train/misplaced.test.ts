/** @file Copies of pairs with the tail's mark on another word. */
import { expect, it } from "vitest";
import type { MarkedPair } from "../task/relation-example.ts";
import { misplacePairs } from "./misplaced.ts";

const mark = (text: string): MarkedPair => ({
  text,
  head: { start: 0, end: 4, label: "Gene" },
  tail: { start: text.length - 5, end: text.length - 1, label: "Disease" },
});
const PAIR = mark("APOE was tied to 12 severe forms of gout.");
const wordOf = ({ text, tail }: MarkedPair) => text.slice(tail.start, tail.end);

it("marks words that are neither names nor function words nor numbers, other ones in other epochs", () => {
  const copies = misplacePairs([PAIR], 1, 1);
  expect(copies.count).toBe(1);
  const words = new Set(Array.from({ length: 40 }, (_, epoch) => wordOf(copies.draw(0, epoch))));
  expect([...words].sort()).toEqual(["forms", "severe", "tied"]);
  expect(copies.draw(0, 3)).toMatchObject({ text: PAIR.text, head: PAIR.head, tail: { label: "Disease" } });
});

it("marks now and then one word of a longer name", () => {
  const pair = { ...PAIR, tail: { start: 25, end: 40, label: "Disease" } }; // forms of gout
  const words = Array.from({ length: 200 }, (_, epoch) => wordOf(misplacePairs([pair], 1, 1).draw(0, epoch)));
  const parts = words.filter((word) => ["forms", "of", "gout"].includes(word));
  expect(new Set(parts).size).toBe(3);
  expect(parts.length).toBeGreaterThan(20);
  expect(parts.length).toBeLessThan(60);
});

it("is a function of seed, epoch and place", () => {
  const pairs = Array.from({ length: 20 }, () => PAIR);
  const draw = (seed: number, epoch: number) => {
    const copies = misplacePairs(pairs, 0.5, seed);
    return Array.from({ length: copies.count }, (_, place) => wordOf(copies.draw(place, epoch)));
  };
  expect(draw(1, 0)).toHaveLength(10);
  expect(draw(1, 2)).toEqual(draw(1, 2));
  expect(draw(1, 2)).not.toEqual(draw(1, 3));
  expect(draw(1, 2)).not.toEqual(draw(2, 2));
});

it("passes over texts that have no other word, and copies nothing where nothing is asked for", () => {
  expect(misplacePairs([mark("APOE and gout."), PAIR], 1, 1).count).toBe(1);
  expect(misplacePairs([PAIR], 0, 1).count).toBe(0);
});
