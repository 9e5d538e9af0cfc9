/** @file One small batch, written out number by number. */
import { describe, expect, it } from "vitest";
import { createDropoutMasks } from "../engine/dropout.ts";
import type { LabelledSequence } from "./sequence.ts";
import { createFeeds, createMaskFeeds, sumBySequence } from "./training-feeds.ts";

const sequence = (ids: number[], firstTokens: number[], tags: number[]): LabelledSequence => ({
  ids,
  ownStart: 0,
  ownEnd: firstTokens.length,
  firstTokens,
  tags: Int32Array.from(tags),
});
const data = (tensor: { data: ArrayLike<number | bigint> } | undefined) => Array.from(tensor!.data, Number);

const plain = { firstPosition: 0, padId: 0 };

describe("a batch", () => {
  // [CLS] a ##b c [SEP], two words; [CLS] d [SEP], one
  const feeds = createFeeds(
    [sequence([2, 7, 8, 9, 3], [1, 3], [1, 0]), sequence([2, 6, 3], [1], [2])],
    3,
    plain,
  );

  it("is padded to its longest sequence, and padding is hidden from attention", () => {
    expect(feeds.ids!.dims).toEqual([2, 5]);
    expect(data(feeds.ids)).toEqual([2, 7, 8, 9, 3, 2, 6, 3, 0, 0]);
    expect(feeds.attention_bias!.dims).toEqual([2, 1, 1, 5]);
    expect(data(feeds.attention_bias)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, -10_000, -10_000]);
    expect(data(feeds.positions)).toEqual([0, 1, 2, 3, 4]);
    expect(data(feeds.types)).toEqual([0]);
  });

  it("has its targets at the first tokens of words alone", () => {
    expect(data(feeds.labelled)).toEqual([1, 3, 6]);
    expect(feeds.targets!.dims).toEqual([3, 3]);
    expect(data(feeds.targets)).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 1]);
  });

  it("without a label has one row of zeros", () => {
    const { labelled, targets } = createFeeds([sequence([2, 3], [], [])], 3, plain);
    expect([data(labelled), data(targets)]).toEqual([[0], [0, 0, 0]]);
  });

  it("gets the losses of its tokens back by sequence", () => {
    const parts = [
      [sequence([2, 7, 8, 9, 3], [1, 3], [1, 0]), sequence([2, 3], [], [])],
      [sequence([2, 3], [], [])],
      [sequence([2, 6, 3], [1], [2])],
    ];
    expect([...sumBySequence(parts, Float32Array.of(1, 2, 0, 8))]).toEqual([3, 0, 0, 8]);
  });

  it("has padding and positions as RoBERTa numbers them", () => {
    const roberta = createFeeds([sequence([0, 7, 2], [1], [0]), sequence([0, 2], [], [])], 3, {
      firstPosition: 2,
      padId: 1,
    });
    expect(data(roberta.ids)).toEqual([0, 7, 2, 0, 2, 1]);
    expect(data(roberta.positions)).toEqual([2, 3, 4]);
  });

  it("makes the loss a mean over labelled tokens", () => {
    expect(feeds.target_scale!.data[0]).toBeCloseTo(1 / 3, 7);
    expect(feeds.target_scale!.dims).toEqual([]);
    expect(data(createFeeds([sequence([2, 3], [], [])], 3, plain).target_scale)).toEqual([0]);
  });
});

it("multiplies the targets of each sequence with scales of its own", () => {
  const softTargets = Float32Array.of(0.5, 0.25, 0.25);
  const rows = [{ ...sequence([2, 7, 3], [1], [1]), softTargets }, sequence([2, 3], [0], [2])];
  const loss = { distillation: { weight: 0.25, temperature: 2 } };
  const scales = [
    { hard: 2, soft: 8 },
    { hard: 3, soft: 5 },
  ];
  const feeds = createFeeds(rows, 3, plain, loss, scales);
  expect(data(feeds.targets)).toEqual([0, 1.5, 0, 0, 0, 3]);
  expect(data(feeds.soft_targets)).toEqual([4, 2, 2, 0, 0, 0]);
  expect([data(feeds.target_scale), data(feeds.soft_target_scale)]).toEqual([[1], [1]]);
  expect(softTargets).toEqual(Float32Array.of(0.5, 0.25, 0.25));
});

it("feeds rows of distances to encoders that see them, the same rows in both lists", () => {
  // rows of distances: 3 - distance, for -2, -1, ..., 3
  const distanceRows = { descending: [1, 2, 3, 4, 5, 0], ascending: [5, 4, 3, 2, 1, 0] };
  const feeds = (...ids: number[]) => createFeeds([sequence(ids, [], [])], 3, { ...plain, distanceRows });
  const two = feeds(2, 3);
  expect(data(two.distances_descending)).toEqual([2, 3, 4, 3]); // of 1, 0, -1, and 0 once more
  expect(data(two.distances_ascending)).toEqual([4, 3, 2, 3]); // of -1, 0, 1, and 0 once more
  expect(two.distances_ascending).toMatchObject({ type: "int32", dims: [4] });
  expect(data(feeds(2).distances_descending)).toEqual([3, 3]);
  // longer than the lists: their ends stand for what is beyond
  expect(data(feeds(2, 6, 6, 6, 3).distances_descending)).toEqual([1, 1, 1, 2, 3, 4, 5, 0, 0, 3]);
  expect(feeds(2).positions).toBeDefined();
  expect(createFeeds([sequence([2], [], [])], 3, plain)).not.toHaveProperty("distances_descending");
});

it("draws a mask of the right shape for every site, from the pool of its rate", () => {
  const sites = [
    { name: "a", rate: 0.5, shape: ["batch*length", 4] },
    { name: "b", rate: 0.5, shape: ["batch", 2, "length", "length"] },
    { name: "c", rate: 0.2, shape: [3] },
    { name: "d", rate: 0.2, shape: ["2*length", 3] },
  ];
  const create = () => new Map([0.5, 0.2].map((rate) => [rate, createDropoutMasks(1, rate)]));
  const feeds = createMaskFeeds(sites, create(), [6], { batch: 2, length: 5 });
  expect(Object.entries(feeds).map(([name, { dims }]) => [name, dims])).toEqual([
    ["a", [10, 4]],
    ["b", [2, 2, 5, 5]],
    ["c", [3]],
    ["d", [10, 3]],
  ]);
  expect(feeds.b!.data).toHaveLength(100);
  expect(new Set(data(feeds.b))).toEqual(new Set([0, 2]));
  for (const value of data(feeds.c)) expect([0, 1.25]).toContain(Number(value.toFixed(4)));
  expect(createMaskFeeds(sites, create(), [6], { batch: 2, length: 5 })).toEqual(feeds);
  expect(createMaskFeeds(sites, create(), [7], { batch: 2, length: 5 })).not.toEqual(feeds);
});
