/** @file The loss last seen of each sequence -> its weight in an epoch: those that are learnt already are left out at random. */
import { createRandom } from "../util/random.ts";

/** What one epoch's weights depend on beside the losses. */
export interface PruneOptions {
  /** Chance of a sequence of small loss to be left out, in [0, 1). */
  readonly rate: number;
  readonly seed: number;
  /** From 0. */
  readonly epoch: number;
  readonly epochs: number;
}

/** Whether the epoch leaves anything out: not the first, where no loss is known, nor the last eighth (annealing). */
export function isPruned({ rate, epoch, epochs }: Omit<PruneOptions, "seed">): boolean {
  return rate > 0 && epoch > 0 && epoch < epochs - Math.ceil(epochs / 8);
}

/**
 * InfoBatch (Qin et al. 2024): a loss below the mean of all gives the weight 0 with probability r, else 1 / (1 - r); every
 * other sequence has the weight 1. So E[weight] = r * 0 + (1 - r) / (1 - r) = 1, and a sum over weighted sequences is in
 * expectation the sum over all. The largest loss is never below the mean: something is always left.
 * @returns by sequence; undefined where the epoch leaves nothing out
 */
export function pruneWeights(losses: ArrayLike<number>, options: PruneOptions): number[] | undefined {
  if (!isPruned(options)) return undefined;
  const { rate, seed, epoch } = options;
  const random = createRandom(seed, "prune", epoch);
  const list = Array.from(losses);
  const mean = list.reduce((sum, loss) => sum + loss, 0) / list.length;
  return list.map((loss) => {
    if (!(loss < mean)) return 1;
    return random.next() < rate ? 0 : 1 / (1 - rate);
  });
}
