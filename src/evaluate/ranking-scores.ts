/** @file Scored items, right or wrong -> average precision and the area under the ROC curve, with intervals. Nothing here is ever NaN. */
import { createRandom } from "../util/random.ts";
import { type BootstrapOptions, type Interval, toInterval } from "./bootstrap.ts";

/** Something that was given a score, and whether gold says yes to it. */
export interface RankedItem {
  /** Any order-preserving number: a probability, a logit. */
  readonly score: number;
  readonly isPositive: boolean;
  /** The unit that the bootstrap draws, by number. */
  readonly document: number;
}

/** A number in [0, 1] and its 95 % interval. */
export interface RankingScore {
  readonly value: number;
  readonly ci95: Interval;
}

/** How well the scores put the positive items first, whatever the threshold. */
export interface RankingScores {
  /** Mean precision over the steps of recall, as scikit-learn's `average_precision_score`; chance is the share of positives. */
  readonly averagePrecision: RankingScore;
  /** Chance that a positive item has a higher score than a negative one, equal scores counting half (Mann & Whitney 1947); chance is 0.5. */
  readonly auc: RankingScore;
  readonly items: number;
  readonly positives: number;
}

/** Items of one score: how many of each document are positive and negative. */
type Group = readonly { readonly document: number; readonly isPositive: boolean }[];

/**
 * Scores a ranking. Without a positive item, average precision is 0; without items of both kinds, AUC is 0.5: nothing can
 * be ranked. Draws of the bootstrap that are so are left out of the interval.
 * @param documents how many there are: `document` is below it. Those without an item are drawn too.
 */
export function scoreRanking(
  items: readonly RankedItem[],
  documents: number,
  { samples, seed }: BootstrapOptions,
): RankingScores {
  const groups = groupByScore(items, renumber(items, documents));
  const once = new Float64Array(documents).fill(1);
  const { averagePrecision, auc, positives } = rank(groups, once);
  const random = createRandom(seed, "bootstrap-ranking");
  const drawn = { averagePrecision: [] as number[], auc: [] as number[] };
  const weights = new Float64Array(documents);
  for (let sample = 0; documents > 0 && sample < samples; sample++) {
    weights.fill(0);
    for (let draw = 0; draw < documents; draw++) weights[random.nextInt(documents)]!++;
    const ranked = rank(groups, weights);
    if (ranked.positives > 0) drawn.averagePrecision.push(ranked.averagePrecision);
    if (ranked.positives > 0 && ranked.negatives > 0) drawn.auc.push(ranked.auc);
  }
  return {
    averagePrecision: { value: averagePrecision, ci95: toInterval(drawn.averagePrecision, averagePrecision) },
    auc: { value: auc, ci95: toInterval(drawn.auc, auc) },
    items: items.length,
    positives,
  };
}

/** New numbers of the documents, by what is in them: the order that documents come in changes no interval. */
function renumber(items: readonly RankedItem[], documents: number): number[] {
  const contents = Array.from({ length: documents }, () => [] as string[]);
  for (const { score, isPositive, document } of items) contents[document]!.push(`${score} ${isPositive}`);
  const keys = contents.map((content) => content.sort().join("\n"));
  const order = [...keys.keys()].sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
  const numbers = new Array<number>(documents);
  for (const [place, document] of order.entries()) numbers[document] = place;
  return numbers;
}

/** From the highest score to the lowest. */
function groupByScore(items: readonly RankedItem[], numbers: readonly number[]): Group[] {
  const groups = new Map<number, { document: number; isPositive: boolean }[]>();
  for (const { score, isPositive, document } of items) {
    const group = groups.get(score);
    const member = { document: numbers[document]!, isPositive };
    if (group === undefined) groups.set(score, [member]);
    else group.push(member);
  }
  return [...groups].sort(([a], [b]) => b - a).map(([, group]) => group);
}

/** @param weights how often each document counts // [documents] */
function rank(groups: readonly Group[], weights: Float64Array) {
  let positives = 0; // with a score as high as this group's, or higher
  let negatives = 0;
  let area = 0; // pairs of a positive and a lower negative, equal ones half
  let precisions = 0; // precision times new positives
  for (const group of groups) {
    let newPositives = 0;
    let newNegatives = 0;
    for (const { document, isPositive } of group) {
      if (isPositive) newPositives += weights[document]!;
      else newNegatives += weights[document]!;
    }
    area += newNegatives * (positives + newPositives / 2);
    positives += newPositives;
    negatives += newNegatives;
    if (newPositives > 0) precisions += (newPositives * positives) / (positives + negatives);
  }
  return {
    positives,
    negatives,
    averagePrecision: positives > 0 ? precisions / positives : 0,
    auc: positives > 0 && negatives > 0 ? area / (positives * negatives) : 0.5,
  };
}
