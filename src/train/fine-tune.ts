/** @file A task, its training examples and an encoder -> a model folder; goes on from a checkpoint where there is one. */
import { rm } from "node:fs/promises";
import type { Device } from "../engine/devices.ts";
import { writeModelFolder } from "../model/model-folder.ts";
import { InputError, InterruptedError } from "../util/errors.ts";
import { fileExists } from "../util/files.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { assertSelection, type SelectionSet } from "./dev-scorer.ts";
import type { AnyFineTuneInput } from "./fine-tune-input.ts";
import type { ThresholdRecord } from "./pair-scorer.ts";
import { type ChosenStep, createSelector, type StepScore } from "./select-best.ts";
import { type TrainStep, trainModel } from "./train-model.ts";
import { type MaterialLosses, prepareMaterial } from "./training-material.ts";

export interface FineTuneOptions {
  readonly modelFolder: string;
  readonly checkpointFile: string;
  /** From `fingerprintTraining`; a checkpoint of another training is not gone on from. */
  readonly fingerprint: string;
  /** Time between checkpoints. Default 60,000. */
  readonly checkpointEveryMs?: number;
  readonly threads?: number;
  /** What computes. Default `cpu`. No part of the fingerprint: any device goes on from a checkpoint of any other. */
  readonly device?: Device;
  /** Stops after the step in progress, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Where training begins, then each step. */
  readonly onStart?: (start: TrainingStart) => void;
  readonly onStep?: (step: TrainStep) => void;
  /** Each score in mid-course. */
  readonly onScore?: (score: SelectionScore) => void;
}

/** A score in mid-course, and what on. */
export interface SelectionScore extends StepScore, SelectionName {
  readonly isBest: boolean;
}

type SelectionName = Pick<SelectionSet, "kind" | "name">;

/** How the model was chosen. */
export interface SelectionSummary extends SelectionName, ChosenStep {
  /** Texts that were scored. */
  readonly texts: number;
}

/** What is trained on, and what the way from marks to tags of words lost. */
export interface TrainingStart extends MaterialLosses {
  readonly sequences: number;
  readonly tokens: number;
  /** Steps already taken, from a checkpoint. */
  readonly resumedAt: number;
  /** Why an existing checkpoint was not used. */
  readonly checkpointIgnored?: string;
}

export interface TrainingSummary extends TrainingStart {
  readonly steps: number;
  /** Mean training loss of the last epoch's steps that this process took. */
  readonly lastEpochLoss: number;
  /** Sequences that each epoch ran, where some may be left out. */
  readonly sequencesByEpoch?: readonly number[];
  /** Where training was scored. */
  readonly selection?: SelectionSummary;
  /** Of a relation model. */
  readonly threshold?: ThresholdRecord;
}

/**
 * @throws InputError when the encoder, the teacher or the selection does not fit, or training diverges
 * @throws InterruptedError when `signal` fires: a checkpoint was written
 */
export async function fineTune(input: AnyFineTuneInput, options: FineTuneOptions): Promise<TrainingSummary> {
  const { spec, encoder, selection: set } = input;
  const { checkpointFile, fingerprint, checkpointEveryMs = 60_000, signal } = options;
  const threads = options.threads === undefined ? {} : { threads: options.threads };
  // the kind of the task says which form of input it is
  const material = await prepareMaterial(spec.kind, input as never, threads);
  const { config, parameters, sequences, outputs, weights: weighted } = material;
  const redraw = material.redraw ? { redraw: material.redraw } : {};
  assertSelection(spec.training, set);
  const { checkpoint, ignored } = await findCheckpoint(checkpointFile, fingerprint);
  const start: TrainingStart = {
    sequences: sequences.length,
    tokens: sequences.reduce((sum, { ids }) => sum + ids.length, 0),
    ...material.losses,
    resumedAt: checkpoint?.steps ?? 0,
    ...(ignored === undefined ? {} : { checkpointIgnored: ignored }),
  };
  options.onStart?.(start);

  const stream = trainModel(
    {
      config,
      tagCount: outputs.length,
      parameters,
      sequences,
      ...redraw,
      ...(weighted ? { tagWeights: weighted } : {}),
    },
    {
      settings: spec.training,
      ...(checkpoint ? { checkpoint } : {}),
      ...threads,
      ...(options.device === undefined ? {} : { device: options.device }),
    },
  );
  const scorer = await material.createScorer();
  const selector =
    scorer &&
    set &&
    createSelector({
      settings: spec.training,
      given: parameters,
      score: scorer.score,
      ...(checkpoint ? { checkpoint } : {}),
      onScore: (score, isBest) => options.onScore?.({ ...score, isBest, kind: set.kind, name: set.name }),
    });
  let lastWritten = Date.now();
  let epochLoss = { epoch: -1, sum: 0, count: 0 };
  let weights = parameters;
  let last: TrainStep | undefined;
  try {
    for await (const step of stream) {
      if (step.epoch !== epochLoss.epoch) epochLoss = { epoch: step.epoch, sum: 0, count: 0 };
      epochLoss.sum += step.loss;
      epochLoss.count += 1;
      options.onStep?.(step);
      const isEnough = (await selector?.look(step)) ?? false;
      if (isEnough || step.step === step.totalSteps) {
        weights = selector?.choose(step) ?? step.weights();
        last = step;
        break;
      }
      if (!signal?.aborted && Date.now() - lastWritten < checkpointEveryMs) continue;
      const taken = step.checkpoint();
      await writeCheckpoint(checkpointFile, selector?.addTo(taken) ?? taken, fingerprint);
      lastWritten = Date.now();
      if (signal?.aborted)
        throw new InterruptedError(
          "training-interrupted",
          `Training stopped after step ${step.step} of ${step.totalSteps}.`,
          { hint: "The same command goes on from there." },
        );
    }
  } finally {
    await scorer?.release();
  }
  const finished = await material.finish(weights);
  await writeModelFolder(options.modelFolder, {
    config,
    encoder,
    weights,
    spec,
    windowTokens: material.windowTokens,
    ...finished.model,
  });
  await rm(checkpointFile, { force: true });
  return {
    ...start,
    steps: last?.step ?? start.resumedAt,
    lastEpochLoss: epochLoss.sum / Math.max(1, epochLoss.count),
    ...(finished.threshold && { threshold: finished.threshold }),
    ...(spec.training.prune > 0 && last ? { sequencesByEpoch: last.sequencesByEpoch } : {}),
    ...(set && selector && last
      ? {
          selection: {
            kind: set.kind,
            name: set.name,
            texts: set.examples.length,
            ...selector.describe(last),
          },
        }
      : {}),
  };
}

async function findCheckpoint(path: string, fingerprint: string) {
  if (!(await fileExists(path))) return {};
  try {
    const checkpoint = await readCheckpoint(path, fingerprint);
    return checkpoint ? { checkpoint } : { ignored: "it belongs to another training" };
  } catch (error) {
    if (error instanceof InputError) return { ignored: "it is damaged" };
    throw error;
  }
}
