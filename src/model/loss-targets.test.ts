/** @file Class weights, smoothing and a teacher's share against PyTorch's own losses and gradients. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { gradients } from "../engine/gradients.ts";
import { createGraph } from "../engine/graph.ts";
import { interpretGraph } from "../testing/interpret-graph.ts";
import { buildLoss } from "./loss.ts";
import { type LossOptions, lossScales } from "./loss-targets.ts";
import type { LabelledSequence } from "./sequence.ts";
import { createFeeds } from "./training-feeds.ts";

interface Case {
  readonly logits: number[];
  readonly tags: number[];
  readonly options: LossOptions;
  readonly teacher?: number[];
  readonly loss: number;
  readonly gradient: number[];
}
const path = new URL("../../test/fixtures/loss-cases.json", import.meta.url);
const fixture = JSON.parse(await readFile(path, "utf8")) as { tags: number; cases: Case[] };
const width = fixture.tags;

/** One sequence in which each token with a label begins a word. */
function toSequence({ tags, teacher, options }: Case): LabelledSequence {
  const firstTokens = [...tags.keys()].filter((token) => tags[token]! >= 0);
  const temperature = options.distillation?.temperature ?? 1;
  const soften = (token: number) => {
    const row = teacher!.slice(token * width, (token + 1) * width).map((x) => Math.exp(x / temperature));
    return row.map((x) => x / row.reduce((sum, y) => sum + y, 0));
  };
  return {
    ids: tags.map(() => 7),
    ownStart: 0,
    ownEnd: firstTokens.length,
    firstTokens,
    tags: Int32Array.from(firstTokens, (token) => tags[token]!),
    ...(teacher ? { softTargets: Float32Array.from(firstTokens.flatMap(soften)) } : {}),
  };
}

/** The loss and its gradient, in float64 but for the rows that are fed. */
function compute(logits: readonly number[], sequence: LabelledSequence, options: LossOptions) {
  const graph = createGraph();
  const value = graph.input("logits", "float32", ["batch*length", width]);
  const computed = graph.apply("scale", [value], { factor: 1 }); // so that its gradient is whole, not by rows
  const labelled = graph.apply("gather", [computed, graph.input("labelled", "int32", ["labelled"])], {});
  const { loss } = buildLoss(graph, labelled, options.distillation?.temperature);
  const gradient = gradients(graph, loss, [value]).get(value);
  if (gradient?.kind !== "dense") throw new Error("logits have a dense gradient");
  const feeds = createFeeds([sequence], width, { firstPosition: 0, padId: 0 }, options);
  const tensors = Object.entries(feeds).map(([name, { data, dims }]) => [
    name,
    { shape: [...dims], data: Float64Array.from(data, Number) },
  ]);
  const shape = [logits.length / width, width];
  const results = interpretGraph(graph, {
    ...Object.fromEntries(tensors),
    logits: { shape, data: Float64Array.from(logits) },
  });
  return { loss: results.get(loss)!.data[0]!, gradient: results.get(gradient.value)!.data };
}

describe("the loss of PyTorch", () => {
  it.each(fixture.cases.map((one) => [JSON.stringify(one.options), one] as const))("with %s", (_, one) => {
    const found = compute(one.logits, toSequence(one), one.options);
    expect(found.loss).toBeCloseTo(one.loss, 6);
    for (const [i, x] of one.gradient.entries()) expect(found.gradient[i]).toBeCloseTo(x, 6);
  });
});

it("leaves words without soft targets to their tags alone, with full weight", () => {
  const [one] = fixture.cases as [Case];
  const options = { distillation: { weight: 0.9, temperature: 3 } };
  expect(compute(one.logits, toSequence(one), options).loss).toBeCloseTo(one.loss, 6);
});

it("is 0 where no word weighs anything, and where there is no word", () => {
  const sequence = toSequence(fixture.cases[0]!);
  expect(lossScales([sequence], { tagWeights: [0, 0, 0] }).hard).toBe(0);
  expect(lossScales([], { distillation: { weight: 1, temperature: 2 } })).toEqual({ hard: 0, soft: 0 });
});

it("counts the words of all batches of a step", () => {
  const sequence = toSequence(fixture.cases[0]!); // tags 0, 2, 0, 1
  const options = { tagWeights: [0.25, 3, 1.5], distillation: { weight: 0.5, temperature: 2 } };
  expect(lossScales([sequence, sequence], options)).toEqual({ hard: 1 / 10, soft: (0.5 * 4) / 8 });
});
