/** @file Labelled sequences and an encoder's parameters -> those parameters fine-tuned, a stream of steps. */
import { createAdamW } from "../engine/adamw.ts";
import type { Device } from "../engine/devices.ts";
import { createDropoutMasks } from "../engine/dropout.ts";
import { createGradientSession, type Parameter } from "../engine/gradient-session.ts";
import type { EncoderConfig } from "../model/encoder-config.ts";
import type { LossOptions } from "../model/loss-targets.ts";
import { isDecayed } from "../model/parameters.ts";
import type { LabelledSequence } from "../model/sequence.ts";
import { createFeeds, createMaskFeeds, sumBySequence } from "../model/training-feeds.ts";
import type { TrainingSpec } from "../task/spec.ts";
import type { DistillationSpec, TrainingFeatures } from "../task/training-features.ts";
import { InputError } from "../util/errors.ts";
import { splitBatch } from "./batches.ts";
import { type Checkpoint, restoreCheckpoint, takeCheckpoint } from "./checkpoint.ts";
import { createCourse } from "./course.ts";
import { learningRateAt } from "./schedule.ts";
import { createTrainedWeights } from "./trained-weights.ts";

/** Features that a step knows of; the others are settled before training, or look at it from outside. */
type StepFeatures = Pick<
  TrainingFeatures,
  "gradientAccumulation" | "layerDecay" | "freeze" | "lora" | "labelSmoothing" | "prune"
> & { readonly distillation: Pick<DistillationSpec, "weight" | "temperature"> };

/** The task's training settings; lengths were settled when sequences were made. Features left out are off. */
export type TrainSettings = Omit<TrainingSpec, "maxTokens" | keyof TrainingFeatures> & Partial<StepFeatures>;

export interface TrainInput {
  readonly config: EncoderConfig;
  readonly tagCount: number;
  /** Those that are trained are changed in place. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly sequences: readonly LabelledSequence[];
  /** What stands for a sequence in an epoch, with as many labels of the same tags; undefined: the sequence. A function of its arguments. */
  readonly redraw?: (index: number, epoch: number) => LabelledSequence | undefined;
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
  /**
   * Steps of the whole training. Where it is pruned, an upper estimate that each epoch's beginning corrects: it takes what
   * is left out of this epoch and those before it into account. Reached at the last step only.
   */
  readonly totalSteps: number;
  /** From 0. */
  readonly epoch: number;
  /** Whether it is the last of its epoch. */
  readonly endsEpoch: boolean;
  /** Sequences of each epoch that has begun, this one counted; fewer than there are where training is pruned. */
  readonly sequencesByEpoch: readonly number[];
  /**
   * Of the step's batches, with dropout: mean cross-entropy, unless the settings add to it. In an epoch that leaves
   * sequences out, the sum that stands for the losses of the plain epoch's steps, see course.ts.
   */
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
  const lossOptions: LossOptions = {
    ...(input.tagWeights ? { tagWeights: input.tagWeights } : {}),
    ...(settings.labelSmoothing === undefined ? {} : { labelSmoothing: settings.labelSmoothing }),
    ...(settings.distillation ? { distillation: settings.distillation } : {}),
  };
  const course = createCourse(sequences, settings, lossOptions, checkpoint);
  const schedule = { peak: settings.learningRate, totalSteps: course.plainSteps, warmup: settings.warmup };
  const { tokenLosses } = training;
  const session = await createGradientSession(training.graph, training.loss, training.parameters, {
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(options.device === undefined ? {} : { device: options.device }),
    frozen: training.frozen,
    gradients: optimizer.gradients,
    ...(tokenLosses ? { watch: new Map([["tokens", tokenLosses]]) } : {}),
  });
  try {
    for (const planned of course.steps(optimizer.steps)) {
      const step = optimizer.steps;
      const { epoch, endsEpoch, totalSteps, firstBatch } = planned;
      const group = planned.batches.map((batch) =>
        batch.map((index) => {
          const row = input.redraw?.(index, epoch) ?? sequences[index]!;
          return { index, row, ids: row.ids };
        }),
      );
      const partRows: LabelledSequence[][] = [];
      const parts = group.flatMap((batch, index) =>
        splitBatch(batch).map((part, place) => () => {
          const indices = part.map((one) => one.index);
          const rows = part.map(({ row }) => row);
          partRows.push(rows);
          const feeds = createFeeds(rows, tagCount, config, lossOptions, planned.scalesOf(indices));
          const [batchCount, length] = feeds.ids!.dims as [number, number];
          for (const [name, feed] of tables) optimizer.prepareRows(name, feeds[feed]!.data as Int32Array);
          const draw = [firstBatch + index, place];
          const size = { batch: batchCount, length };
          return { ...feeds, ...createMaskFeeds(training.dropoutSites, masks, draw, size) };
        }),
      );
      const { loss, gradients, watched } = await session.runParts(parts);
      if (!Number.isFinite(loss)) throw diverged(step, "loss", settings);
      const learningRate = learningRateAt(planned.position, schedule);
      const gradientNorm = optimizer.step(gradients, learningRate);
      if (!Number.isFinite(gradientNorm)) throw diverged(step, "gradient", settings);
      if (tokenLosses) planned.note(sumBySequence(partRows, watched.get("tokens")!));
      yield {
        step: step + 1,
        totalSteps,
        epoch,
        endsEpoch,
        sequencesByEpoch: [...course.sequencesByEpoch],
        loss,
        learningRate,
        gradientNorm,
        tokens: group.flat().reduce((sum, { ids }) => sum + ids.length, 0),
        checkpoint: () => course.addTo(takeCheckpoint(parameters, optimizer)),
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
