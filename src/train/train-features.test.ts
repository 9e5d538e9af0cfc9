/** @file What a step may do beyond the plain recipe: each does what it says, and each goes on where it stopped, bit for bit. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Parameter } from "../engine/gradient-session.ts";
import { gradients } from "../engine/gradients.ts";
import type { Node, Value } from "../engine/graph.ts";
import { parseEncoderConfig } from "../model/encoder-config.ts";
import { layerOf } from "../model/layer-of.ts";
import type { LabelledSequence } from "../model/sequence.ts";
import { createTinyParts, type TinyParts } from "../testing/tiny-model.ts";
import { createRandom } from "../util/random.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { countSteps } from "./course.ts";
import { type TrainSettings, type TrainStep, trainModel } from "./train-model.ts";
import { createTrainedWeights } from "./trained-weights.ts";

const plain: TrainSettings = {
  epochs: 2,
  batchSize: 2,
  learningRate: 0.01,
  warmup: 0.1,
  weightDecay: 0.01,
  maxGradientNorm: 1,
  seed: 1,
};
const lora = { rank: 2, alpha: 4, dropout: 0.2, targets: ["query", "value"] };
const distillation = { weight: 0.5, temperature: 2 };

interface Change {
  readonly settings?: Partial<TrainSettings>;
  readonly tagWeights?: readonly number[];
  readonly checkpoint?: Checkpoint;
  readonly dropout?: boolean;
}

let folder: string;
let tiny: TinyParts;
let taught: LabelledSequence[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-features-"));
  tiny = await createTinyParts(join(folder, "encoder"), { layers: 3 });
  const random = createRandom(1, "teacher");
  taught = tiny.sequences.map((sequence) => {
    const softTargets = Float32Array.from({ length: 3 * sequence.tags.length }, () => random.next() / 1.5);
    return { ...sequence, softTargets };
  });
});
afterAll(() => rm(folder, { recursive: true }));

async function createInput({ tagWeights, dropout, settings }: Change = {}) {
  const rates = { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 };
  return {
    config: dropout === false ? parseEncoderConfig({ ...tiny.config.json, ...rates }, "tiny") : tiny.config,
    tagCount: 3,
    parameters: await tiny.createParameters(),
    sequences: settings?.distillation ? taught : tiny.sequences,
    ...(tagWeights ? { tagWeights } : {}),
  };
}

async function start(change: Change) {
  const { checkpoint } = change;
  const settings = { ...plain, ...change.settings };
  return trainModel(await createInput(change), {
    settings,
    threads: 1,
    ...(checkpoint ? { checkpoint } : {}),
  });
}

type Weights = Map<string, Float32Array>;

/** All steps, and copies of the weights after the last. */
async function finish(change: Change): Promise<{ steps: TrainStep[]; weights: Weights }> {
  const steps: TrainStep[] = [];
  for await (const step of await start(change)) steps.push(step);
  return { steps, weights: copy(steps.at(-1)!.weights()) };
}
const copy = (weights: ReadonlyMap<string, Parameter>): Weights =>
  new Map([...weights].map(([name, { data }]) => [name, data.slice()]));
const initial = async () => copy(await tiny.createParameters());
const losses = (steps: readonly TrainStep[]) => steps.map(({ loss }) => loss);

/** Names of the weights that differ. */
const changed = (a: Weights, b: Weights) =>
  [...a].filter(([name, data]) => data.some((x, i) => x !== b.get(name)![i])).map(([name]) => name);

describe.each<[string, Change]>([
  ["gradient accumulation", { settings: { gradientAccumulation: 3 } }],
  ["layer-wise decay", { settings: { layerDecay: 0.7 } }],
  ["freezing", { settings: { freeze: { embeddings: true, layers: 1 } } }],
  ["LoRA", { settings: { lora } }],
  ["class weights and smoothing", { settings: { labelSmoothing: 0.1 }, tagWeights: [0.3, 2, 1] }],
  ["distillation", { settings: { distillation } }],
  [
    "everything",
    {
      settings: {
        gradientAccumulation: 2,
        layerDecay: 0.9,
        freeze: { embeddings: true, layers: 1 },
        lora,
        labelSmoothing: 0.1,
        distillation,
      },
      tagWeights: [0.3, 2, 1],
    },
  ],
])("with %s", (name, change) => {
  it("a run repeats itself, and goes on where it stopped, bit for bit", async () => {
    const whole = await finish(change);
    expect((await finish(change)).weights).toEqual(whole.weights);
    expect(losses((await finish({})).steps)).not.toEqual(losses(whole.steps));
    const path = join(folder, name);
    const stop = 3; // with accumulation: in the middle of an epoch, or at its border
    for await (const step of await start(change)) {
      if (step.step < stop) continue;
      await writeCheckpoint(path, step.checkpoint(), "run");
      break;
    }
    const rest = await finish({ ...change, checkpoint: (await readCheckpoint(path, "run"))! });
    expect(losses(rest.steps)).toEqual(losses(whole.steps).slice(stop));
    expect(rest.weights).toEqual(whole.weights);
  });
});

