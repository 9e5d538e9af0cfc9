/** @file The learning rate at each step, against Hugging Face's `get_linear_schedule_with_warmup`. */
import { expect, it } from "vitest";
import { learningRateAt } from "./schedule.ts";

const rates = (totalSteps: number, warmup: number) =>
  Array.from({ length: totalSteps + 1 }, (_, step) => learningRateAt(step, { peak: 1, totalSteps, warmup }));

// transformers/optimization.py: step / max(1, warm-up) below the warm-up, else (total - step) / max(1, total - warm-up)
it.each([
  { totalSteps: 10, warmup: 0.2, expected: [0, 0.5, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0] },
  { totalSteps: 4, warmup: 0, expected: [1, 0.75, 0.5, 0.25, 0] },
  { totalSteps: 4, warmup: 1, expected: [0, 0.25, 0.5, 0.75, 0] },
  { totalSteps: 5, warmup: 0.1, expected: [0, 1, 0.75, 0.5, 0.25, 0] }, // half a step is rounded up
  { totalSteps: 1, warmup: 0, expected: [1, 0] },
])("warms up for $warmup of $totalSteps steps, then falls to 0", ({ totalSteps, warmup, expected }) => {
  expect(rates(totalSteps, warmup)).toEqual(expected);
});

it("scales with the peak, and stays 0 after the end", () => {
  expect(learningRateAt(3, { peak: 3e-4, totalSteps: 10, warmup: 0.2 })).toBeCloseTo(2.625e-4, 12);
  expect(learningRateAt(12, { peak: 1, totalSteps: 10, warmup: 0.2 })).toBe(0);
});
