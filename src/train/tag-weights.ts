/** @file Class weights as a task names them -> one weight a tag. */
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
  if (classWeights === "none") return undefined;
  const names = tagNames(labels);
  if (classWeights !== "balanced") {
    const weightOf = (name: string) => (Object.hasOwn(classWeights, name) ? classWeights[name]! : 1);
    return Float64Array.from(names, (tag) => weightOf(tag === "O" ? tag : tag.slice(2)));
  }
  const counts = new Float64Array(names.length);
  for (const { tags } of sequences) for (const tag of tags) counts[tag] = counts[tag]! + 1;
  const words = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count > 0 ? words / (names.length * count) : 1));
}
