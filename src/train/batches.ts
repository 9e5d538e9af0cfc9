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

/**
 * What one run may cost, in tokens that attend to few others: a larger batch is run in parts. The results are the same,
 * apart from dropout's draws; memory is less, and what passes between operations stays in the processor's caches
 * (measured in docs/engine.md).
 */
const RUN_COST = 1824;

/** Attention adds to a token's share as much as everything else does when a sequence has about this many tokens. */
const ATTENTION_LENGTH = 256;

/** A batch in parts of about equal size, none of more than `maxCost` once padded, unless it is one sequence. */
export function splitBatch<T extends { readonly ids: { readonly length: number } }>(
  batch: readonly T[],
  maxCost = RUN_COST,
): T[][] {
  const length = Math.max(...batch.map(({ ids }) => ids.length));
  const rows = Math.max(1, Math.floor(maxCost / (length * (1 + length / ATTENTION_LENGTH))));
  const size = Math.ceil(batch.length / Math.ceil(batch.length / rows));
  const count = Math.ceil(batch.length / size);
  return Array.from({ length: count }, (_, part) => batch.slice(part * size, (part + 1) * size));
}
