/** @file A task, its training examples and an encoder -> a model folder; goes on from a checkpoint where there is one. */
import { rm } from "node:fs/promises";
import type { Device } from "../engine/devices.ts";
import type { EncoderFiles } from "../model/encoder-folder.ts";
import { loadEncoder } from "../model/load-encoder.ts";
import { writeModelFolder } from "../model/model-folder.ts";
import { encodeExample, type LabelledSequence } from "../model/sequence.ts";
import type { Example, NameCount } from "../task/example.ts";
import type { TaskSpec } from "../task/spec.ts";
import { tagNames } from "../task/tags.ts";
import { InputError, InterruptedError } from "../util/errors.ts";
import { fileExists } from "../util/files.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { assertSelection, createDevScorer, type SelectionSet } from "./dev-scorer.ts";
import { learnFromTeacher } from "./distill.ts";
import { type ChosenStep, createSelector, type StepScore } from "./select-best.ts";
import { tagWeights } from "./tag-weights.ts";
import { type TrainStep, trainModel } from "./train-model.ts";

export interface FineTuneInput {
  readonly spec: TaskSpec;
  readonly examples: readonly Example[];
  readonly encoder: EncoderFiles;
  /** Names of the examples, kept beside the model. */
  readonly names: readonly NameCount[];
  /** What the model is scored on in mid-course; asked for by `training.evaluateEvery`. */
  readonly selection?: SelectionSet;
  /** Folder of the teacher. Default: `training.distillation.teacher` as seen from here. */
  readonly teacher?: string;
}

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
export interface TrainingStart {
  readonly sequences: number;
  readonly tokens: number;
  /** Mentions widened to word borders, and those left out because another mention has their words. */
  readonly widenedMentions: number;
  readonly droppedMentions: number;
  /** Words of more pieces than a sequence holds. */
  readonly cutWords: number;
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
}

/**
 * @throws InputError when the encoder, the teacher or the selection does not fit, or training diverges
 * @throws InterruptedError when `signal` fires: a checkpoint was written
 */
export async function fineTune(input: FineTuneInput, options: FineTuneOptions): Promise<TrainingSummary> {
  const { spec, examples, encoder, names } = input;
  const { checkpointFile, fingerprint, checkpointEveryMs = 60_000, signal } = options;
  const labels = Object.keys(spec.labels);
  const tagCount = tagNames(labels).length;
  const { config, parameters, tokenizer } = await loadEncoder(encoder, tagCount, spec.training.seed);
  const maxTokens = Math.min(spec.training.maxTokens, config.maxTokens);
  const encoded = examples.map((example) => encodeExample(example, labels, tokenizer, { maxTokens }));
  const sources = encoded.map(({ sequences }, index) => ({ text: examples[index]!.text, sequences }));
  const sequences: LabelledSequence[] = (await learnFromTeacher(sources, input, options)).flat();
  assertSelection(spec.training, input.selection);
  const { checkpoint, ignored } = await findCheckpoint(checkpointFile, fingerprint);
  const total = (count: (text: (typeof encoded)[number]) => number) =>
    encoded.reduce((sum, text) => sum + count(text), 0);
  const start: TrainingStart = {
    sequences: sequences.length,
    tokens: sequences.reduce((sum, { ids }) => sum + ids.length, 0),
    widenedMentions: total(({ widened }) => widened),
    droppedMentions: total(({ dropped }) => dropped),
    cutWords: total(({ cutWords }) => cutWords),
    resumedAt: checkpoint?.steps ?? 0,
    ...(ignored === undefined ? {} : { checkpointIgnored: ignored }),
  };
  options.onStart?.(start);

  const threads = options.threads === undefined ? {} : { threads: options.threads };
  const weighted = tagWeights(spec.training.classWeights, labels, sequences);
  const stream = trainModel(
    { config, tagCount, parameters, sequences, ...(weighted ? { tagWeights: weighted } : {}) },
    {
      settings: spec.training,
      ...(checkpoint ? { checkpoint } : {}),
      ...threads,
      ...(options.device === undefined ? {} : { device: options.device }),
    },
  );
  const window = windowTokens(sequences, maxTokens);
  const set = input.selection;
  const scorer =
    set && (await createDevScorer({ config, tokenizer, labels, set, windowTokens: window, ...threads }));
  const selector =
    scorer &&
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
  await writeModelFolder(options.modelFolder, {
    config,
    encoder,
    weights,
    spec,
    windowTokens: window,
    names,
  });
  await rm(checkpointFile, { force: true });
  return {
    ...start,
    steps: last?.step ?? start.resumedAt,
    lastEpochLoss: epochLoss.sum / Math.max(1, epochLoss.count),
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

/** The length that 99 % of the training sequences do not exceed, in steps of 8, never under 32. */
function windowTokens(sequences: readonly LabelledSequence[], maxTokens: number): number {
  const lengths = sequences.map(({ ids }) => ids.length).sort((a, b) => a - b);
  const usual = lengths[Math.ceil(lengths.length * 0.99) - 1] ?? 0;
  return Math.min(maxTokens, Math.max(32, Math.ceil(usual / 8) * 8));
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
