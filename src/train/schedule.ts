/** @file Settings and a step -> the learning rate there: linear warm-up, then linear decay to 0. */

export interface Schedule {
  readonly peak: number;
  readonly totalSteps: number;
  /** Part of the steps spent warming up, in [0, 1]. */
  readonly warmup: number;
}

/** @param step counted from 0. As Hugging Face's `get_linear_schedule_with_warmup`: the first warm-up step has rate 0. */
export function learningRateAt(step: number, { peak, totalSteps, warmup }: Schedule): number {
  const warmupSteps = Math.ceil(totalSteps * warmup);
  if (step < warmupSteps) return (peak * step) / warmupSteps;
  return peak * Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));
}
