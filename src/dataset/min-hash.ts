/** @file 3-grams of texts -> an index that finds texts of a Jaccard similarity: MinHash, LSH bands, an exact check. */
import { createRandom } from "../util/random.ts";
import { jaccard } from "./grams.ts";
import { mix32 } from "./pair-ids.ts";

/** Permutations of a signature (Broder 1997). */
const PERMUTATIONS = 128;
/** A pair at the threshold is missed with at most this probability; one above it with less. */
const MAX_MISS = 1e-4;

/** Bands of a signature: two texts are compared where all rows of one band agree (Indyk & Motwani 1998). */
export interface BandPlan {
  readonly bands: number;
  readonly rows: number;
  /** (1 - s^rows)^bands: the chance to miss a pair of similarity s = threshold. */
  readonly missProbability: number;
}

/** The longest bands (fewest pairs to check) that keep the promise; one row where none does (thresholds below 0.07). */
export function planBands(threshold: number): BandPlan {
  for (let rows = PERMUTATIONS; rows >= 1; rows--) {
    const bands = Math.floor(PERMUTATIONS / rows);
    const missProbability = (1 - threshold ** rows) ** bands;
    if (missProbability <= MAX_MISS || rows === 1) return { bands, rows, missProbability };
  }
  throw new Error("There is always a plan of one row.");
}

/** The most similar text of an index. */
interface NearText {
  /** The number that {@link NearIndex.add} gave. */
  readonly row: number;
  /** Jaccard similarity of the two sets of 3-grams, in [threshold, 1]. */
  readonly similarity: number;
}

/** Texts that can be asked for. */
export interface NearIndex {
  /** Takes a text in; it need not be asked for first. @returns its number, from 0 */
  add(grams: Int32Array): number;
  /** The most similar text of at least the threshold, the earliest of equals. @param grams ascending, of one table */
  nearest(grams: Int32Array): NearText | undefined;
}

/**
 * Permutations are x -> a x + b modulo 2^32 with odd a, on numbers that were mixed before. Each candidate is checked on
 * its 3-grams, so nothing below the threshold is ever found. Takes 8 bytes a band and text beside the texts' 3-grams.
 * @param threshold in (0, 1]
 */
export function createNearIndex(threshold: number, seed = 1): NearIndex {
  const { bands, rows } = planBands(threshold);
  const random = createRandom(seed, "minhash");
  const used = bands * rows;
  const factors = Int32Array.from({ length: used }, () => random.nextUint32() | 1);
  const offsets = Int32Array.from({ length: used }, () => random.nextUint32());
  const signature = new Uint32Array(used);
  const keys = new Int32Array(bands);

  const texts: Int32Array[] = [];
  let capacity = 1 << 10;
  let heads = new Int32Array(bands * capacity).fill(-1); // [bands, capacity]: newest text of a bucket
  let next = new Int32Array(bands * capacity); // [capacity, bands]: the one before it
  let keyOf = new Int32Array(bands * capacity); // [capacity, bands]
  let seen = new Int32Array(capacity).fill(-1);
  let query = 0;

  const sign = (grams: Int32Array) => {
    signature.fill(0xffffffff);
    for (let g = 0; g < grams.length; g++) {
      const x = mix32(grams[g]! + 1);
      for (let i = 0; i < used; i++) {
        const h = (Math.imul(x, factors[i]!) + offsets[i]!) >>> 0;
        if (h < signature[i]!) signature[i] = h;
      }
    }
    for (let band = 0; band < bands; band++) {
      let key = band;
      for (let row = 0; row < rows; row++)
        key = Math.imul(key ^ signature[band * rows + row]!, 0x01000193) + row;
      keys[band] = mix32(key);
    }
  };
  const link = (row: number) => {
    for (let band = 0; band < bands; band++) {
      const bucket = band * capacity + (keyOf[row * bands + band]! & (capacity - 1));
      next[row * bands + band] = heads[bucket]!;
      heads[bucket] = row;
    }
  };
  const grow = () => {
    capacity *= 2;
    const enlarge = (numbers: Int32Array, size: number) => {
      const larger = new Int32Array(size);
      larger.set(numbers);
      return larger;
    };
    heads = new Int32Array(bands * capacity).fill(-1);
    next = new Int32Array(bands * capacity);
    keyOf = enlarge(keyOf, bands * capacity);
    seen = enlarge(seen, capacity);
    for (let row = 0; row < texts.length; row++) link(row);
  };
  return {
    add(grams) {
      if (texts.length === capacity) grow();
      const row = texts.push(grams) - 1;
      sign(grams);
      keyOf.set(keys, row * bands);
      seen[row] = -1;
      if (grams.length > 0) link(row);
      return row;
    },
    nearest(grams) {
      if (grams.length === 0) return undefined;
      sign(grams);
      query++;
      let best: NearText | undefined;
      for (let band = 0; band < bands; band++) {
        const key = keys[band]!;
        let row = heads[band * capacity + (key & (capacity - 1))]!;
        for (; row >= 0; row = next[row * bands + band]!) {
          if (seen[row] === query || keyOf[row * bands + band] !== key) continue;
          seen[row] = query;
          const other = texts[row]!;
          // |A and B| / |A or B| is at most the smaller set over the larger
          if (Math.min(grams.length, other.length) < threshold * Math.max(grams.length, other.length))
            continue;
          const similarity = jaccard(grams, other);
          if (similarity < threshold) continue;
          if (
            best === undefined ||
            similarity > best.similarity ||
            (similarity === best.similarity && row < best.row)
          )
            best = { row, similarity };
        }
      }
      return best;
    },
  };
}
