/** @file Sequences, settings and the losses so far -> which sequences each step takes, how they weigh, how far on it is. */
import { type LossOptions, type LossScales, lossScales } from "../model/loss-targets.ts";
import type { LabelledSequence } from "../model/sequence.ts";
import { InputError } from "../util/errors.ts";
import { planBatches } from "./batches.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { pruneWeights } from "./prune.ts";
import type { TrainSettings } from "./train-model.ts";

/** One step before it is taken. */
export interface PlannedStep {
  /** From 0. */
  readonly epoch: number;
  /** Indices of sequences. */
  readonly batches: readonly (readonly number[])[];
  /** A number of the first batch that no other batch of the training has. */
  readonly firstBatch: number;
  /** Steps before it, were each epoch of equally many: whole where nothing is left out. */
  readonly position: number;
  /** Steps of the training, as if nothing were left out of the epochs to come. */
  readonly totalSteps: number;
  /** Whether it is the last of its epoch. */
  readonly endsEpoch: boolean;
  /** What {@link createFeeds} multiplies the losses of some of its sequences with. */
  scalesOf(indices: readonly number[]): LossScales | readonly LossScales[];
  /** Notes what each sequence has added to the step's loss, in the order of `batches`. */
  note(losses: Float32Array): void;
}

/** A training's way through its sequences: a function of settings, seed and the losses noted. */
export interface Course {
  /** Steps of a training that leaves nothing out. */
  readonly plainSteps: number;
  /** Sequences of each epoch that has begun. */
  readonly sequencesByEpoch: readonly number[];
  /** @param taken steps taken before */
  steps(taken: number): Generator<PlannedStep, void>;
  /** What {@link createCourse} needs to go on, joined to a checkpoint. */
  addTo(checkpoint: Checkpoint): Checkpoint;
}

/** Steps of one run over `count` sequences, where nothing is left out. */
export function countSteps(
  count: number,
  { epochs, batchSize, gradientAccumulation = 1 }: TrainSettings,
): number {
  return epochs * Math.ceil(Math.ceil(count / batchSize) / gradientAccumulation);
}

/** @throws InputError when the checkpoint has no losses, or those of other sequences */
export function createCourse(
  sequences: readonly LabelledSequence[],
  settings: TrainSettings,
  lossOptions: LossOptions,
  checkpoint?: Checkpoint,
): Course {
  const { epochs, batchSize, seed, gradientAccumulation = 1, prune = 0 } = settings;
  const stepsOf = (count: number) => countSteps(count, { ...settings, epochs: 1 });
  const plainEpoch = stepsOf(sequences.length);
  const all = [...sequences.keys()];
  const pruned = prune > 0 ? checkpoint : undefined;
  const sequencesByEpoch = [...(pruned?.sequencesByEpoch ?? [])];
  /** The mean loss of each sequence's words when it was last run: as of the epoch's beginning, and as of now. */
  const before = restoreLosses(pruned, BEFORE, sequences.length);
  const now = restoreLosses(pruned, NOW, sequences.length);

  const weightsOf = (epoch: number) => pruneWeights(before, { rate: prune, seed, epoch, epochs });
  const keep = (weights: readonly number[] | undefined) =>
    weights === undefined ? all : all.filter((index) => weights[index]! > 0);
  const groupsOf = (indices: readonly number[], epoch: number): number[][][] => {
    const lengths = indices.map((index) => sequences[index]!.ids.length);
    const batches = planBatches(lengths, batchSize, seed, epoch).map((batch) =>
      batch.map((i) => indices[i]!),
    );
    return Array.from({ length: stepsOf(indices.length) }, (_, step) =>
      batches.slice(step * gradientAccumulation, (step + 1) * gradientAccumulation),
    );
  };

  function* stepsOfEpoch(epoch: number, start: number, done: number): Generator<PlannedStep, void> {
    const weights = weightsOf(epoch);
    const plain = groupsOf(all, epoch);
    const groups = weights === undefined ? plain : groupsOf(keep(weights), epoch);
    const own = weighSequences(sequences, plain, lossOptions, weights);
    const totalSteps = start + groups.length + (epochs - epoch - 1) * plainEpoch;
    const scales = weights && own.map((weight) => weight.scales);
    for (const [step, batches] of [...groups.entries()].slice(done)) {
      const indices = batches.flat();
      const whole = scales ?? lossScales(toSequences(sequences, indices), lossOptions);
      yield {
        epoch,
        batches,
        firstBatch: epoch * Math.ceil(sequences.length / batchSize) + step * gradientAccumulation,
        position: epoch * plainEpoch + (step * plainEpoch) / groups.length,
        totalSteps,
        endsEpoch: step === groups.length - 1,
        scalesOf: (part) => ("hard" in whole ? whole : part.map((index) => whole[index]!)),
        note(losses) {
          for (const [place, index] of indices.entries()) {
            const { share } = own[index]!;
            now[index] = share === 0 ? 0 : losses[place]! / share;
          }
        },
      };
    }
  }

  return {
    plainSteps: epochs * plainEpoch,
    sequencesByEpoch,
    *steps(taken) {
      for (let epoch = 0, start = 0; epoch < epochs; epoch++) {
        if (epoch === sequencesByEpoch.length) {
          before.set(now);
          sequencesByEpoch.push(keep(weightsOf(epoch)).length);
        }
        const end = start + stepsOf(sequencesByEpoch[epoch]!);
        if (end > taken) yield* stepsOfEpoch(epoch, start, Math.max(0, taken - start));
        start = end;
      }
    },
    addTo(taken) {
      if (prune === 0) return taken;
      const shape = [sequences.length];
      const tensors = new Map(taken.tensors);
      tensors.set(BEFORE, { shape, data: before });
      tensors.set(NOW, { shape, data: now });
      return { ...taken, tensors, sequencesByEpoch: [...sequencesByEpoch] };
    },
  };
}

