/** @file The optional keys of `training`: their defaults, and what is wrong with them, with line and column. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { InputError } from "../util/errors.ts";
import { parseTaskSpec } from "./parse-spec.ts";

const parse = (rest: string) =>
  parseTaskSpec(
    `name: demo
kind: ner
domain: case reports
labels: { Disease: { definition: a disease } }
completions: { from: recorded, requests: r.jsonl, output: o.jsonl }
${rest}`,
    { path: "task.yaml" },
  );
const messageOf = (rest: string) => {
  try {
    parse(rest);
  } catch (error) {
    if (error instanceof InputError) return error.message;
  }
  throw new Error("The task was taken.");
};

it("leaves everything off by default, and fills in the rest of what is asked for", () => {
  expect(parse("").training).toEqual({
    epochs: 5,
    batchSize: 16,
    learningRate: 3e-4,
    warmup: 0.1,
    weightDecay: 0.01,
    maxGradientNorm: 1,
    seed: 1,
    maxTokens: 128,
    gradientAccumulation: 1,
    layerDecay: 1,
    freeze: { embeddings: false, layers: 0 },
    classWeights: "none",
    labelSmoothing: 0,
    prune: 0,
    evaluateEvery: "never",
    keepBest: true,
    selectFraction: 0.1,
  });
  expect(
    parse("training: { lora: {}, distillation: { teacher: ../t }, freeze: { layers: 2 } }").training,
  ).toMatchObject({
    lora: { rank: 8, alpha: 16, dropout: 0, targets: ["query", "value"] },
    distillation: { teacher: "../t", weight: 0.5, temperature: 2 },
    freeze: { embeddings: false, layers: 2 },
  });
});

it("is in the documentation with its defaults", async () => {
  const page = await readFile(new URL("../../docs/task-spec.md", import.meta.url), "utf8");
  const block = page.split("```yaml\n").find((text) => text.startsWith("training:"));
  const { training } = parse(block!.split("```")[0]!);
  const { lora, distillation, patience, evaluateEvery, ...rest } = training;
  expect(parse("training: { lora: {}, distillation: { teacher: ../teacher/model } }").training).toEqual({
    ...rest,
    lora,
    distillation,
    evaluateEvery: "never",
  });
  expect([patience, evaluateEvery]).toEqual([3, "epoch"]);
});

describe("is refused", () => {
  it.each([
    [
      "training: { classWeights: { Diseas: 2 } }",
      'task.yaml:6:29: Unknown label "Diseas". Did you mean "Disease"? Labels: Disease, O (words outside of mentions).',
    ],
    [
      "training: { classWeights: balance }",
      'task.yaml:6:13: training.classWeights must be none, balanced, or a map from labels (or O; of relations, from classes) to weights of at least 0, with at least one entry, not "balance".',
    ],
    [
      "training: { patience: 2 }",
      "task.yaml:6:13: training.patience needs training.evaluateEvery: epoch, or a number of steps.",
    ],
    [
      "gold: [{ name: dev, path: dev.jsonl, use: select }]",
      'task.yaml:6:38: "use: select" needs training.evaluateEvery: epoch, or a number of steps.',
    ],
    [
      "training: { evaluateEvery: epoch }\ngold: [{ name: a, path: a, use: select }, { name: b, path: b, use: select }]",
      'task.yaml:7:63: Two gold files have "use: select": "a" and "b". Leave one.',
    ],
    [
      "training: { evaluateEvery: always }",
      'task.yaml:6:13: training.evaluateEvery must be never, epoch, or a number of steps, not "always".',
    ],
    ["training: { evaluateEvery: 0 }", "task.yaml:6:13: training.evaluateEvery must be at least 1, not 0."],
    [
      "training: { lora: { rang: 4 } }",
      'task.yaml:6:21: Unknown key "rang" in training.lora. Did you mean "rank"? Keys here: rank, alpha, dropout, targets.',
    ],
    [
      "training: { labelSmoothing: 1 }",
      "task.yaml:6:13: training.labelSmoothing must be less than 1, not 1.",
    ],
    [
      "training: { markers: typed }",
      "task.yaml:6:13: training.markers is for tasks of kind relation; this one is of kind ner. Take the key out.",
    ],
    [
      "training: { misplaced: 0.5 }",
      "task.yaml:6:13: training.misplaced is for tasks of kind relation; this one is of kind ner. Take the key out.",
    ],
    [
      "training: { threshold: gold }",
      'task.yaml:6:13: training.threshold must be dev, or a number from 0 to 1, not "gold".',
    ],
    ["training: { prune: 1 }", "task.yaml:6:13: training.prune must be at most 0.9, not 1."],
    ["training: { distillation: {} }", "task.yaml:6:13: training.distillation.teacher is missing: add text."],
  ])("%s", (rest, message) => {
    expect(messageOf(rest)).toBe(message);
  });
});
