/** @file Gold classes and probabilities of pairs -> how well the probabilities rank them, by class and pooled. */
import type { BootstrapOptions } from "./bootstrap.ts";
import { type RankedItem, type RankingScores, scoreRanking } from "./ranking-scores.ts";

/** Of every class but the negative one. */
export interface RelationRanking {
  /** Pair by class, pooled, as scikit-learn's `average="micro"`; with two classes, the one that is not negative. */
  readonly micro: RankingScores;
  /** A class against all others, by its probability. */
  readonly classes: Readonly<Record<string, RankingScores>>;
}

/** A pair by the number of its class. */
export interface RankedPair {
  readonly gold: number;
  readonly probabilities: readonly number[]; // [classes]
  /** Pairs of one document are drawn together. Absent: the pair is its own. */
  readonly document?: string;
}

/** @param negative the number of the class that is left out */
export function rankRelations(
  pairs: readonly RankedPair[],
  names: readonly string[],
  negative: number,
  bootstrap: BootstrapOptions,
): RelationRanking {
  const numbers = new Map<string, number>();
  let documents = 0;
  const documentOf = pairs.map(({ document }) => {
    if (document === undefined) return documents++;
    const number = numbers.get(document) ?? documents++;
    numbers.set(document, number);
    return number;
  });
  const itemsOf = (index: number) =>
    pairs.map(
      ({ gold, probabilities }, place): RankedItem => ({
        score: probabilities[index]!,
        isPositive: gold === index,
        document: documentOf[place]!,
      }),
    );
  const positive = names.flatMap((name, index) =>
    index === negative ? [] : [{ name, items: itemsOf(index) }],
  );
  const pooled = positive.flatMap(({ items }) => items);
  const score = (items: readonly RankedItem[]) => scoreRanking(items, documents, bootstrap);
  return {
    micro: score(pooled),
    classes: Object.fromEntries(positive.map(({ name, items }) => [name, score(items)])),
  };
}
