/** @file Labelled sequences and an encoder's parameters -> those parameters fine-tuned, a stream of steps. */
import { createAdamW } from "../engine/adamw.ts";
import { createDropoutMasks } from "../engine/dropout.ts";
import { createGradientSession, type Parameter } from "../engine/gradient-session.ts";
import type { EncoderConfig } from "../model/encoder-config.ts";
import { isDecayed } from "../model/parameters.ts";
import type { LabelledSequence } from "../model/sequence.ts";
import { buildTrainingGraph } from "../model/token-classifier.ts";
import { createFeeds, createMaskFeeds } from "../model/training-feeds.ts";
import type { TrainingSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";
import { planBatches } from "./batches.ts";
import { type Checkpoint, restoreCheckpoint, takeCheckpoint } from "./checkpoint.ts";
import { learningRateAt } from "./schedule.ts";

/** The task's training settings; lengths were settled when sequences were made. */
export type TrainSettings = Omit<TrainingSpec, "maxTokens">;

export interface TrainInput {
  readonly config: EncoderConfig;
  readonly tagCount: number;
  /** Changed in place. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly sequences: readonly LabelledSequence[];
}

export interface TrainOptions {
  readonly settings: TrainSettings;
  /** Goes on from here, and ends with the same weights as a run that never stopped. */
  readonly checkpoint?: Checkpoint;
  /** Default: every core. */
  readonly threads?: number;
}

/** One optimizer step that has been taken. */
export interface TrainStep {
  /** Steps taken so far, this one counted. */
  readonly step: number;
  readonly totalSteps: number;
  /** From 0. */
  readonly epoch: number;
  /** Mean cross-entropy of the batch, with dropout. */
  readonly loss: number;
  readonly learningRate: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** Tokens of the batch, padding not counted. */
  readonly tokens: number;
  /** A copy-free view of everything needed to go on from here; write it before asking for the next step. */
  checkpoint(): Checkpoint;
  /** The parameters' values as of now, by name; read them before asking for the next step. */
  weights(): ReadonlyMap<string, Parameter>;
}

/** Steps of one run over `count` sequences. */
export function countSteps(count: number, { epochs, batchSize }: TrainSettings): number {
  return epochs * Math.ceil(count / batchSize);
}

/**
 * Yields after every step; stop asking to stop training. Native memory is freed when the stream ends or is left.
 * @throws InputError when there is nothing to learn from, or training has diverged (a loss or a gradient that is no number)
 */
export async function* trainModel(input: TrainInput, options: TrainOptions): AsyncGenerator<TrainStep, void> {
  const { settings, checkpoint } = options;
  const { config, sequences, tagCount } = input;
  if (sequences.length === 0) throw new InputError("training-empty", "There is no sequence to train on.");
  const training = buildTrainingGraph(input);
  const parameters = [...training.parameters.values()];
  const { tables } = training;
  const optimizer = createAdamW(parameters, new Set(tables.keys()), {
    maxGradientNorm: settings.maxGradientNorm,
    weightDecay: (name) => (isDecayed(name) ? settings.weightDecay : 0),
  });
  if (checkpoint) restoreCheckpoint(checkpoint, parameters, optimizer);
  const rates = new Set(training.dropoutSites.map(({ rate }) => rate));
  const masks = new Map([...rates].map((rate) => [rate, createDropoutMasks(settings.seed, rate)]));
  const lengths = sequences.map(({ ids }) => ids.length);
  const stepsPerEpoch = Math.ceil(sequences.length / settings.batchSize);
  const totalSteps = countSteps(sequences.length, settings);
  const schedule = { peak: settings.learningRate, totalSteps, warmup: settings.warmup };
  const threads = options.threads === undefined ? {} : { threads: options.threads };
  const session = await createGradientSession(training.graph, training.loss, training.parameters, threads);
  try {
    let batches: number[][] = [];
    for (let step = optimizer.steps; step < totalSteps; step++) {
      const epoch = Math.floor(step / stepsPerEpoch);
      if (batches.length === 0 || step % stepsPerEpoch === 0) {
        batches = planBatches(lengths, settings.batchSize, settings.seed, epoch);
      }
      const batch = batches[step % stepsPerEpoch]!.map((index) => sequences[index]!);
      const feeds = createFeeds(batch, tagCount, config);
      const [batchCount, length] = feeds.ids!.dims as [number, number];
      for (const [name, feed] of tables) optimizer.prepareRows(name, feeds[feed]!.data as Int32Array);
      const maskFeeds = createMaskFeeds(training.dropoutSites, masks, step, { batch: batchCount, length });
      const { loss, gradients } = await session.run({ ...feeds, ...maskFeeds });
      if (!Number.isFinite(loss)) throw diverged(step, "loss", settings);
      const learningRate = learningRateAt(step, schedule);
      const gradientNorm = optimizer.step(gradients, learningRate);
      if (!Number.isFinite(gradientNorm)) throw diverged(step, "gradient", settings);
      yield {
        step: step + 1,
        totalSteps,
        epoch,
        loss,
        learningRate,
        gradientNorm,
        tokens: batch.reduce((sum, { ids }) => sum + ids.length, 0),
        checkpoint: () => takeCheckpoint(parameters, optimizer),
        weights: () => new Map(parameters.map((p) => [p.name, { ...p, data: optimizer.settled(p.name) }])),
      };
    }
  } finally {
    await session.release();
  }
}

function diverged(step: number, what: "loss" | "gradient", settings: TrainSettings): InputError {
  return new InputError(
    "training-diverged",
    `Training diverged at step ${step + 1}: the ${what} is no longer a number.`,
    {
      hint: `Lower training.learningRate (now ${settings.learningRate}) in the task file.`,
    },
  );
}
