/** @file Examples -> train and dev, with all examples of a prompt on one side. */
import type { Example } from "../task/example.ts";
import { createRandom, shuffle } from "../util/random.ts";

/** The two sides, each in the order of the input. */
export interface Split<T = Example> {
  readonly train: T[];
  readonly dev: T[];
  readonly trainPrompts: number;
  readonly devPrompts: number;
}

/**
 * Draws `devFraction` of the prompts (at least one and not all, if there are two; none if it is 0). Which ones depends
 * on the seed and the set of prompt ids, not on their order.
 */
export function splitByPrompt<T extends { readonly prompt: string }>(
  examples: readonly T[],
  devFraction: number,
  seed: number,
): Split<T> {
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
