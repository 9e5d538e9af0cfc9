/** @file A task, its training examples and an encoder -> a model folder; goes on from a checkpoint where there is one. */
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import type { EncoderFiles } from "../model/encoder-folder.ts";
import { loadEncoder } from "../model/load-encoder.ts";
import { writeModelFolder } from "../model/model-folder.ts";
import { encodeExample, type LabelledSequence } from "../model/sequence.ts";
import type { Example, NameCount } from "../task/example.ts";
import type { TaskSpec } from "../task/spec.ts";
import { tagNames } from "../task/tags.ts";
import { InputError, InterruptedError } from "../util/errors.ts";
import { fileExists, hashFile, renderJsonLines } from "../util/files.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { countSteps, type TrainStep, trainModel } from "./train-model.ts";

export interface FineTuneInput {
  readonly spec: TaskSpec;
  readonly examples: readonly Example[];
  readonly encoder: EncoderFiles;
  /** Names of the examples, kept beside the model. */
  readonly names: readonly NameCount[];
}

export interface FineTuneOptions {
  readonly modelFolder: string;
  readonly checkpointFile: string;
  /** From {@link fingerprintTraining}; a checkpoint of another training is not gone on from. */
  readonly fingerprint: string;
  /** Time between checkpoints. Default 60,000. */
  readonly checkpointEveryMs?: number;
  readonly threads?: number;
  /** Stops after the step in progress, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Where training begins, then each step. */
  readonly onStart?: (start: TrainingStart) => void;
  readonly onStep?: (step: TrainStep) => void;
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
}

/** What a model depends on: equal fingerprints, equal weights (on the same machine and runtime). */
export async function fingerprintTraining({ spec, examples, encoder }: FineTuneInput): Promise<string> {
  const digest = createHash("sha256");
  const { labels, training } = spec;
  digest.update(
    JSON.stringify([
      FORMAT,
      Object.keys(labels),
      training,
      await hashFile(encoder.weights),
      await hashFile(encoder.config),
      await hashFile(encoder.tokenizer),
    ]),
  );
  digest.update(renderJsonLines(examples.map(({ text, mentions }) => [text, mentions])));
  return digest.digest("hex");
}

/** Raised when the same input would train another model than before. */
const FORMAT = 1;

/**
 * @throws InputError when the encoder does not fit or training diverges
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
  const sequences: LabelledSequence[] = encoded.flatMap((text) => text.sequences);
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

  const stream = trainModel(
    { config, tagCount, parameters, sequences },
    {
      settings: spec.training,
      ...(checkpoint ? { checkpoint } : {}),
      ...(options.threads === undefined ? {} : { threads: options.threads }),
    },
  );
  let lastWritten = Date.now();
  let epochLoss = { epoch: -1, sum: 0, count: 0 };
  let weights = parameters;
  for await (const step of stream) {
    if (step.epoch !== epochLoss.epoch) epochLoss = { epoch: step.epoch, sum: 0, count: 0 };
    epochLoss.sum += step.loss;
    epochLoss.count += 1;
    options.onStep?.(step);
    const isLast = step.step === step.totalSteps;
    if (isLast) weights = step.weights();
    else if (signal?.aborted || Date.now() - lastWritten >= checkpointEveryMs) {
      await writeCheckpoint(checkpointFile, step.checkpoint(), fingerprint);
      lastWritten = Date.now();
      if (signal?.aborted)
        throw new InterruptedError(
          "training-interrupted",
          `Training stopped after step ${step.step} of ${step.totalSteps}.`,
          { hint: "The same command goes on from there." },
        );
    }
  }
  await writeModelFolder(options.modelFolder, {
    config,
    encoder,
    weights,
    spec,
    windowTokens: windowTokens(sequences, maxTokens),
    names,
  });
  await rm(checkpointFile, { force: true });
  return {
    ...start,
    steps: countSteps(sequences.length, spec.training),
    lastEpochLoss: epochLoss.sum / Math.max(1, epochLoss.count),
  };
}

/** The length that 99 % of the training sequences do not exceed, in steps of 8, never under 32. */
function windowTokens(sequences: readonly LabelledSequence[], maxTokens: number): number {
  const lengths = sequences.map(({ ids }) => ids.length).sort((a, b) => a - b);
  const usual = lengths[Math.ceil(lengths.length * 0.99) - 1]!;
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
