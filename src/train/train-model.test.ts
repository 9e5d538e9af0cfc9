/** @file Fine-tuning a tiny encoder: it learns, repeats itself bit for bit, goes on where it stopped, and says when it cannot. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Parameter } from "../engine/gradient-session.ts";
import { createTinyParts, type TinyParts } from "../testing/tiny-model.ts";
import { InputError } from "../util/errors.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { countSteps } from "./course.ts";
import { type TrainSettings, type TrainStep, trainModel } from "./train-model.ts";

const sessions = vi.hoisted(() => ({ open: 0 }));
vi.mock("../engine/gradient-session.ts", async (importOriginal) => {
  const real = await importOriginal<typeof import("../engine/gradient-session.ts")>();
  const createGradientSession: typeof real.createGradientSession = async (...parts) => {
    const session = await real.createGradientSession(...parts);
    sessions.open += 1;
    return {
      ...session,
      async release() {
        sessions.open -= 1;
        await session.release();
      },
    };
  };
  return { ...real, createGradientSession };
});

const settings: TrainSettings = {
  epochs: 4,
  batchSize: 3,
  learningRate: 0.01,
  warmup: 0.1,
  weightDecay: 0.01,
  maxGradientNorm: 1,
  seed: 1,
};
type Weights = ReadonlyMap<string, Parameter>;
/** What a test may change about a run. */
interface Change {
  readonly settings?: Partial<TrainSettings>;
  readonly checkpoint?: Checkpoint;
  readonly parameters?: Weights;
}

let folder: string;
let tiny: TinyParts;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-train-"));
  tiny = await createTinyParts(join(folder, "encoder"));
});
afterEach(() => expect(sessions.open).toBe(0));
afterAll(() => rm(folder, { recursive: true }));

async function start({ settings: changed, checkpoint, parameters }: Change = {}) {
  const input = {
    config: tiny.config,
    tagCount: 3,
    parameters: parameters ?? (await tiny.createParameters()),
    sequences: tiny.sequences,
  };
  const options = { settings: { ...settings, ...changed }, threads: 1 };
  return trainModel(input, checkpoint ? { ...options, checkpoint } : options);
}

/** All steps, and copies of the weights after the last. */
async function finish(
  change: Change = {},
): Promise<{ steps: TrainStep[]; weights: Map<string, Float32Array> }> {
  const steps: TrainStep[] = [];
  for await (const step of await start(change)) steps.push(step);
  const last = steps.at(-1)!.weights();
  return { steps, weights: new Map([...last].map(([name, { data }]) => [name, Float32Array.from(data)])) };
}

