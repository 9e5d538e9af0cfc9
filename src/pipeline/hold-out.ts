/** @file A dataset and the task's gold -> what is trained on, and what training is scored on while it goes on. */
import type { Dataset } from "../dataset/build-dataset.ts";
import { splitByPrompt } from "../dataset/split-by-prompt.ts";
import type { Example } from "../task/example.ts";
import type { TaskSpec } from "../task/spec.ts";
import type { SelectionSet } from "../train/dev-scorer.ts";
import { InputError } from "../util/errors.ts";
import { readGolds } from "./read-golds.ts";

/**
 * Nothing is held out unless the task asks for scores in mid-course. The gold file with `use: select` is taken where it
 * is there; otherwise some of the training prompts are held out, beside those of the synthetic dev set: that one is
 * reported on, so it must not be chosen by.
 * @throws InputError when there is only one prompt to take them from
 */
export async function holdOut(
  taskFile: string,
  spec: TaskSpec,
  { train }: Dataset,
): Promise<{ examples: readonly Example[]; selection?: SelectionSet }> {
  const { evaluateEvery, selectFraction } = spec.training;
  if (evaluateEvery === "never") return { examples: train };
  const [gold] = await readGolds(taskFile, spec, "select");
  if (gold !== undefined) {
    const { name, labels } = gold;
    return { examples: train, selection: { kind: "gold", name, labels, examples: gold.gold.examples } };
  }
  const split = splitByPrompt(train, selectFraction, spec.dataset.seed);
  if (split.dev.length === 0) {
    throw new InputError(
      "selection-empty",
      `training.evaluateEvery is ${evaluateEvery}, but the training examples are all of one prompt: none can be held out.`,
      { hint: 'Add prompts, name a gold file with "use: select", or take the key out.' },
    );
  }
  const examples = split.dev.map(({ prompt, ...example }) => ({ ...example, document: prompt }));
  return { examples: split.train, selection: { kind: "synthetic", name: "held-out prompts", examples } };
}