const BEFORE = "losses/before";
const NOW = "losses/now";

interface SequenceWeight {
  readonly scales: LossScales;
  /** What it adds to its step's loss, over the mean loss of its words. */
  readonly share: number;
}

/**
 * Let B(i) be the step that would have had sequence i, were nothing left out, W its labelled words, and l(i) the sum of
 * the losses of i's words. The plain epoch's gradients add up to sum over i of grad l(i) / W(B(i)). Where the sequences
 * are weighted with w, i brings w(i) l(i) / W(B(i)) to whatever step it is in now: E[w(i)] = 1 for every i, so the
 * gradients of an epoch have that very sum in expectation (at given weights of the model). The number of words of its
 * own step, which depends on what else was left out, would only come near it.
 */
function weighSequences(
  sequences: readonly LabelledSequence[],
  plain: readonly (readonly number[][])[],
  options: LossOptions,
  weights: readonly number[] | undefined,
): SequenceWeight[] {
  const result = new Array<SequenceWeight>(sequences.length);
  for (const batches of plain) {
    const indices = batches.flat();
    const group = toSequences(sequences, indices);
    const { hard, soft } = lossScales(group, options);
    const words = group.reduce((sum, { tags }) => sum + tags.length, 0);
    for (const index of indices) {
      const weight = weights?.[index] ?? 1;
      result[index] = {
        scales: { hard: weight * hard, soft: weight * soft },
        share: words === 0 ? 0 : (weight * sequences[index]!.tags.length) / words,
      };
    }
  }
  return result;
}

const toSequences = (sequences: readonly LabelledSequence[], indices: readonly number[]) =>
  indices.map((index) => sequences[index]!);

function restoreLosses(checkpoint: Checkpoint | undefined, name: string, count: number): Float32Array {
  if (checkpoint === undefined) return new Float32Array(count);
  const found = checkpoint.tensors.get(name)?.data;
  if (found?.length !== count || checkpoint.sequencesByEpoch === undefined)
    throw new InputError(
      "checkpoint-mismatch",
      `The checkpoint does not fit this training: "${name}" is missing or has another size.`,
    );
  return Float32Array.from(found);
}
