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
 * A batch of more tokens is run in parts: the results are the same, apart from dropout's draws, and what passes between
 * operations still fits into the processor's caches (measured in docs/engine.md).
 */
export const TOKENS_PER_RUN = 1536;

/** A batch in parts of about equal size, none of more than `maxTokens` once padded, unless it is one sequence. */
export function splitBatch<T extends { readonly ids: { readonly length: number } }>(
  batch: readonly T[],
  maxTokens: number,
): T[][] {
  const length = Math.max(...batch.map(({ ids }) => ids.length));
  const rows = Math.max(1, Math.floor(maxTokens / length));
  const count = Math.ceil(batch.length / rows);
  const size = Math.ceil(batch.length / count);
  return Array.from({ length: count }, (_, part) => batch.slice(part * size, (part + 1) * size)).filter(
    (part) => part.length > 0,
  );
}
