/** @file Weights scored now and then while they are trained -> when to stop, and which were the best. */
import type { Parameter } from "../engine/gradient-session.ts";
import type { WritableTensor } from "../model/safetensors.ts";
import type { TrainingFeatures } from "../task/training-features.ts";
import { InputError } from "../util/errors.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { TrainStep } from "./train-model.ts";

/** A score in mid-course. */
export interface StepScore {
  /** Steps taken before it. */
  readonly step: number;
  /** Strict micro F1, in [0, 1]. */
  readonly f1: number;
}

/** What a training that was scored came to. */
export interface ChosenStep {
  /** All scores, in order. */
  readonly scores: readonly StepScore[];
  /** The step whose weights the model has, and their score. */
  readonly chosen: StepScore;
  /** Whether training ended before all its steps were taken. */
  readonly stoppedEarly: boolean;
}

export interface SelectorOptions {
  readonly settings: Pick<TrainingFeatures, "evaluateEvery" | "patience" | "keepBest">;
  /** What the weights were before training; those that were not trained are not copied. */
  readonly given: ReadonlyMap<string, Parameter>;
  score(weights: ReadonlyMap<string, Parameter>): Promise<number>;
  /** Scores and best weights of the run that this one goes on from. */
  readonly checkpoint?: Checkpoint;
  readonly onScore?: (score: StepScore, isBest: boolean) => void;
}

export interface Selector {
  /** Scores a step's weights where that is due: after an epoch or so many steps, and after the last step. @returns whether to stop here */
  look(step: TrainStep): Promise<boolean>;
  /** The weights to keep of a training that ends with this step. */
  choose(step: TrainStep): ReadonlyMap<string, Parameter>;
  /** @param last the step that training ended with, scored */
  describe(last: TrainStep): ChosenStep;
  /** What {@link createSelector} needs to go on, joined to a checkpoint. */
  addTo(checkpoint: Checkpoint): Checkpoint;
}

const PREFIX = "best/";

/** Its state is a function of the steps it looked at, so a resumed run decides as one that was not stopped. */
export function createSelector(options: SelectorOptions): Selector {
  const { settings, given, checkpoint, onScore } = options;
  const { evaluateEvery, patience = Number.POSITIVE_INFINITY, keepBest } = settings;
  const scores: StepScore[] = [...(checkpoint?.scores ?? [])];
  const kept = new Map<string, WritableTensor>(); // of the best weights, those that training changes
  for (const [name, tensor] of checkpoint?.tensors ?? []) {
    if (name.startsWith(PREFIX)) kept.set(name.slice(PREFIX.length), tensor);
  }
  /** The first of the highest. */
  const best = () =>
    scores.reduce<StepScore | undefined>(
      (highest, score) => (highest === undefined || score.f1 > highest.f1 ? score : highest),
      undefined,
    );
  const isDue = ({ step, totalSteps, endsEpoch }: TrainStep) =>
    step === totalSteps || (evaluateEvery === "epoch" ? endsEpoch : step % Number(evaluateEvery) === 0);

  return {
    async look(step) {
      if (!isDue(step)) return false;
      const weights = step.weights();
      const score = { step: step.step, f1: await options.score(weights) };
      scores.push(score);
      const isBest = best() === score;
      if (isBest && keepBest) copyChanged(weights, given, kept);
      onScore?.(score, isBest);
      return scores.length - 1 - scores.indexOf(best()!) >= patience;
    },
    choose(step) {
      const last = step.weights();
      if (!keepBest || kept.size === 0) return last;
      return new Map(
        [...last].map(([name, weight]) => [name, { ...weight, data: kept.get(name)?.data ?? weight.data }]),
      );
    },
    describe: ({ step, totalSteps }) => ({
      scores,
      chosen: (keepBest ? best() : scores.at(-1))!,
      stoppedEarly: step < totalSteps,
    }),
    addTo(before) {
      const tensors = new Map(before.tensors);
      for (const [name, tensor] of kept) tensors.set(PREFIX + name, tensor);
      return { ...before, tensors, scores };
    },
  };
}

function copyChanged(
  weights: ReadonlyMap<string, Parameter>,
  given: ReadonlyMap<string, Parameter>,
  kept: Map<string, WritableTensor>,
): void {
  for (const [name, weight] of weights) {
    if (weight === given.get(name)) continue;
    const place = kept.get(name)?.data;
    if (place === undefined) kept.set(name, { shape: weight.shape, data: weight.data.slice() });
    else if (place.length === weight.data.length) place.set(weight.data);
    else
      throw new InputError(
        "checkpoint-mismatch",
        `The checkpoint does not fit this model: "${PREFIX}${name}" has another size.`,
      );
  }
}
