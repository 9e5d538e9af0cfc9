/** @file The steps of a training before they are taken: numbers, rates and scales, whole or pruned, gone on with or not. */
import { describe, expect, it } from "vitest";
import { lossScales } from "../model/loss-targets.ts";
import type { LabelledSequence } from "../model/sequence.ts";
import { InputError } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { type Course, createCourse, type PlannedStep } from "./course.ts";
import type { TrainSettings } from "./train-model.ts";

const settings: TrainSettings = {
  epochs: 6,
  batchSize: 3,
  learningRate: 0.01,
  warmup: 0.1,
  weightDecay: 0.01,
  maxGradientNorm: 1,
  seed: 1,
  gradientAccumulation: 2,
  prune: 0.6,
};
/** 20 sequences of 1 to 6 words, the third without any. */
const random = createRandom(1, "sequences");
const sequences: LabelledSequence[] = Array.from({ length: 20 }, (_, index) => {
  const words = index === 2 ? 0 : 1 + random.nextInt(6);
  return {
    ids: Array.from({ length: words + 2 }, () => 7),
    ownStart: 0,
    ownEnd: words,
    firstTokens: Array.from({ length: words }, (_, word) => word + 1),
    tags: Int32Array.from({ length: words }, () => random.nextInt(3)),
  };
});
const lossOptions = { tagWeights: [0.5, 2, 1], distillation: { weight: 0.5, temperature: 2 } };
const create = (change: Partial<TrainSettings> = {}, checkpoint?: Checkpoint) =>
  createCourse(sequences, { ...settings, ...change }, lossOptions, checkpoint);
const empty: Checkpoint = { steps: 0, tensors: new Map(), decays: {} };

/** The mean loss of a sequence's words in an epoch: a third of them is learnt soon. */
const meanLoss = (index: number, epoch: number) =>
  Math.fround((index % 3 === 0 ? 1 : 3) / (epoch + 1 + index / 50));

/** Takes steps, and notes the losses that the model would have given. */
function* take(course: Course, taken = 0): Generator<PlannedStep> {
  for (const step of course.steps(taken)) {
    const indices = step.batches.flat();
    const scales = step.scalesOf(indices);
    const own = indices.map((_, place) => ("hard" in scales ? scales : scales[place]!));
    // what a graph gives: the sum of the sequence's losses, all of soft targets, times its scale
    const soft = (place: number) => own[place]!.soft / (0.5 * 2 ** 2);
    step.note(
      Float32Array.from(indices, (index, place) => {
        return meanLoss(index, step.epoch) * sequences[index]!.tags.length * soft(place);
      }),
    );
    yield step;
  }
}
const view = ({ note, scalesOf, ...rest }: PlannedStep) => ({
  ...rest,
  scales: scalesOf(rest.batches.flat()),
});

describe("without pruning", () => {
  it("steps are of equal number in each epoch, and positions are their numbers exactly", () => {
    const steps = [...take(create({ prune: 0 }))];
    expect(steps).toHaveLength(24); // 7 batches an epoch, two a step
    expect(steps.map(({ position }) => position)).toEqual([...Array(24).keys()]);
    expect(new Set(steps.map(({ totalSteps }) => totalSteps))).toEqual(new Set([24]));
    expect(steps.map(({ endsEpoch }) => endsEpoch)).toEqual(steps.map((_, step) => step % 4 === 3));
    expect(steps.map(({ firstBatch }) => firstBatch).slice(0, 6)).toEqual([0, 2, 4, 6, 7, 9]);
    const rows = steps[5]!.batches.flat().map((index) => sequences[index]!);
    expect(steps[5]!.scalesOf([0])).toEqual(lossScales(rows, lossOptions));
    expect(create({ prune: 0 }).addTo(empty)).toBe(empty);
  });
});