describe("gradient accumulation", () => {
  it("equals batches as many times as large, apart from dropout", async () => {
    const large = await finish({ settings: { batchSize: 8 }, dropout: false });
    const split = await finish({ settings: { batchSize: 2, gradientAccumulation: 4 }, dropout: false });
    expect(split.steps).toHaveLength(2);
    for (const [i, { loss, gradientNorm, tokens }] of large.steps.entries()) {
      expect(split.steps[i]!.loss).toBeCloseTo(loss, 5);
      expect(split.steps[i]!.gradientNorm).toBeCloseTo(gradientNorm, 4);
      expect(split.steps[i]!.tokens).toBe(tokens);
    }
  });

  it("takes one step from what is left at the end of an epoch", async () => {
    expect(countSteps(8, { ...plain, batchSize: 3, gradientAccumulation: 2 })).toBe(4);
    const { steps } = await finish({ settings: { batchSize: 3, gradientAccumulation: 2 } });
    expect(steps.map(({ epoch }) => epoch)).toEqual([0, 0, 1, 1]);
    const tokens = tiny.sequences.reduce((sum, { ids }) => sum + ids.length, 0);
    expect(steps[0]!.tokens + steps[1]!.tokens).toBe(tokens);
  });
});

describe("freezing", () => {
  it("leaves frozen weights as they are, and gives them back as they were given", async () => {
    const { weights } = await finish({ settings: { freeze: { embeddings: true, layers: 2 } } });
    const names = changed(weights, await initial());
    expect(new Set(names.map(layerOf))).toEqual(new Set([2, "head"]));
    expect(names).toHaveLength(16 + 2);
    const input = await createInput();
    const settings = { ...plain, freeze: { embeddings: true, layers: 3 } };
    for await (const step of trainModel(input, { settings, threads: 1 })) {
      const [first] = step.weights().keys();
      expect(step.weights().get(first!)).toBe(input.parameters.get(first!));
    }
  });

  it("emits no backward pass below the lowest trained layer", async () => {
    const input = await createInput();
    const nodesWith = (layers: number, embeddings = true): number => {
      const { training } = createTrainedWeights(input, { ...plain, freeze: { embeddings, layers } });
      const { graph, loss } = training;
      const forward = graph.nodes.length;
      const found = gradients(graph, loss, [...training.parameters.keys()]);
      const outputs = [...found.values()].flatMap((gradient) =>
        gradient.kind === "dense" ? [gradient.value] : gradient.parts.map(({ rows }) => rows),
      );
      return countNodes(graph.nodes, [loss, ...outputs]) - forward;
    };
    const all = nodesWith(0, false);
    const [none, one, two, three] = [0, 1, 2, 3].map((layers) => nodesWith(layers)) as [
      number,
      number,
      number,
      number,
    ];
    expect(none).toBeLessThan(all);
    expect((one - three) / (none - three)).toBeCloseTo(2 / 3, 1); // each layer's part is left out
    expect((two - three) / (none - three)).toBeCloseTo(1 / 3, 1);
    expect(three / all).toBeLessThan(0.06);
    expect(nodesWith(2, false)).toBeGreaterThan(two); // the way down to the embeddings is open
  });
});

/** Nodes that the outputs need: those that are emitted. */
function countNodes(nodes: readonly Node[], outputs: readonly Value[]): number {
  const wanted = new Set(outputs);
  let count = 0;
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    count += 1;
    for (const input of node.inputs) wanted.add(input);
  }
  return count;
}

describe("LoRA", () => {
  it("changes the targets and the head alone, and learns", async () => {
    const { steps, weights } = await finish({ settings: { lora, epochs: 30, learningRate: 0.03 } });
    const names = changed(weights, await initial());
    expect(names.filter((name) => layerOf(name) !== "head")).toEqual(
      [0, 1, 2].flatMap((layer) =>
        ["query", "value"].map((part) => `bert.encoder.layer.${layer}.attention.self.${part}.weight`),
      ),
    );
    expect(names.filter((name) => layerOf(name) === "head")).toEqual([
      "classifier.weight",
      "classifier.bias",
    ]);
    expect(weights.size).toBe((await initial()).size);
    expect(steps.at(-1)!.loss).toBeLessThan(steps[0]!.loss / 3);
  });

  it("has the loss of the plain model at the first step", async () => {
    const [plainRun, adapted] = [
      await finish({ dropout: false }),
      await finish({ settings: { lora: { ...lora, dropout: 0 } }, dropout: false }),
    ];
    expect(adapted.steps[0]!.loss).toBe(plainRun.steps[0]!.loss);
  });

  it("adapts no frozen layer", async () => {
    const { weights } = await finish({ settings: { lora, freeze: { embeddings: true, layers: 2 } } });
    expect(new Set(changed(weights, await initial()).map(layerOf))).toEqual(new Set([2, "head"]));
  });
});

it("layer-wise decay moves lower layers less", async () => {
  const start = await initial();
  // the first step's update has the size of the rate in every element that has a gradient
  const settings = { layerDecay: 0.5, epochs: 1, batchSize: 8, warmup: 0, weightDecay: 0 };
  const { weights } = await finish({ settings });
  const moved = (name: string) =>
    Math.max(...weights.get(name)!.map((x, i) => Math.abs(x - start.get(name)![i]!)));
  const output = (layer: number) => moved(`bert.encoder.layer.${layer}.output.dense.weight`);
  expect(moved("classifier.weight")).toBeCloseTo(0.01, 4);
  for (const layer of [2, 1, 0]) expect(output(layer)).toBeCloseTo(0.01 / 2 ** (3 - layer), 4);
  expect(moved("bert.embeddings.LayerNorm.weight")).toBeCloseTo(0.01 / 16, 5);
});
