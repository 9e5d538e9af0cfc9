/** @file A task spec of the right shape -> what its training says against its labels and its gold. */
import { didYouMean } from "../util/did-you-mean.ts";
import type { TaskKind, TaskSpec } from "./spec.ts";
import type { SpecIssue } from "./spec-checks.ts";

/** What weights may be given to, and how a message names it. */
const WEIGHTED: {
  readonly [K in TaskKind]: (spec: TaskSpec) => { what: string; known: string[]; note: string };
} = {
  ner: ({ labels }) => ({
    what: "label",
    known: [...Object.keys(labels), "O"],
    note: " (words outside of mentions)",
  }),
  relation: ({ relation }) => ({ what: "class", known: Object.keys(relation?.classes ?? {}), note: "" }),
};

function* checkClassWeights(spec: TaskSpec): Generator<SpecIssue> {
  const { kind, training } = spec;
  if (typeof training.classWeights === "string") return;
  const { what, known, note } = WEIGHTED[kind](spec);
  for (const name of Object.keys(training.classWeights)) {
    if (known.includes(name)) continue;
    const title = what === "class" ? "Classes" : "Labels";
    const message = `Unknown ${what} "${name}".${didYouMean(name, known)} ${title}: ${known.join(", ")}${note}.`;
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

/** Keys that say how pairs are read. */
const PAIR_KEYS = ["markers", "pooling", "threshold", "misplaced"] as const;

function* checkPairKeys({ kind, training }: TaskSpec): Generator<SpecIssue> {
  if (kind === "relation") return;
  for (const key of PAIR_KEYS.filter((name) => training[name] !== undefined)) {
    const message = `training.${key} is for tasks of kind relation; this one is of kind ${kind}. Take the key out.`;
    yield { path: ["training", key], message };
  }
}

export function checkTraining(spec: TaskSpec): SpecIssue[] {
  return [...checkClassWeights(spec), ...checkSelection(spec), ...checkPairKeys(spec)];
}
