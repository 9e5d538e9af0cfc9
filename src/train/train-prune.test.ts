/** @file A tiny encoder fine-tuned with sequences left out: what is the same as without, and that it goes on bit for bit. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseEncoderConfig } from "../model/encoder-config.ts";
import { createTinyParts, type TinyParts } from "../testing/tiny-model.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { type TrainSettings, type TrainStep, trainModel } from "./train-model.ts";

const plain: TrainSettings = {
  epochs: 5,
  batchSize: 2,
  learningRate: 0.01,
  warmup: 0.1,
  weightDecay: 0.01,
  maxGradientNorm: 1,
  seed: 1,
};
interface Change {
  readonly settings?: Partial<TrainSettings>;
  readonly tagWeights?: readonly number[];
  readonly checkpoint?: Checkpoint;
  readonly dropout?: boolean;
  /** How often each sequence is there. */
  readonly copies?: number;
}

let folder: string;
let tiny: TinyParts;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-prune-"));
  tiny = await createTinyParts(join(folder, "encoder"), { layers: 2 });
});
afterAll(() => rm(folder, { recursive: true }));

async function start({ settings, tagWeights, checkpoint, dropout = true, copies = 1 }: Change) {
  const rates = { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 };
  const config = dropout ? tiny.config : parseEncoderConfig({ ...tiny.config.json, ...rates }, "tiny");
  const distilled = tiny.sequences.map((sequence) => ({
    ...sequence,
    softTargets: Float32Array.from({ length: 3 * sequence.tags.length }, (_, i) => ((i * 7) % 5) / 6),
  }));
  const parameters = await tiny.createParameters();
  const once = settings?.distillation ? distilled : tiny.sequences;
  const sequences = Array.from({ length: copies }, () => once).flat();
  return trainModel(
    { config, tagCount: 3, parameters, sequences, ...(tagWeights ? { tagWeights } : {}) },
    { settings: { ...plain, ...settings }, threads: 1, ...(checkpoint ? { checkpoint } : {}) },
  );
}

async function finish(change: Change) {
  const steps: TrainStep[] = [];
  for await (const step of await start(change)) steps.push(step);
  const weights = [...steps.at(-1)!.weights()].map(([name, { data }]) => [name, data.slice()] as const);
  return { steps, weights: new Map(weights) };
}
const tell = ({ checkpoint, weights, ...rest }: TrainStep) => rest;

describe("a training that leaves nothing out", () => {
  it.each([
    ["because it is not asked to", { prune: 0 }],
    ["because it has two epochs", { prune: 0.9, epochs: 2 }],
  ])("%s is the plain one, bit for bit", async (_, change) => {
    const settings = { gradientAccumulation: 3, layerDecay: 0.7 };
    const found = await finish({ settings: { ...settings, ...change } });
    const { prune, ...rest } = change;
    const expected = await finish({ settings: { ...settings, ...rest } });
    expect(found.steps.map(tell)).toEqual(expected.steps.map(tell));
    expect(found.weights).toEqual(expected.weights);
    expect(new Set(found.steps.at(-1)!.sequencesByEpoch)).toEqual(new Set([8]));
  });
});

