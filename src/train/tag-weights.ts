/** @file Class weights as a task names them -> one weight a tag, or a class of pairs. */
import type { LabelledSequence } from "../model/sequence.ts";
import { tagNames } from "../task/tags.ts";
import type { ClassWeights } from "../task/training-features.ts";

/**
 * A label's weight goes to its B- and I- tags. `balanced` is words / (tags * words with the tag); a tag that no word
 * has gets 1.
 * @returns undefined where all weigh the same
 */
export function tagWeights(
  classWeights: ClassWeights,
  labels: readonly string[],
  sequences: readonly LabelledSequence[],
): Float64Array | undefined {
  const labelOf = (tag: string) => (tag === "O" ? tag : tag.slice(2));
  return classWeightsOf(classWeights, tagNames(labels), sequences, labelOf);
}

/** The same for outputs of any names. @param keyOf what an output is called in `classWeights`. Default: its own name */
export function classWeightsOf(
  classWeights: ClassWeights,
  names: readonly string[],
  sequences: readonly LabelledSequence[],
  keyOf: (name: string) => string = (name) => name,
): Float64Array | undefined {
  if (classWeights === "none") return undefined;
  if (classWeights !== "balanced") {
    const weightOf = (key: string) => (Object.hasOwn(classWeights, key) ? classWeights[key]! : 1);
    return Float64Array.from(names, (name) => weightOf(keyOf(name)));
  }
  const counts = new Float64Array(names.length);
  for (const { tags } of sequences) for (const tag of tags) counts[tag] = counts[tag]! + 1;
  const words = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count > 0 ? words / (names.length * count) : 1));
}
