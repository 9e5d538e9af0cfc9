/** @file A dataset and the task's gold -> what is trained on, and what training is scored on while it goes on. */
import type { Dataset } from "../dataset/build-dataset.ts";
import type { RelationDataset } from "../dataset/build-relations.ts";
import { splitByPrompt } from "../dataset/split-by-prompt.ts";
import type { Example } from "../task/example.ts";
import type { RelationExample } from "../task/relation-example.ts";
import type { TaskSpec } from "../task/spec.ts";
import type { RelationSelectionSet, SelectionSet } from "../train/dev-scorer.ts";
import { InputError } from "../util/errors.ts";
import { readGolds, readRelationGolds } from "./read-golds.ts";

/** What is trained on, and the examples that are scored instead where the gold has none to choose by. */
interface Held<E> {
  readonly examples: readonly E[];
  readonly scored: readonly (Omit<E, "prompt"> & { readonly document: string })[];
}

const SYNTHETIC = { kind: "synthetic", name: "held-out prompts" } as const;

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
  if (spec.training.evaluateEvery === "never") return { examples: train };
  const [gold] = await readGolds(taskFile, spec, "select");
  if (gold !== undefined) {
    const { name, labels } = gold;
    return { examples: train, selection: { kind: "gold", name, labels, examples: gold.gold.examples } };
  }
  const { examples, scored } = holdOutPrompts(spec, train);
  return { examples, selection: { ...SYNTHETIC, examples: scored } };
}

/** The twin of {@link holdOut} for pairs. */
export async function holdOutPairs(
  taskFile: string,
  spec: TaskSpec,
  { train }: RelationDataset,
): Promise<{ examples: readonly RelationExample[]; selection?: RelationSelectionSet }> {
  if (spec.training.evaluateEvery === "never") return { examples: train };
  const [gold] = await readRelationGolds(taskFile, spec, "select");
  // Gold of documents has no pairs, and the task file's checks refuse it here.
  if (gold !== undefined && "pairs" in gold.gold) {
    return { examples: train, selection: { kind: "gold", name: gold.name, examples: gold.gold.pairs } };
  }
  const { examples, scored } = holdOutPrompts(spec, train);
  return { examples, selection: { ...SYNTHETIC, examples: scored } };
}

function holdOutPrompts<E extends { readonly prompt: string }>(
  { training, dataset }: TaskSpec,
  train: readonly E[],
): Held<E> {
  const split = splitByPrompt(train, training.selectFraction, dataset.seed);
  if (split.dev.length === 0) {
    throw new InputError(
      "selection-empty",
      `training.evaluateEvery is ${training.evaluateEvery}, but the training examples are all of one prompt: none can be held out.`,
      { hint: 'Add prompts, name a gold file with "use: select", or take the key out.' },
    );
  }
  return {
    examples: split.train,
    scored: split.dev.map(({ prompt, ...example }) => ({ ...example, document: prompt })),
  };
}
