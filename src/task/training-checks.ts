/** @file A task spec of the right shape -> what its training says against its labels and its gold. */
import { didYouMean } from "../util/did-you-mean.ts";
import type { TaskSpec } from "./spec.ts";
import type { SpecIssue } from "./spec-checks.ts";

function* checkClassWeights({ labels, training }: TaskSpec): Generator<SpecIssue> {
  if (typeof training.classWeights === "string") return;
  const known = [...Object.keys(labels), "O"];
  for (const name of Object.keys(training.classWeights)) {
    if (known.includes(name)) continue;
    const message = `Unknown label "${name}".${didYouMean(name, known)} Labels: ${known.join(", ")} (words outside of mentions).`;
    yield { path: ["training", "classWeights", name], message };
  }
}

function* checkSelection({ training, gold }: TaskSpec): Generator<SpecIssue> {
  const selecting = gold.flatMap(({ use }, index) => (use === "select" ? [index] : []));
  const [first, second] = selecting;
  if (second !== undefined) {
    const message = `Two gold files have "use: select": "${gold[first!]!.name}" and "${gold[second]!.name}". Leave one.`;
    yield { path: ["gold", second, "use"], message };
  }
  if (training.evaluateEvery !== "never") return;
  const needs = "needs training.evaluateEvery: epoch, or a number of steps";
  if (training.patience !== undefined) {
    yield { path: ["training", "patience"], message: `training.patience ${needs}.` };
  }
  if (first !== undefined) yield { path: ["gold", first, "use"], message: `"use: select" ${needs}.` };
}

export function checkTraining(spec: TaskSpec): SpecIssue[] {
  return [...checkClassWeights(spec), ...checkSelection(spec)];
}
