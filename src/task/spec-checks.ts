/** @file A task spec of the right shape -> what its parts say against each other. */
import { didYouMean } from "../util/did-you-mean.ts";
import { parseMarkup } from "./markup.ts";
import { MARKUP_FAULTS } from "./rejection.ts";
import { TASK_KINDS, type TaskKind, type TaskSpec } from "./spec.ts";
import { checkTraining } from "./training-checks.ts";

/** Something wrong at one place of the spec. */
export interface SpecIssue {
  readonly path: readonly (string | number)[];
  /** Whole sentences. */
  readonly message: string;
}

function* checkKind({ kind }: TaskSpec): Generator<SpecIssue> {
  if (TASK_KINDS[kind].available) return;
  const available = (Object.keys(TASK_KINDS) as TaskKind[]).filter((name) => TASK_KINDS[name].available);
  const message = `Kind "${kind}" (${TASK_KINDS[kind].what}) comes in a later version. Kinds now: ${available.join(", ")}.`;
  yield { path: ["kind"], message };
}

function* checkLabels({ labels }: TaskSpec): Generator<SpecIssue> {
  const names = Object.keys(labels);
  const seen = new Map<string, string>();
  for (const name of names) {
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined) {
      const message = `Labels "${twin}" and "${name}" differ only in case; tags are read in any case. Rename one.`;
      yield { path: ["labels", name], message };
    }
    seen.set(name.toLowerCase(), name);
  }
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
  const seen = new Set<string>();
  for (const [index, file] of gold.entries()) {
    if (seen.has(file.name)) {
      yield {
        path: ["gold", index, "name"],
        message: `Two gold files are called "${file.name}". Rename one.`,
      };
    }
    seen.add(file.name);
    for (const [position, [from, to]] of Object.entries(file.labels ?? {}).entries()) {
      if (names.includes(to)) continue;
      // A list was turned into a map by the schema; its entries are found by number, a map's by key.
      const message = `Unknown label "${to}".${didYouMean(to, names)} Labels: ${names.join(", ")}.`;
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

/** Everything the schema cannot see: kinds to come, examples in markup, labels that do not exist. */
export function checkSpec(spec: TaskSpec): SpecIssue[] {
  return [
    ...checkKind(spec),
    ...checkLabels(spec),
    ...checkGold(spec),
    ...checkGoldClasses(spec),
    ...checkTraining(spec),
  ];
}
