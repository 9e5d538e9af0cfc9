/** @file Losses as they are told -> counts by kind. */
import { expect, it } from "vitest";
import { createLossCounter } from "./loss-counter.ts";

it("counts by kind, names the first three documents once each, and keeps the order of the list", () => {
  const losses = createLossCounter();
  losses.onLoss("score", "a", 2);
  losses.onLoss("score", "a");
  for (const id of ["b", "c", "d"]) losses.onLoss("score", id);
  losses.onLoss("overlap", "z");
  losses.onLoss("concept", "z", 0);
  expect(losses.counted().map(({ kind, count, documents }) => [kind, count, documents])).toEqual([
    ["overlap", 1, ["z"]],
    ["score", 6, ["a", "b", "c"]],
  ]);
  expect(losses.counted()[1]!.meaning).toBe("a probability");
  expect(createLossCounter().counted()).toEqual([]);
});
