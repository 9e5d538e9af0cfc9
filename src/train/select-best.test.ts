/** @file When training is scored, when it ends, and whose weights are kept, whether or not it was stopped between. */
import { describe, expect, it } from "vitest";
import type { Parameter } from "../engine/gradient-session.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { createSelector, type SelectorOptions } from "./select-best.ts";
import type { TrainStep } from "./train-model.ts";

const parameter = (name: string, x: number): Parameter => ({ name, shape: [1], data: Float32Array.of(x) });
const frozen = parameter("frozen", 7);
const given = new Map([
  ["frozen", frozen],
  ["weight", parameter("weight", 0)],
]);
/** The step's number is the weight; the score is looked up by it. */
const stepOf = (step: number, totalSteps = 12) =>
  ({
    step,
    totalSteps,
    endsEpoch: step % 3 === 0,
    weights: () =>
      new Map([
        ["frozen", frozen],
        ["weight", parameter("weight", step)],
      ]),
  }) as unknown as TrainStep;
const F1: Record<number, number> = { 2: 0.1, 3: 0.2, 4: 0.5, 6: 0.4, 8: 0.5, 9: 0.1, 10: 0.3, 12: 0.2 };

function create(settings: Partial<SelectorOptions["settings"]> = {}, checkpoint?: Checkpoint) {
  return createSelector({
    settings: { evaluateEvery: 2, keepBest: true, ...settings },
    given,
    score: async (weights) => F1[weights.get("weight")!.data[0]!]!,
    ...(checkpoint ? { checkpoint } : {}),
  });
}

async function run(selector: ReturnType<typeof create>, from = 1) {
  for (let step = from; step <= 12; step++) if (await selector.look(stepOf(step))) return step;
  return 12;
}
const weightOf = (weights: ReadonlyMap<string, Parameter>) => weights.get("weight")!.data[0];

describe("a training that is scored", () => {
  it("every few steps keeps the first of the best", async () => {
    const selector = create();
    expect(await run(selector)).toBe(12);
    expect(selector.describe(stepOf(12)).scores.map(({ step }) => step)).toEqual([2, 4, 6, 8, 10, 12]);
    expect(selector.describe(stepOf(12))).toMatchObject({
      chosen: { step: 4, f1: 0.5 },
      stoppedEarly: false,
    });
    const chosen = selector.choose(stepOf(12));
    expect(weightOf(chosen)).toBe(4);
    expect(chosen.get("frozen")!.data).toBe(frozen.data);
  });

  it("every epoch is scored at its end, and every few steps at the last too", async () => {
    const [epochs, fives] = [create({ evaluateEvery: "epoch" }), create({ evaluateEvery: 9 })];
    await run(epochs);
    await run(fives);
    expect(epochs.describe(stepOf(12)).scores.map(({ step }) => step)).toEqual([3, 6, 9, 12]);
    expect(fives.describe(stepOf(12)).scores.map(({ step }) => step)).toEqual([9, 12]);
  });

  it("ends after as many scores without a new best as its patience", async () => {
    expect(await run(create({ patience: 1 }))).toBe(6);
    expect(await run(create({ patience: 3 }))).toBe(10);
    expect(await run(create({ patience: 5 }))).toBe(12);
  });

  it("keeps the last weights where asked to", async () => {
    const selector = create({ keepBest: false, patience: 2 });
    expect(await run(selector)).toBe(8);
    expect(weightOf(selector.choose(stepOf(8)))).toBe(8);
    expect(selector.describe(stepOf(8))).toMatchObject({ chosen: { step: 8, f1: 0.5 }, stoppedEarly: true });
    expect(selector.addTo({ steps: 8, tensors: new Map(), decays: {} }).tensors.size).toBe(0);
  });

  it("decides the same when it goes on from a checkpoint", async () => {
    for (const stop of [1, 3, 4, 5, 8]) {
      const first = create({ patience: 3 });
      for (let step = 1; step <= stop; step++) await first.look(stepOf(step));
      const checkpoint = first.addTo({ steps: stop, tensors: new Map(), decays: {} });
      expect([...checkpoint.tensors.keys()]).toEqual(stop === 1 ? [] : ["best/weight"]);
      const second = create({ patience: 3 }, checkpoint);
      expect(await run(second, stop + 1)).toBe(10);
      expect(weightOf(second.choose(stepOf(10)))).toBe(4);
      expect(second.describe(stepOf(10)).scores.map(({ f1 }) => f1)).toEqual([0.1, 0.5, 0.4, 0.5, 0.3]);
    }
  });
});
