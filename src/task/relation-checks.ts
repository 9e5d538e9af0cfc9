/** @file A task spec of the right shape -> what its `relation` part says against its kind, its labels and its prompts. */
import { MARKUP_FAULTS, RELATION_FAULTS } from "./rejection.ts";
import { parseRelationLine } from "./relation-markup.ts";
import type { RelationSpec } from "./relation-spec.ts";
import type { TaskSpec } from "./spec.ts";
import type { SpecIssue } from "./spec-checks.ts";
import { checkCase, describeUnknown } from "./spec-names.ts";

const FAULTS = { ...MARKUP_FAULTS, ...RELATION_FAULTS };
/** How far shares may be from 1 together. */
const SHARE_TOLERANCE = 1e-6;

function* checkPair({ head, tail, directed }: RelationSpec, labels: readonly string[]): Generator<SpecIssue> {
  for (const [role, label] of [
    ["head", head],
    ["tail", tail],
  ] as const) {
    const message = describeUnknown("label", label, labels);
    if (message !== undefined) yield { path: ["relation", role], message };
  }
  if (!directed || head !== tail) return;
  const message = `relation.head and relation.tail are both "${head}": their tags cannot say which is which. Give them two labels, or set "directed: false".`;
  yield { path: ["relation", "tail"], message };
}

function* checkClasses({ classes, negative }: RelationSpec): Generator<SpecIssue> {
  const names = Object.keys(classes);
  if (names.length < 2) {
    const message = `relation.classes must have at least two classes, one of them for pairs that are not related, not ${names.length}.`;
    yield { path: ["relation", "classes"], message };
  }
  yield* checkCase("Classes", "they are read in any case", ["relation", "classes"], names);
  const message = describeUnknown("class", negative, names);
  if (message !== undefined) yield { path: ["relation", "negative"], message };
}

function* checkExamples(relation: RelationSpec, labels: readonly string[]): Generator<SpecIssue> {
  const names = Object.keys(relation.classes);
  for (const name of names) {
    for (const [index, example] of relation.classes[name]!.examples.entries()) {
      const path = ["relation", "classes", name, "examples", index];
      const read = parseRelationLine(example, relation, labels);
      if ("rejected" in read) {
        const at = read.tag === undefined ? "The line" : `Tag <${read.tag}>`;
        const known = `Classes: ${names.join(", ")}. Head: ${relation.head}. Tail: ${relation.tail}.`;
        yield { path, message: `${at}: ${FAULTS[read.rejected]}. ${known}` };
      } else if (read.relation !== name) {
        yield { path, message: `This example of "${name}" begins with "${read.relation}".` };
      }
    }
  }
}

function* checkSets({ prompts }: TaskSpec, classes: readonly string[]): Generator<SpecIssue> {
  for (const [index, { name, form, shares }] of (prompts?.sets ?? []).entries()) {
    const path = ["prompts", "sets", index];
    if (form === "documents") {
      const message = `Set "${name}" asks for documents; relations are asked for in sentences. Remove "form", or make the task one of kind ner.`;
      yield { path: [...path, "form"], message };
    }
    if (shares === undefined) continue;
    for (const share of Object.keys(shares)) {
      const message = describeUnknown("class", share, classes);
      if (message !== undefined) yield { path: [...path, "shares", share], message };
    }
    const sum = Object.values(shares).reduce((total, share) => total + share, 0);
    if (Math.abs(sum - 1) > SHARE_TOLERANCE) {
      const message = `The shares of set "${name}" must add up to 1, not ${Number(sum.toFixed(6))}.`;
      yield { path: [...path, "shares"], message };
    }
  }
}

/** What only a task of kind ner, or only one of kind relation, may say. */
export function* checkRelation(spec: TaskSpec): Generator<SpecIssue> {
  const { kind, relation, prompts } = spec;
  if (kind === "ner") {
    if (relation !== undefined) {
      yield {
        path: ["relation"],
        message: '"relation" is for tasks of kind relation; this one is of kind ner.',
      };
    }
    for (const [index, { name, shares }] of (prompts?.sets ?? []).entries()) {
      if (shares === undefined) continue;
      const message = `Set "${name}" has shares of relation classes; this task is of kind ner. Sentences without a mention are "empty", those with several "several".`;
      yield { path: ["prompts", "sets", index, "shares"], message };
    }
    for (const [index, { name, level }] of spec.gold.entries()) {
      if (level !== "document") continue;
      const message = `Gold "${name}" is of level document, which has relations; this task is of kind ner. Remove "level": whole documents can be gold of mentions as they are.`;
      yield { path: ["gold", index, "level"], message };
    }
    return;
  }
  if (relation === undefined) {
    const message = "relation is missing: a task of kind relation needs head, tail, classes and negative.";
    yield { path: ["relation"], message };
    return;
  }
  const labels = Object.keys(spec.labels);
  yield* checkPair(relation, labels);
  yield* checkClasses(relation);
  yield* checkExamples(relation, labels);
  yield* checkSets(spec, Object.keys(relation.classes));
  for (const [index, { name, level, use }] of spec.gold.entries()) {
    if (level !== "document" || use !== "select") continue;
    const message = `Gold "${name}" is of level document, which is scored, not selected by: a model is chosen on pairs.`;
    yield { path: ["gold", index, "use"], message };
  }
}
