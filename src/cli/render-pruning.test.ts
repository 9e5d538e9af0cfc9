/** @file What was left out of training, in words. */
import { expect, it } from "vitest";
import { renderEpoch, renderLeftOut } from "./render-pruning.ts";

it("counts what the epochs that have begun left out", () => {
  expect(renderLeftOut([1000, 620, 1000])).toBe("380 of 3,000 sequences left out");
  expect(renderLeftOut([1])).toBe("0 of 1 sequence left out");
});

it("names the epochs that leave something out", () => {
  const ran = [1000, 620, 1000];
  expect(ran.map((_, epoch) => renderEpoch(ran, epoch))).toEqual([
    undefined,
    "epoch 2 runs 620 of 1,000 sequences",
    undefined,
  ]);
});
