/** @file Labelled sequences and an encoder's parameters -> those parameters fine-tuned, a stream of steps. */
import { createAdamW } from "../engine/adamw.ts";
import type { Device } from "../engine/devices.ts";
import { createDropoutMasks } from "../engine/dropout.ts";
import { createGradientSession, type Parameter } from "../engine/gradient-session.ts";
import type { EncoderConfig } from "../model/encoder-config.ts";
import { type LossOptions, lossScales } from "../model/loss-targets.ts";
import { isDecayed } from "../model/parameters.ts";
import type { LabelledSequence } from "../model/sequence.ts";
import { createFeeds, createMaskFeeds } from "../model/training-feeds.ts";
import type { TrainingSpec } from "../task/spec.ts";
import type { DistillationSpec, TrainingFeatures } from "../task/training-features.ts";
import { InputError } from "../util/errors.ts";
import { planBatches, splitBatch } from "./batches.ts";
import { type Checkpoint, restoreCheckpoint, takeCheckpoint } from "./checkpoint.ts";
import { learningRateAt } from "./schedule.ts";
import { createTrainedWeights } from "./trained-weights.ts";

/** Features that a step knows of; the others are settled before training, or look at it from outside. */
type StepFeatures = Pick<
  TrainingFeatures,
  "gradientAccumulation" | "layerDecay" | "freeze" | "lora" | "labelSmoothing"
> & { readonly distillation: Pick<DistillationSpec, "weight" | "temperature"> };

/** The task's training settings; lengths were settled when sequences were made. Features left out are off. */
export type TrainSettings = Omit<TrainingSpec, "maxTokens" | keyof TrainingFeatures> & Partial<StepFeatures>;

export interface TrainInput {
  readonly config: EncoderConfig;
  readonly tagCount: number;
  /** Those that are trained are changed in place. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly sequences: readonly LabelledSequence[];
  /** Weight of each tag in the loss, from `tagWeights`. Default: all 1. */
  readonly tagWeights?: ArrayLike<number>;
}

export interface TrainOptions {
  readonly settings: TrainSettings;
  /** Goes on from here, and ends with the same weights as a run that never stopped. */
  readonly checkpoint?: Checkpoint;
  /** Default: every core. */
  readonly threads?: number;
  /** What computes losses and gradients; the optimizer's steps are taken on the CPU. Default `cpu`. */
  readonly device?: Device;
}

/** One optimizer step that has been taken. */
export interface TrainStep {
  /** Steps taken so far, this one counted. */
  readonly step: number;
  readonly totalSteps: number;
  /** From 0. */
  readonly epoch: number;
  /** Of the step's batches, with dropout: mean cross-entropy, unless the settings add to it. */
  readonly loss: number;
  readonly learningRate: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** Tokens of the step, padding not counted. */
  readonly tokens: number;
  /** A copy-free view of everything needed to go on from here; write it before asking for the next step. */
  checkpoint(): Checkpoint;
  /**
   * The weights' values as of now, by name, adapters merged; read them before asking for the next step. One that is not
   * trained is the very object that was given.
   */
  weights(): ReadonlyMap<string, Parameter>;
}

/** Steps of one run over `count` sequences. */
export function countSteps(
  count: number,
  { epochs, batchSize, gradientAccumulation = 1 }: TrainSettings,
): number {
  return epochs * Math.ceil(Math.ceil(count / batchSize) / gradientAccumulation);
}

/**
 * Yields after every step; stop asking to stop training. Native memory is freed when the stream ends or is left.
 * @throws InputError when there is nothing to learn from, the device is not there, or training has diverged (a loss or a gradient that is no number)
 */
export async function* trainModel(input: TrainInput, options: TrainOptions): AsyncGenerator<TrainStep, void> {
  const { settings, checkpoint } = options;
  const { config, sequences, tagCount } = input;
  if (sequences.length === 0) throw new InputError("training-empty", "There is no sequence to train on.");
  const { training, parameters, learningRateFactor, exportWeights } = createTrainedWeights(input, settings);
  const { tables } = training;
  const optimizer = createAdamW(parameters, new Set(tables.keys()), {
    maxGradientNorm: settings.maxGradientNorm,
    weightDecay: (name) => (isDecayed(name) ? settings.weightDecay : 0),
    learningRateFactor,
  });
  if (checkpoint) restoreCheckpoint(checkpoint, parameters, optimizer);
  const rates = new Set(training.dropoutSites.map(({ rate }) => rate));
  const masks = new Map([...rates].map((rate) => [rate, createDropoutMasks(settings.seed, rate)]));
  const lengths = sequences.map(({ ids }) => ids.length);
  const lossOptions: LossOptions = {
    ...(input.tagWeights ? { tagWeights: input.tagWeights } : {}),
    ...(settings.labelSmoothing === undefined ? {} : { labelSmoothing: settings.labelSmoothing }),
    ...(settings.distillation ? { distillation: settings.distillation } : {}),
  };
  const { gradientAccumulation = 1 } = settings;
  const batchesPerEpoch = Math.ceil(sequences.length / settings.batchSize);
  const totalSteps = countSteps(sequences.length, settings);
  const stepsPerEpoch = totalSteps / settings.epochs;
  const schedule = { peak: settings.learningRate, totalSteps, warmup: settings.warmup };
  const session = await createGradientSession(training.graph, training.loss, training.parameters, {
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(options.device === undefined ? {} : { device: options.device }),
    frozen: training.frozen,
    gradients: optimizer.gradients,
  });
  try {
    let batches: number[][] = [];
    for (let step = optimizer.steps; step < totalSteps; step++) {
      const epoch = Math.floor(step / stepsPerEpoch);
      if (batches.length === 0 || step % stepsPerEpoch === 0) {
        batches = planBatches(lengths, settings.batchSize, settings.seed, epoch);
      }
      const first = (step % stepsPerEpoch) * gradientAccumulation; // batch of the epoch
      const group = batches
        .slice(first, first + gradientAccumulation)
        .map((batch) => batch.map((index) => sequences[index]!));
      const scales = lossScales(group.flat(), lossOptions);
      const parts = group.flatMap((batch, index) =>
        splitBatch(batch).map((part, place) => () => {
          const feeds = createFeeds(part, tagCount, config, lossOptions, scales);
          const [batchCount, length] = feeds.ids!.dims as [number, number];
          for (const [name, feed] of tables) optimizer.prepareRows(name, feeds[feed]!.data as Int32Array);
          const draw = [epoch * batchesPerEpoch + first + index, place];
          const size = { batch: batchCount, length };
          return { ...feeds, ...createMaskFeeds(training.dropoutSites, masks, draw, size) };
        }),
      );
      const { loss, gradients } = await session.runParts(parts);
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
        tokens: group.flat().reduce((sum, { ids }) => sum + ids.length, 0),
        checkpoint: () => takeCheckpoint(parameters, optimizer),
        weights: () => exportWeights(optimizer.settled),
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
