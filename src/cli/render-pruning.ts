/** @file Sequences that each epoch ran -> what was left out, in words. The first epoch runs all. */
import { renderCount, renderPlural } from "./render-table.ts";

/** `1,380 of 5,000 sequences left out`: of all epochs that have begun. */
export function renderLeftOut(sequencesByEpoch: readonly number[]): string {
  const all = (sequencesByEpoch[0] ?? 0) * sequencesByEpoch.length;
  const ran = sequencesByEpoch.reduce((sum, count) => sum + count, 0);
  return `${renderCount(all - ran)} of ${renderPlural(all, "sequence")} left out`;
}

/** `epoch 2 runs 620 of 1,000 sequences`; undefined where it runs all. */
export function renderEpoch(sequencesByEpoch: readonly number[], epoch: number): string | undefined {
  const [all = 0] = sequencesByEpoch;
  const ran = sequencesByEpoch[epoch] ?? all;
  return ran < all
    ? `epoch ${epoch + 1} runs ${renderCount(ran)} of ${renderPlural(all, "sequence")}`
    : undefined;
}
