/** @file Marked examples and what a model that has not seen them says of their words -> those that it reads as they are marked, the surest first. */
import type { Example } from "../task/example.ts";
import type { WordReading } from "../task/label-doubt.ts";
import { tagNames, toTags } from "../task/tags.ts";

/** Which examples are sought. */
export interface LearntOptions {
  /** In the order of the model's tags. */
  readonly labels: readonly string[];
  /** Of the examples with a mention, and of those without, each; in [0, 1]. */
  readonly share: number;
}

/**
 * The share of a corpus that says least that the rest does not say: an example is as sure as its least sure word, by the
 * probability of the tag that is given. With and without mentions apart, since most that is easy is without.
 * @param readings one an example, in their order
 * @returns ids
 */
export function findLearnt(
  examples: readonly Example[],
  readings: readonly WordReading[],
  { labels, share }: LearntOptions,
): string[] {
  const width = tagNames(labels).length;
  const ranked = examples
    .map((example, index) => {
      const { words, probabilities } = readings[index]!;
      const { tags } = toTags(words, example.mentions, labels);
      const least = tags.reduce((low, tag, word) => Math.min(low, probabilities[word * width + tag]!), 1);
      return { id: example.id, isMarked: example.mentions.length > 0, least };
    })
    .sort((a, b) => b.least - a.least); // stable
  return [true, false].flatMap((isMarked) => {
    const side = ranked.filter((one) => one.isMarked === isMarked);
    return side.slice(0, Math.round(share * side.length)).map(({ id }) => id);
  });
}
