/** @file A seed and a step -> dropout masks: 0, or 1 / (1 - rate) (Srivastava et al. 2014, inverted). */
import { createRandom } from "../util/random.ts";

/** Makes the masks of one training step after another. */
export interface DropoutMasks {
  /** Draws afresh. The masks of a step depend on the seed and the step's number alone, so a resumed run meets the same. */
  begin(step: number): void;
  /** A mask of that many elements, valid until the next `begin`. */
  take(size: number): Float32Array;
}

/** Room in the pool for windows to start at different places. */
const SLACK = 1 << 20;

/**
 * @param rate share of the elements that become 0, from 0 up to, not with, 1; the others become 1 / (1 - rate)
 *
 * Each step fills one pool with independent draws; every mask is a window of it at a random place. Two masks of a
 * step can share draws, but never at the same position, and no draw outlives its step. Separate draws
 * for every mask would take several times as long.
 */
export function createDropoutMasks(seed: number, rate: number): DropoutMasks {
  const keep = Math.round((1 - rate) * 65536); // one 32-bit draw decides two elements, to 1 / 65536
  const kept = 65536 / keep;
  let pool = new Float32Array(0);
  let filled = 0;
  let random = createRandom(seed, "dropout", rate, 0);

  /** The pool's elements are drawn in order, so its content does not depend on when it had to grow. */
  const fill = (size: number) => {
    if (pool.length < size) {
      const grown = new Float32Array(size);
      grown.set(pool.subarray(0, filled));
      pool = grown;
    }
    const draw = drawer;
    for (; filled < size; filled += 2) {
      const bits = draw.nextUint32();
      pool[filled] = (bits & 0xffff) < keep ? kept : 0;
      pool[filled + 1] = bits >>> 16 < keep ? kept : 0;
    }
  };
  let drawer = createRandom(seed, "dropout-pool", rate, 0);
  const starts = new Set<number>(); // of this step's masks

  return {
    begin(step) {
      random = createRandom(seed, "dropout", rate, step);
      drawer = createRandom(seed, "dropout-pool", rate, step);
      filled = 0;
      starts.clear();
    },
    take(size) {
      const wanted = size + SLACK;
      fill(wanted + (wanted % 2));
      let start = random.nextInt(SLACK);
      while (starts.has(start)) start = random.nextInt(SLACK);
      starts.add(start);
      return pool.subarray(start, start + size);
    },
  };
}
