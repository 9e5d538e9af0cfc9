/** @file A seed and a step -> dropout masks: 0, or 1 / (1 - rate) (Srivastava et al. 2014, inverted). */
import { createRandom } from "../util/random.ts";
import { allocatedBytes, createKernelMemory, type KernelMemory } from "./kernels.ts";

/** Makes the masks of one training step after another. */
export interface DropoutMasks {
  /**
   * Draws afresh.
   * @param draw what sets this draw apart, such as the step and the part of its batch: the masks depend on the seed and
   * on it alone, so a resumed run meets the same
   */
  begin(...draw: readonly number[]): void;
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
  const keep = Math.round((1 - rate) * 65536); // a 32-bit draw decides two elements, to 1 / 65536
  const kept = 65536 / keep;
  let random = createRandom(seed, "dropout", rate, 0);
  let pool = createPool(0);
  const starts = new Set<number>(); // of this step's masks

  return {
    begin(...draw) {
      random = createRandom(seed, "dropout", rate, ...draw);
      const lanes = createRandom(seed, "dropout-pool", rate, ...draw);
      for (const i of pool.state.keys()) pool.state[i] = lanes.nextUint32();
      pool.filled = 0;
      starts.clear();
    },
    take(size) {
      const wanted = Math.ceil((size + SLACK) / DRAWN_TOGETHER) * DRAWN_TOGETHER;
      if (wanted > pool.elements.length) pool = enlarged(pool, wanted);
      if (wanted > pool.filled) {
        const { elements, memory, state, filled } = pool;
        const place = elements.byteOffset + 4 * filled;
        memory.kernels.draw_mask(place, 4 * (wanted - filled), state.byteOffset, keep, kept);
        pool.filled = wanted;
      }
      let start = random.nextInt(SLACK);
      while (starts.has(start)) start = random.nextInt(SLACK);
      starts.add(start);
      return pool.elements.subarray(start, start + size);
    },
  };
}

/** Elements that the kernel draws at once. */
const DRAWN_TOGETHER = 8;

interface Pool {
  readonly memory: KernelMemory;
  readonly elements: Float32Array;
  /** Four generators of four words. */
  readonly state: Uint32Array;
  /** Elements drawn so far; they are drawn in order, so the content does not depend on when the pool had to grow. */
  filled: number;
}

function createPool(size: number): Pool {
  const memory = createKernelMemory(allocatedBytes(size) + allocatedBytes(16));
  const { buffer, byteOffset } = memory.allocate(16);
  return {
    memory,
    elements: memory.allocate(size),
    state: new Uint32Array(buffer, byteOffset, 16),
    filled: 0,
  };
}

/** Masks already taken keep the memory they are in. */
function enlarged({ elements, state, filled }: Pool, size: number): Pool {
  const pool = createPool(size);
  pool.elements.set(elements.subarray(0, filled));
  pool.state.set(state);
  pool.filled = filled;
  return pool;
}
