/** @file Marked examples and what a model that has not seen them says of their words -> the mentions that are doubted. */
import type { Example, Span } from "../task/example.ts";
import type { LabelDoubt, WordReading } from "../task/label-doubt.ts";
import { decodeBio, fromTags, tagNames, toTags } from "../task/tags.ts";
import { InputError } from "../util/errors.ts";
import { compareReadings, type Difference } from "./compare-readings.ts";
import { classThresholds, confidentJoint } from "./confident-joint.ts";

/** What {@link findDoubts} gives. */
export interface LabelDoubts {
  /** The surest first; then in the order of the examples. */
  readonly doubts: readonly LabelDoubt[];
  /** Of the words' tags, in this order in `joint`. */
  readonly tags: readonly string[];
  /** Mean self-confidence of each tag that occurs, in [0, 1]. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Words given the tag of the row that are confidently of the column's. */
  readonly joint: readonly (readonly number[])[];
}

/** How they are found. */
export interface DoubtOptions {
  /** In the order of the model's tags. */
  readonly labels: readonly string[];
  /** `all`: also where the model is not sure, for curves. Default: `confident`. */
  readonly which?: "confident" | "all";
}

/**
 * Confident learning (Northcutt et al. 2021) for mentions. The model's best legal tags are compared with the given ones;
 * each difference of mentions is a doubt, carried by the words whose tag differs. It is confident where each of these
 * words reaches the threshold of its new tag, the mean self-confidence of that tag: there is no number to tune. The score
 * is the mean over the words of their normalised margin, (1 + p(new) - p(given)) / 2.
 * @param readings one an example, in their order
 * @throws InputError when a reading is of another example or of other labels
 */
export function findDoubts(
  examples: readonly Example[],
  readings: readonly WordReading[],
  { labels, which = "confident" }: DoubtOptions,
): LabelDoubts {
  const tags = tagNames(labels);
  const rows = examples.map((example, index) => {
    const reading = readings[index];
    const words = reading?.words ?? [];
    if (reading?.id !== example.id || reading.probabilities.length !== words.length * tags.length) {
      throw new InputError(
        "reading-mismatch",
        `Example ${index} ("${example.id}") has no reading of its own with ${tags.length} tags a word.`,
      );
    }
    const { probabilities } = reading;
    return { example, words, probabilities, given: toTags(words, example.mentions, labels).tags };
  });
  const thresholds = classThresholds(rows, tags.length);
  const doubts = rows.flatMap((row) => {
    const { example, words, probabilities, given } = row;
    const best = decodeBio(probabilities.map(Math.log), labels);
    const marked = fromTags(words, given, labels);
    return compareReadings(marked, fromTags(words, best, labels)).differences.flatMap((difference) => {
      const changed = changedWords({ words, given, best }, difference);
      const p = (word: number, tag: number) => probabilities[word * tags.length + tag]!;
      const isSure = changed.every((word) => p(word, best[word]!) >= thresholds[best[word]!]!);
      if (!isSure && which === "confident") return [];
      const margins = changed.map((word) => p(word, best[word]!) - p(word, given[word]!));
      const margin = margins.reduce((sum, one) => sum + one, 0) / margins.length;
      return [{ id: example.id, ...asMarked(difference, example), score: (1 + margin) / 2 }];
    });
  });
  return {
    doubts: doubts.sort((a, b) => b.score - a.score), // stable
    tags,
    thresholds: Object.fromEntries(
      tags.flatMap((tag, index) => (Number.isFinite(thresholds[index]) ? [[tag, thresholds[index]!]] : [])),
    ),
    joint: confidentJoint(rows, thresholds),
  };
}

const overlaps = (a: Span, b: Span) => a.start < b.end && b.start < a.end;

/**
 * Words of a difference whose tags differ; never none. Where a mention goes on in the other reading, and that one is
 * paired with a neighbour, all its own words may have equal tags: then the word that follows makes the difference.
 */
function changedWords(
  { words, given, best }: { words: readonly Span[]; given: Int32Array; best: Int32Array },
  difference: Difference,
): number[] {
  const sides = [difference.given, difference.suggested].filter((side) => side !== undefined);
  const touched = [...words.keys()].filter((word) => sides.some((side) => overlaps(words[word]!, side)));
  const changed = touched.filter((word) => given[word] !== best[word]);
  return changed.length > 0 ? changed : [touched.at(-1)! + 1];
}

/** Names the mention as it was marked where its tags had widened it to the borders of its words. */
function asMarked(difference: Difference, { mentions }: Example): Difference {
  const { given } = difference;
  if (given === undefined) return difference;
  const own = mentions.filter((mention) => mention.label === given.label && overlaps(mention, given));
  const marked = own.find(({ start, end }) => start === given.start && end === given.end) ?? own[0];
  return marked === undefined ? difference : { ...difference, given: { ...marked } };
}
