/** @file A task spec of the right shape -> what its parts say against each other. */
import { didYouMean } from "../util/did-you-mean.ts";
import { checkGeneration } from "./generation-checks.ts";
import { parseMarkup } from "./markup.ts";
import { MARKUP_FAULTS } from "./rejection.ts";
import { checkRelation } from "./relation-checks.ts";
import type { TaskSpec } from "./spec.ts";
import { checkCase, checkUnique, describeUnknown } from "./spec-names.ts";
import { checkTraining } from "./training-checks.ts";

/** Something wrong at one place of the spec. */
export interface SpecIssue {
  readonly path: readonly (string | number)[];
  /** Whole sentences. */
  readonly message: string;
}

function* checkLabels({ labels }: TaskSpec): Generator<SpecIssue> {
  const names = Object.keys(labels);
  yield* checkCase("Labels", "tags are read in any case", ["labels"], names);
  for (const name of names) {
    for (const [index, example] of labels[name]!.examples.entries()) {
      const parsed = parseMarkup(example, names);
      if (!("rejected" in parsed)) continue;
      const meant = parsed.rejected === "unknown-tag" ? didYouMean(parsed.tag, names) : "";
      yield {
        path: ["labels", name, "examples", index],
        message: `Tag <${parsed.tag}>: ${MARKUP_FAULTS[parsed.rejected]}.${meant} Labels: ${names.join(", ")}.`,
      };
    }
  }
}

function* checkGold({ labels, gold }: TaskSpec): Generator<SpecIssue> {
  const names = Object.keys(labels);
  yield* checkUnique("gold files", ["gold"], gold);
  for (const [index, file] of gold.entries()) {
    for (const [position, [from, to]] of Object.entries(file.labels ?? {}).entries()) {
      const message = describeUnknown("label", to, names);
      if (message === undefined) continue;
      // A list was turned into a map by the schema; its entries are found by number, a map's by key.
      yield { path: ["gold", index, "labels", from === to ? position : from], message };
    }
  }
}

function* checkGoldClasses({ relation, gold }: TaskSpec): Generator<SpecIssue> {
  const names = Object.keys(relation?.classes ?? {});
  for (const [index, { classes = {} }] of gold.entries()) {
    for (const [from, to] of Object.entries(classes)) {
      if (names.includes(to)) continue;
      const message =
        relation === undefined
          ? "The task has no relation, so its gold has no classes. Take the key out."
          : `Unknown class "${to}".${didYouMean(to, names)} Classes: ${names.join(", ")}.`;
      yield { path: ["gold", index, "classes", from], message };
    }
  }
}

/** Everything the schema cannot see: examples in markup, names that do not exist, parts that need or exclude each other. */
export function checkSpec(spec: TaskSpec): SpecIssue[] {
  return [
    ...checkLabels(spec),
    ...checkRelation(spec),
    ...checkGeneration(spec),
    ...checkGold(spec),
    ...checkGoldClasses(spec),
    ...checkTraining(spec),
  ];
}