describe("a pruned course", () => {
  it("runs all sequences in the first and the last epoch and fewer between, each of small loss with its weight", () => {
    const course = create();
    const steps = [...take(course)];
    expect(course.sequencesByEpoch[0]).toBe(20);
    expect(course.sequencesByEpoch[5]).toBe(20);
    const between = course.sequencesByEpoch.slice(1, 5);
    for (const count of between) expect(count).toBeLessThan(20);
    for (const [epoch, count] of course.sequencesByEpoch.entries()) {
      const indices = steps.filter((step) => step.epoch === epoch).flatMap(({ batches }) => batches.flat());
      expect(indices).toHaveLength(count);
      expect(new Set(indices).size).toBe(count);
      // above the mean: none is left out
      const large = sequences.flatMap((_, index) => (index % 3 !== 0 && index !== 2 ? [index] : []));
      for (const index of large) expect(indices).toContain(index);
    }
  });

  it("counts its steps, corrects their total at each epoch, and is as far on as a whole one", () => {
    const course = create();
    const steps = [...take(course)];
    const perEpoch = course.sequencesByEpoch.map((count) => Math.ceil(Math.ceil(count / 3) / 2));
    expect(steps).toHaveLength(perEpoch.reduce((sum, count) => sum + count, 0));
    expect(steps.length).toBeLessThan(course.plainSteps);
    expect(course.plainSteps).toBe(24);
    const totals = perEpoch.map(
      (_, epoch) => perEpoch.slice(0, epoch + 1).reduce((sum, count) => sum + count, 0) + 4 * (5 - epoch),
    );
    expect(steps.map(({ totalSteps }) => totalSteps)).toEqual(steps.map(({ epoch }) => totals[epoch]));
    expect(steps.findIndex(({ totalSteps }, step) => totalSteps === step + 1)).toBe(steps.length - 1);
    expect(steps.map(({ position }) => position)).toEqual(
      perEpoch.flatMap((count, epoch) =>
        Array.from({ length: count }, (_, step) => 4 * (epoch + step / count)),
      ),
    );
    expect(steps.filter(({ endsEpoch }) => endsEpoch).map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4, 5]);
    const numbers = steps.flatMap(({ firstBatch, batches }) => batches.map((_, index) => firstBatch + index));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it("keeps the mean loss of each sequence's words, whatever its weight was", () => {
    const course = create();
    const seen = sequences.map(() => -1);
    for (const step of take(course)) {
      for (const index of step.batches.flat()) seen[index] = meanLoss(index, step.epoch);
      if (step.epoch === 4 && step.endsEpoch) break;
    }
    const now = course.addTo(empty).tensors.get("losses/now")!.data;
    // the last epoch ran some of those that are learnt, not all
    expect(new Set(seen.filter((_, index) => index % 3 === 0).map((loss) => loss < 0.2)).size).toBe(2);
    for (const [index, loss] of now.entries()) expect(loss).toBeCloseTo(index === 2 ? 0 : seen[index]!, 5);
  });

  it("gives each sequence, over many seeds, the part in an epoch's gradient that a whole course gives it", () => {
    const seeds = 3000;
    const [plain, pruned] = [sequences.map(() => [0, 0]), sequences.map(() => [0, 0])];
    for (let seed = 0; seed < seeds; seed++) {
      for (const [sums, prune] of [
        [plain, 0],
        [pruned, 0.6],
      ] as const) {
        for (const step of take(create({ prune, seed, epochs: 3 }))) {
          if (step.epoch === 2) break;
          if (step.epoch === 0) continue;
          const indices = step.batches.flat();
          const scales = step.scalesOf(indices);
          for (const [place, index] of indices.entries()) {
            const { hard, soft } = "hard" in scales ? scales : scales[place]!;
            sums[index]![0]! += hard / seeds;
            sums[index]![1]! += soft / seeds;
          }
        }
      }
    }
    // the deviation of a weight is sqrt(0.6 / 0.4); four of the mean's
    const tolerance = 4 * Math.sqrt(0.6 / 0.4 / seeds);
    for (const [index, sums] of plain.entries()) {
      for (const [kind, sum] of sums.entries()) {
        expect(Math.abs(pruned[index]![kind]! / sum - 1)).toBeLessThan(
          index % 3 === 0 || index === 2 ? tolerance : 1e-9,
        );
      }
    }
  });

  it("goes on after any step as one that was not stopped", () => {
    const whole = [...take(create())].map(view);
    for (let stop = 1; stop <= whole.length; stop++) {
      const first = create();
      const steps = take(first);
      for (let step = 0; step < stop; step++) steps.next();
      const { tensors, ...rest } = first.addTo(empty);
      const copies = [...tensors].map(
        ([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }] as const,
      );
      expect(copies.map(([name]) => name)).toEqual(["losses/before", "losses/now"]);
      const second = create({}, { ...rest, tensors: new Map(copies) });
      expect([...take(second, stop)].map(view)).toEqual(whole.slice(stop));
      expect(second.sequencesByEpoch).toHaveLength(6);
    }
  });

  it("does not go on from a checkpoint without its losses", () => {
    expect(() => create({}, empty)).toThrow(InputError);
    expect(() => create({}, empty)).toThrow(
      'The checkpoint does not fit this training: "losses/before" is missing or has another size.',
    );
  });
});
