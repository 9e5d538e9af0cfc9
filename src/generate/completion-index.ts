/** @file Prompt ids -> hash and line of what is stored for each, packed: some 100 bytes a prompt, most of them its id. */

/** What is known of a prompt. */
export interface IndexEntry {
  /** 16 hex digits, see `hashPrompt`. */
  readonly hash: string;
  /** Of its completion, or of its last failure; from 1. */
  readonly line: number;
  readonly good: boolean;
}

export interface CompletionIndex {
  get(promptId: string): IndexEntry | undefined;
  set(promptId: string, entry: IndexEntry): void;
}

export const HASH_PATTERN = /^[0-9a-f]{16}$/;

/** Numbers of an entry: the two halves of the hash, and the line, negative for a failure. */
const WIDTH = 3;

export function createCompletionIndex(): CompletionIndex {
  const places = new Map<string, number>();
  let packed = new Int32Array(1024 * WIDTH);
  return {
    get(promptId) {
      const place = places.get(promptId);
      if (place === undefined) return undefined;
      const [high = 0, low = 0, line = 0] = packed.subarray(place * WIDTH, (place + 1) * WIDTH);
      return { hash: renderHalf(high) + renderHalf(low), line: Math.abs(line), good: line > 0 };
    },
    set(promptId, { hash, line, good }) {
      const place = places.get(promptId) ?? places.size;
      places.set(promptId, place);
      if ((place + 1) * WIDTH > packed.length) {
        const larger = new Int32Array(packed.length * 2);
        larger.set(packed);
        packed = larger;
      }
      const halves = [parseHalf(hash.slice(0, 8)), parseHalf(hash.slice(8))];
      packed.set([...halves, good ? line : -line], place * WIDTH);
    },
  };
}

const parseHalf = (digits: string) => Number.parseInt(digits, 16) | 0;
const renderHalf = (half: number) => (half >>> 0).toString(16).padStart(8, "0");
