/** @file Examples -> parts of about equal size to leave out in turn, with all examples of a prompt in one. */
import type { Example } from "../task/example.ts";
import { InputError } from "../util/errors.ts";
import { createRandom, shuffle } from "../util/random.ts";

/**
 * Prompts are shuffled, then each goes to the part that has the fewest examples: a function of the seed and the
 * examples' prompts alone, whatever their order.
 * @returns the part of each example, from 0
 * @throws InputError when there are not as many prompts as parts
 */
export function assignFolds(
  examples: readonly Pick<Example, "prompt">[],
  folds: number,
  seed: number,
): Int32Array {
  const sizes = new Map<string, number>();
  for (const { prompt } of examples) sizes.set(prompt, (sizes.get(prompt) ?? 0) + 1);
  if (sizes.size < folds) {
    throw new InputError(
      "folds-too-many",
      `The corpus cannot be cut into ${folds} parts: its ${examples.length} examples come from ${sizes.size} prompt(s), and those of one prompt stay together.`,
      { hint: "Lower curation.disagreement.folds, or add prompts." },
    );
  }
  const filled = new Array<number>(folds).fill(0);
  const foldOf = new Map<string, number>();
  for (const prompt of shuffle([...sizes.keys()].sort(), createRandom(seed, "folds"))) {
    const fold = filled.indexOf(Math.min(...filled));
    foldOf.set(prompt, fold);
    filled[fold] = filled[fold]! + sizes.get(prompt)!;
  }
  return Int32Array.from(examples, ({ prompt }) => foldOf.get(prompt)!);
}