describe("a pruned training", () => {
  it("takes fewer steps, tells how many sequences each epoch ran, and learns all the same", async () => {
    const { steps } = await finish({ settings: { prune: 0.5, epochs: 25 } });
    const { sequencesByEpoch, totalSteps, step, learningRate } = steps.at(-1)!;
    expect(sequencesByEpoch).toHaveLength(25);
    expect(sequencesByEpoch[0]).toBe(8);
    expect(sequencesByEpoch.slice(-4)).toEqual([8, 8, 8, 8]);
    const between = sequencesByEpoch.slice(1, -4).reduce((sum, count) => sum + count, 0);
    expect(between).toBeLessThan(0.85 * 8 * 20);
    expect(step).toBe(totalSteps);
    expect(step).toBe(sequencesByEpoch.reduce((sum, count) => sum + Math.ceil(count / 2), 0));
    expect(learningRate).toBeCloseTo((0.01 * 1) / 90, 12); // as in the last of 100 steps, 10 of them of warm-up
    expect(steps.slice(-16).reduce((sum, { loss }) => sum + loss, 0) / 16).toBeLessThan(0.1);
  });

  it("has an epoch's sum of losses as expected value, at given weights of the model", async () => {
    const still = { learningRate: 0, epochs: 161, batchSize: 3, gradientAccumulation: 2 };
    const change = { tagWeights: [0.3, 2, 1], dropout: false };
    const distillation = { weight: 0.5, temperature: 2 };
    const sumOf = async (prune: number) => {
      const { steps } = await finish({ ...change, settings: { ...still, prune, distillation } });
      const pruned = steps.filter(({ epoch }) => epoch > 0 && epoch < 140);
      const ran = steps.at(-1)!.sequencesByEpoch.slice(1, 140);
      return [
        pruned.reduce((sum, { loss }) => sum + loss, 0) / 139,
        ran.reduce((sum, count) => sum + count, 0) / 139,
      ] as const;
    };
    const [[whole, all], [pruned, some]] = [await sumOf(0), await sumOf(0.5)];
    expect(all).toBe(8);
    expect(some).toBeLessThan(7);
    expect(Math.abs(pruned / whole - 1)).toBeLessThan(0.04);
  });

  it("knows the loss of each sequence, in whatever batch it is and whatever it weighs there", async () => {
    const still: Change = { settings: { prune: 0.5, learningRate: 0 }, dropout: false };
    const lossesOf = async (change: Change, isEnough: (step: TrainStep) => boolean) => {
      const settings = { ...still.settings, ...change.settings };
      for await (const step of await start({ ...still, ...change, settings })) {
        if (isEnough(step))
          return { step, losses: step.checkpoint().tensors.get("losses/now")!.data.slice() };
      }
      throw new Error("The training was too short.");
    };
    const alone = await lossesOf({ settings: { batchSize: 1 } }, ({ step }) => step === 8);
    const words = tiny.sequences.map(({ tags }) => tags.length);
    const batch = await lossesOf({ settings: { batchSize: 8 } }, ({ step }) => step === 1);
    const sum = words.reduce((total, count, index) => total + count * alone.losses[index]!, 0);
    expect(batch.step.loss).toBeCloseTo(sum / words.reduce((total, count) => total + count, 0), 5);
    const later = await lossesOf(
      { settings: { batchSize: 3 } },
      ({ epoch, endsEpoch }) => epoch === 3 && endsEpoch,
    );
    // so many that a batch is run in parts
    const many = await lossesOf({ settings: { batchSize: 320 }, copies: 40 }, ({ step }) => step === 3);
    expect(many.step.tokens).toBeGreaterThan(1900); // more than one run may hold, see splitBatch
    for (const { losses } of [batch, later, many]) {
      for (const [index, loss] of losses.entries()) expect(loss).toBeCloseTo(alone.losses[index % 8]!, 4);
    }
    expect(many.losses).toHaveLength(320);
  });

  describe.each<[string, Change]>([
    ["alone", { settings: { prune: 0.6 } }],
    [
      "with accumulation and layer-wise decay",
      { settings: { prune: 0.6, gradientAccumulation: 2, layerDecay: 0.8 } },
    ],
    [
      "with class weights, smoothing and distillation",
      {
        settings: { prune: 0.4, labelSmoothing: 0.1, distillation: { weight: 0.5, temperature: 2 } },
        tagWeights: [0.3, 2, 1],
      },
    ],
  ])("%s", (name, change) => {
    it("repeats itself, and goes on where it stopped to the same weights, bit for bit", async () => {
      const whole = await finish(change);
      expect((await finish(change)).weights).toEqual(whole.weights);
      expect(Math.min(...whole.steps.at(-1)!.sequencesByEpoch)).toBeLessThan(8);
      // in the first epoch, at its end, in those that leave sequences out and at their borders, before the last step
      const last = whole.steps.length - 1;
      const borders = whole.steps.filter(({ endsEpoch }) => endsEpoch).map(({ step }) => step);
      for (const stop of new Set([1, ...borders.slice(0, 2), borders[0]! + 1, borders[2]! + 1, last])) {
        const path = join(folder, `${name}-${stop}`);
        for await (const step of await start(change)) {
          if (step.step < stop) continue;
          await writeCheckpoint(path, step.checkpoint(), "run");
          break;
        }
        const rest = await finish({ ...change, checkpoint: (await readCheckpoint(path, "run"))! });
        expect(rest.steps.map(tell)).toEqual(whole.steps.slice(stop).map(tell));
        expect(rest.weights).toEqual(whole.weights);
      }
    });
  });
});
