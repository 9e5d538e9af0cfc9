/** @file Pairs of whole numbers -> dense numbers, in typed memory: a Map of millions of pairs would take ten times as much. */

/** Numbers of pairs, from 0 in the order in which they were first seen. */
export interface PairIds {
  readonly size: number;
  /** The pair's number, a new one where it has none. @param a in [0, 2^31) @param b in [0, 2^31) */
  add(a: number, b: number): number;
  /** The pair's number, or -1. */
  find(a: number, b: number): number;
}

/** Avalanche of 32 bits (MurmurHash3 finalizer). */
export function mix32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const EMPTY = -1;

/** Open addressing, at most half full: 24 bytes a pair, 12 where the table has just grown. */
export function createPairIds(): PairIds {
  let capacity = 1 << 10;
  let slots = new Int32Array(capacity).fill(EMPTY);
  let first = new Int32Array(capacity >> 1);
  let second = new Int32Array(capacity >> 1);
  let size = 0;

  const slotOf = (a: number, b: number): number => {
    let slot = mix32(mix32(a) + Math.imul(b, 0x9e3779b1)) & (capacity - 1);
    for (let id = slots[slot]!; id !== EMPTY; id = slots[slot]!) {
      if (first[id] === a && second[id] === b) break;
      slot = (slot + 1) & (capacity - 1);
    }
    return slot;
  };
  const grow = () => {
    capacity *= 2;
    const [a, b] = [first, second];
    first = new Int32Array(capacity >> 1);
    second = new Int32Array(capacity >> 1);
    first.set(a);
    second.set(b);
    slots = new Int32Array(capacity).fill(EMPTY);
    for (let id = 0; id < size; id++) slots[slotOf(first[id]!, second[id]!)] = id;
  };
  return {
    get size() {
      return size;
    },
    find: (a, b) => slots[slotOf(a, b)]!,
    add(a, b) {
      const slot = slotOf(a, b);
      const known = slots[slot]!;
      if (known !== EMPTY) return known;
      if (size >= capacity >> 1) {
        grow();
        slots[slotOf(a, b)] = size;
      } else slots[slot] = size;
      first[size] = a;
      second[size] = b;
      return size++;
    },
  };
}