describe("training", () => {
  it("overfits eight texts", async () => {
    const { steps } = await finish({ settings: { epochs: 25 } });
    const mean = (part: TrainStep[]) => part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
    expect(mean(steps.slice(0, 3))).toBeGreaterThan(0.7);
    expect(mean(steps.slice(-9))).toBeLessThan(0.1);
  });

  it("tells of every step: number, epoch, rate, tokens", async () => {
    const { steps } = await finish();
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(countSteps(tiny.sequences.length, settings)).toBe(12);
    expect(new Set(steps.map(({ totalSteps }) => totalSteps))).toEqual(new Set([12]));
    expect(steps.map(({ epoch }) => epoch)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
    const rates = [0, 0.005, 0.01, 0.009, 0.008, 0.007, 0.006, 0.005, 0.004, 0.003, 0.002, 0.001];
    for (const [i, rate] of rates.entries()) expect(steps[i]!.learningRate).toBeCloseTo(rate, 10);
    const tokens = tiny.sequences.reduce((sum, { ids }) => sum + ids.length, 0);
    expect(steps.slice(0, 3).reduce((sum, step) => sum + step.tokens, 0)).toBe(tokens);
    for (const { gradientNorm } of steps) expect(gradientNorm).toBeGreaterThan(0);
  });

  it("changes every parameter it was given, in place", async () => {
    const parameters = await tiny.createParameters();
    const before = new Map([...parameters].map(([name, { data }]) => [name, Float32Array.from(data)]));
    const { weights } = await finish({ parameters });
    const same = [...before].filter(
      ([name, data]) => Buffer.compare(bytes(data), bytes(weights.get(name)!)) === 0,
    );
    expect(same.map(([name]) => name)).toEqual([]);
    expect(parameters.get("classifier.weight")!.data).toEqual(weights.get("classifier.weight"));
  });
});

const bytes = (data: Float32Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

describe("the seed", () => {
  it("gives the same weights bit for bit", async () => {
    const [a, b] = [await finish(), await finish()];
    expect(b.steps.map(({ loss }) => loss)).toEqual(a.steps.map(({ loss }) => loss));
    expect(b.weights).toEqual(a.weights);
  });

  it("gives other weights where it is another", async () => {
    const [a, b] = [await finish(), await finish({ settings: { seed: 2 } })];
    expect(b.weights.get("classifier.weight")).not.toEqual(a.weights.get("classifier.weight"));
  });
});

describe("a run that was stopped", () => {
  // at the border of an epoch, in the middle of one, after the first step, before the last
  it.each([3, 5, 1, 11])("after step %d goes on to the weights of one that was not", async (stop) => {
    const path = join(folder, `checkpoint-${stop}`);
    const whole = await finish();
    for await (const step of await start()) {
      if (step.step < stop) continue;
      await writeCheckpoint(path, step.checkpoint(), "run");
      break;
    }
    const rest = await finish({ checkpoint: (await readCheckpoint(path, "run"))! });
    expect(rest.steps.map(({ step }) => step)).toEqual(whole.steps.map(({ step }) => step).slice(stop));
    expect(rest.steps.map(({ loss }) => loss)).toEqual(whole.steps.map(({ loss }) => loss).slice(stop));
    expect(rest.weights).toEqual(whole.weights);
  });

  it("at its end has nothing left to do", async () => {
    const { steps } = await finish();
    const again: TrainStep[] = [];
    for await (const step of await start({ checkpoint: steps.at(-1)!.checkpoint() })) again.push(step);
    expect(again).toEqual([]);
  });

  it("has freed its native memory, whether left, thrown out of or never begun", async () => {
    const left = await start();
    await left.next();
    expect(sessions.open).toBe(1);
    await left.return();
    expect(sessions.open).toBe(0);
    const thrown = await start();
    await thrown.next();
    await expect(thrown.throw(new Error("full disk"))).rejects.toThrow("full disk");
    expect(sessions.open).toBe(0);
    await (await start()).return();
    expect(sessions.open).toBe(0);
  });
});

describe("training is refused", () => {
  it("without a sequence", async () => {
    const input = {
      config: tiny.config,
      tagCount: 3,
      parameters: await tiny.createParameters(),
      sequences: [],
    };
    const error = await trainModel(input, { settings })
      .next()
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code: "training-empty", message: "There is no sequence to train on." });
  });

  it("when it has diverged, with the rate to lower", async () => {
    const change = { settings: { learningRate: 1e30, warmup: 0 } };
    const error = await finish(change).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({
      code: "training-diverged",
      message: expect.stringMatching(/^Training diverged at step \d+: the loss is no longer a number\.$/),
      hint: "Lower training.learningRate (now 1e+30) in the task file.",
    });
  });

  it("when a gradient overflows though the loss has not: the last step would leave weights that are no numbers", async () => {
    const parameters = await tiny.createParameters();
    const layer = "bert.encoder.layer.1";
    // what the last LayerNorm reads is 0: its gradient is multiplied by 1 / sqrt(epsilon) = 1e6
    for (const name of [`${layer}.attention.output.LayerNorm`, `${layer}.output.dense`]) {
      for (const part of ["weight", "bias"]) parameters.get(`${name}.${part}`)!.data.fill(0);
    }
    const head = parameters.get("classifier.weight")!.data;
    head.set(head.map((x) => Math.sign(x) * 1e34));
    await expect(finish({ parameters, settings: { epochs: 1, batchSize: 8, warmup: 0 } })).rejects.toThrow(
      "Training diverged at step 1: the gradient is no longer a number.",
    );
  });
});
