/** @file A corpus and an encoder -> tag probabilities of every word by a model that was not trained on its prompt. */
import { join } from "node:path";
import type { Device } from "../engine/devices.ts";
import type { Parameter } from "../engine/gradient-session.ts";
import type { EncoderFiles } from "../model/encoder-folder.ts";
import { type LoadedEncoder, loadEncoder } from "../model/load-encoder.ts";
import { type EncodedText, encodeExample, encodeText, type LabelledSequence } from "../model/sequence.ts";
import type { Example } from "../task/example.ts";
import type { WordReading } from "../task/label-doubt.ts";
import type { TaskSpec, TrainingSpec } from "../task/spec.ts";
import { tagNames } from "../task/tags.ts";
import { InterruptedError } from "../util/errors.ts";
import { fingerprintFold, readFoldFile, writeFoldFile } from "./fold-file.ts";
import { assignFolds } from "./folds.ts";
import { tagWeights } from "./tag-weights.ts";
import { createTextReader } from "./text-reader.ts";
import { type TrainStep, trainModel } from "./train-model.ts";

/** What is read, and how the models that read it are trained. */
export interface CrossValidateInput {
  readonly spec: TaskSpec;
  /** Ids are unique. */
  readonly examples: readonly Example[];
  readonly encoder: EncoderFiles;
  /** Parts the corpus is cut into, by prompt; at least 2. */
  readonly folds: number;
  /** Passes of each training; the other settings are those of `spec.training`. */
  readonly epochs: number;
}

/** How it is done and watched. */
export interface CrossValidateOptions {
  /** A file a finished fold: what is there already is not trained again. */
  readonly folder: string;
  readonly threads?: number;
  /** What trains; texts are read on the CPU. Default `cpu`. */
  readonly device?: Device;
  /** Stops after the step in progress; finished folds stay. */
  readonly signal?: AbortSignal;
  /** Before a fold is trained, or taken from its file. */
  readonly onFold?: (start: FoldStart) => void;
  readonly onStep?: (step: TrainStep, fold: number) => void;
}

/** A fold that begins. */
export interface FoldStart {
  /** From 0. */
  readonly fold: number;
  readonly folds: number;
  /** Examples it is trained on, and those that it then reads. */
  readonly trained: number;
  readonly read: number;
  /** Whether its file was there, so that nothing is trained. */
  readonly reused: boolean;
}

/**
 * Each part is read by a model trained on the others. What a training may do beside its plain recipe (`freeze`, `lora`,
 * weights of classes ...) is done; it is not scored in mid-course, not pruned, and has no teacher: a teacher may have
 * seen the marks. The same input gives the same bits, stopped or not.
 * @returns a reading an example, in their order
 * @throws InputError when there are fewer prompts than folds, the encoder does not fit, or training diverges
 * @throws InterruptedError when `signal` fires
 */
export async function crossValidate(
  input: CrossValidateInput,
  options: CrossValidateOptions,
): Promise<WordReading[]> {
  const { examples, encoder, folds } = input;
  const { distillation: _, ...asked } = input.spec.training;
  const training: TrainingSpec = { ...asked, epochs: input.epochs, prune: 0, evaluateEvery: "never" };
  const spec = { ...input.spec, training };
  const foldOf = assignFolds(examples, folds, training.seed);
  const labels = Object.keys(spec.labels);
  const width = tagNames(labels).length;
  const readings: WordReading[] = new Array(examples.length);
  for (let fold = 0; fold < folds; fold++) {
    const held = [...examples.keys()].filter((index) => foldOf[index] === fold);
    const others = examples.filter((_, index) => foldOf[index] !== fold);
    const loaded = await loadEncoder(encoder, width, training.seed);
    const limits = { maxTokens: Math.min(training.maxTokens, loaded.config.maxTokens) };
    const texts = held.map((index) => encodeText(examples[index]!.text, loaded.tokenizer, limits));
    const fingerprint = await fingerprintFold(
      { spec, examples: others, encoder, names: [] },
      held.map((index) => examples[index]!.text),
    );
    const file = join(options.folder, `fold-${fold + 1}-of-${folds}.safetensors`);
    const size = texts.reduce((sum, { words }) => sum + words.length * width, 0);
    const stored = await readFoldFile(file, { size, fingerprint });
    const reused = stored !== undefined;
    options.onFold?.({ fold, folds, trained: others.length, read: held.length, reused });
    let probabilities = stored;
    if (probabilities === undefined) {
      const sequences = others.flatMap(
        (example) => encodeExample(example, labels, loaded.tokenizer, limits).sequences,
      );
      probabilities = await readHeld({ loaded, labels, training, sequences, texts, fold }, options);
      await writeFoldFile(file, probabilities, { width, fingerprint });
    }
    let from = 0;
    for (const [place, index] of held.entries()) {
      const { words } = texts[place]!;
      const end = from + words.length * width;
      readings[index] = { id: examples[index]!.id, words, probabilities: probabilities.slice(from, end) };
      from = end;
    }
  }
  return readings;
}

interface FoldTraining {
  readonly loaded: LoadedEncoder;
  readonly labels: readonly string[];
  readonly training: TrainingSpec;
  readonly sequences: readonly LabelledSequence[];
  readonly texts: readonly EncodedText[];
  readonly fold: number;
}

/** Trains a fold. @returns probabilities of its texts' words, text after text // [words, tags] */
async function readHeld(
  { loaded, labels, training, sequences, texts, fold }: FoldTraining,
  { threads: asked, device, signal, onStep }: CrossValidateOptions,
): Promise<Float32Array> {
  const { config, tokenizer, parameters } = loaded;
  const tagCount = tagNames(labels).length;
  const threads = asked === undefined ? {} : { threads: asked };
  const weighted = tagWeights(training.classWeights, labels, sequences);
  const { distillation: _, ...settings } = training;
  const stream = trainModel(
    { config, tagCount, parameters, sequences, ...(weighted ? { tagWeights: weighted } : {}) },
    { settings, ...threads, ...(device === undefined ? {} : { device }) },
  );
  let weights: ReadonlyMap<string, Parameter> = parameters;
  for await (const step of stream) {
    onStep?.(step, fold);
    if (signal?.aborted) {
      throw new InterruptedError(
        "cross-validation-interrupted",
        `Cross-validation stopped in fold ${fold + 1}, after step ${step.step} of ${step.totalSteps}.`,
        { hint: "The same command goes on from the last finished fold." },
      );
    }
    if (step.step === step.totalSteps) weights = step.weights();
  }
  const reader = await createTextReader({ config, tagCount, padId: tokenizer.padId, texts, ...threads });
  try {
    const logits = await reader.read(weights);
    const all = new Float32Array(logits.reduce((sum, { length }) => sum + length, 0));
    let from = 0;
    for (const rows of logits) {
      for (let row = 0; row < rows.length; row += tagCount)
        all.set(softmax(rows.subarray(row, row + tagCount)), from + row);
      from += rows.length;
    }
    return all;
  } finally {
    await reader.release();
  }
}

function softmax(row: Float32Array): number[] {
  const highest = Math.max(...row);
  const powers = Array.from(row, (score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
