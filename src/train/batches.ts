/** @file Lengths of sequences -> batches of neighbours in length, shuffled anew each epoch. */
import { createRandom, shuffle } from "../util/random.ts";

/** Batches sorted together: enough that little is padded, few enough that neighbours differ from epoch to epoch. */
const POOL_BATCHES = 50;

/**
 * Every sequence once. Shuffled, cut into pools, sorted by length within a pool, cut into batches, batches shuffled;
 * a function of seed and epoch alone, so a resumed run meets the same batches.
 * @returns indices into `lengths`, a list a batch; only one batch of a pool's end may be smaller than `batchSize`
 */
export function planBatches(
  lengths: readonly number[],
  batchSize: number,
  seed: number,
  epoch: number,
): number[][] {
  const random = createRandom(seed, "batches", epoch);
  const order = shuffle([...lengths.keys()], random);
  const batches: number[][] = [];
  for (let start = 0; start < order.length; start += batchSize * POOL_BATCHES) {
    const pool = order.slice(start, start + batchSize * POOL_BATCHES);
    pool.sort((a, b) => lengths[b]! - lengths[a]!); // stable: ties stay shuffled
    for (let i = 0; i < pool.length; i += batchSize) batches.push(pool.slice(i, i + batchSize));
  }
  return shuffle(batches, random);
}
