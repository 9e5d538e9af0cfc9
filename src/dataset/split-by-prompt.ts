/** @file Examples -> train and dev, with all examples of a prompt on one side. */
import { createRandom, shuffle } from "../util/random.ts";

/** The two sides, each in the order of the input. */
export interface Split<E> {
  readonly train: E[];
  readonly dev: E[];
  readonly trainPrompts: number;
  readonly devPrompts: number;
}

/**
 * Draws `devFraction` of the prompts (at least one and not all, if there are two; none if it is 0). Which ones depends
 * on the seed and the set of prompt ids, not on their order.
 */
export function splitByPrompt<E extends { readonly prompt: string }>(
  examples: readonly E[],
  devFraction: number,
  seed: number,
): Split<E> {
  const prompts = [...new Set(examples.map(({ prompt }) => prompt))].sort();
  const wanted = Math.max(1, Math.round(devFraction * prompts.length));
  const size = devFraction === 0 ? 0 : Math.min(wanted, prompts.length - 1);
  const held = new Set(shuffle(prompts, createRandom(seed, "split")).slice(0, Math.max(0, size)));
  return {
    train: examples.filter(({ prompt }) => !held.has(prompt)),
    dev: examples.filter(({ prompt }) => held.has(prompt)),
    trainPrompts: prompts.length - held.size,
    devPrompts: held.size,
  };
}
