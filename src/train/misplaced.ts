/** @file Labelled pairs -> copies with the tail's mark on another word: what a tagger's mistakes look like, never related. */
import type { MarkedPair } from "../task/relation-example.ts";
import { splitWords } from "../tokenize/words.ts";
import { createRandom, type Random, shuffle } from "../util/random.ts";

/** Words of English that no tagger takes for a name. */
const FUNCTION_WORDS = new Set(
  "the and for with from that this these those was were are has have had not but its their his her our who which when than then into onto over under between among within without after before during both each all any some such more most less other may might can could should would will did does been being also only very there here where while because however thus although via per".split(
    " ",
  ),
);

/** Words that a mark may be moved to: letters, more than two, no function words, not in one of the two mentions. */
function otherWords({ text, head, tail }: MarkedPair) {
  return splitWords(text).filter(({ start, end }) => {
    const word = text.slice(start, end);
    const isFree = [head, tail].every((mention) => end <= mention.start || start >= mention.end);
    return isFree && /^\p{L}{3,}$/u.test(word) && !FUNCTION_WORDS.has(word.toLowerCase());
  });
}

/** How often one word of a longer name is marked rather than a word elsewhere. */
const PART_SHARE = 0.2;

/** @returns undefined where the text has no other word to mark */
function misplaceTail(pair: MarkedPair, random: Random): MarkedPair | undefined {
  const parts = splitWords(pair.text.slice(pair.tail.start, pair.tail.end)).map(({ start, end }) => ({
    start: start + pair.tail.start,
    end: end + pair.tail.start,
  }));
  const isPart = random.next() < PART_SHARE && parts.length > 1;
  const words = isPart ? parts : otherWords(pair);
  const word = words[Math.floor(random.next() * words.length)];
  return word && { ...pair, tail: { ...word, label: pair.tail.label } };
}

/** Copies of some pairs, others every epoch. */
export interface MisplacedPairs {
  readonly count: number;
  /** @param place from 0 to `count` - 1; a function of seed, epoch and place */
  draw(place: number, epoch: number): MarkedPair;
}

/** @param share copies over pairs, in [0, 1]; pairs whose text has no other word to mark are passed over */
export function misplacePairs(pairs: readonly MarkedPair[], share: number, seed: number): MisplacedPairs {
  const usable = share > 0 ? pairs.filter((pair) => otherWords(pair).length > 0) : [];
  const count = Math.round(share * usable.length);
  let order: { epoch: number; pairs: readonly MarkedPair[] } | undefined;
  return {
    count,
    draw(place, epoch) {
      if (order?.epoch !== epoch)
        order = { epoch, pairs: shuffle(usable, createRandom(seed, "misplaced", epoch)) };
      const pair = order.pairs[place]!;
      return misplaceTail(pair, createRandom(seed, "misplaced", epoch, place)) ?? pair;
    },
  };
}
