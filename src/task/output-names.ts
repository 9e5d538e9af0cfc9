/** @file A task -> the classes that its model tells apart, in the order of its outputs; one way a kind. */
import { InputError } from "../util/errors.ts";
import type { RelationSpec } from "./relation-spec.ts";
import type { TaskKind, TaskSpec } from "./spec.ts";
import { tagNames } from "./tags.ts";

type Outputs = Pick<TaskSpec, "name" | "labels" | "relation">;

/** The relation of a task of that kind. @throws InputError where it has none, which no parsed task of the kind has */
export function requireRelation({ name, relation }: Pick<TaskSpec, "name" | "relation">): RelationSpec {
  if (relation !== undefined) return relation;
  throw new InputError("task-invalid", `The task "${name}" has no relation.`, {
    hint: 'Add "relation" with head, tail, classes and negative to the task file.',
  });
}

const OUTPUTS: { readonly [K in TaskKind]: (spec: Outputs) => readonly string[] } = {
  ner: ({ labels }) => tagNames(Object.keys(labels)),
  relation: (spec) => Object.keys(requireRelation(spec).classes),
};

/** Tags of words, or classes of pairs. */
export function outputNames(spec: Outputs & Pick<TaskSpec, "kind">): readonly string[] {
  return OUTPUTS[spec.kind](spec);
}
