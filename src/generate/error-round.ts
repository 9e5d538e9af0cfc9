/** @file A task and the classes of its errors -> the task with further prompt sets, for a second or later round. */
import type { PromptSetSpec } from "../task/prompt-spec.ts";
import type { TaskKind, TaskSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";
import type { ErrorClass } from "./error-classes.ts";
import type { RelationErrorClass } from "./error-classes-re.ts";
import { adviseOn } from "./error-sentences.ts";
import { adviseOnRelation, mistakeOf } from "./error-sentences-re.ts";
import { requirePrompts } from "./prompt-lines.ts";
import { shareOut } from "./share-out.ts";

/** A class of error of a task of any kind. */
export type AnyErrorClass = ErrorClass | RelationErrorClass;

export interface ErrorRoundOptions {
  /** 2 or more; the sets are called `round<number>-...`. */
  readonly round: number;
  /** Prompts of the round, spread over the classes by their share. */
  readonly prompts: number;
  /** Classes that get a set, the most frequent first. Default: 6. */
  readonly classes?: number;
}

/** What a class of error adds to a set of prompts. */
interface Change {
  /** Part of the set's name: a word of a closed list. */
  readonly kind: string;
  readonly count: number;
  change(base: PromptSetSpec): Partial<PromptSetSpec>;
}

const addTo = (base: PromptSetSpec, added: Pick<PromptSetSpec, "rules" | "hardNegatives">) => ({
  rules: [...base.rules, ...added.rules],
  hardNegatives: [...base.hardNegatives, ...added.hardNegatives],
});

/** The classes that are of the task, each with what it changes; one way a kind of task. */
const CHANGES: {
  readonly [K in TaskKind]: (spec: TaskSpec, classes: readonly AnyErrorClass[]) => readonly Change[];
} = {
  ner: ({ labels }, classes) =>
    classes.flatMap((group) => {
      if (!("label" in group) || !Object.hasOwn(labels, group.label)) return [];
      const change = (base: PromptSetSpec) => {
        const { empty, several, ...added } = adviseOn(group);
        return { ...addTo(base, added), ...(base.form === "sentences" && { empty, several }) };
      };
      return [{ kind: group.kind.replace("+", "-"), count: group.count, change }];
    }),
  relation: ({ relation }, classes) =>
    classes.flatMap((group) => {
      if (relation === undefined || "label" in group) return [];
      const isOwn = (name: string) => Object.hasOwn(relation.classes, name);
      if (!isOwn(group.gold) || !isOwn(group.predicted)) return [];
      const change = (base: PromptSetSpec) => {
        const { shares, ...added } = adviseOnRelation(group, relation);
        return { ...addTo(base, added), shares };
      };
      return [{ kind: mistakeOf(group, relation.negative), count: group.count, change }];
    }),
};

const describeKnown: {
  readonly [K in TaskKind]: (spec: TaskSpec) => readonly [what: string, names: object];
} = {
  ner: ({ labels }) => ["label", labels],
  relation: ({ relation }) => ["class", relation?.classes ?? {}],
};

/**
 * Adds a prompt set for each of the most frequent classes of error, made like the task's first set of sentences (or its
 * first set) with sentences of `adviseOn` or `adviseOnRelation` added. To everything else they are sets like any other.
 *
 * What leaves the house: for each class, fixed sentences of ours with the label's name, or the names of the relation's
 * classes, in them, chosen by what the class of error says; and how many prompts there are of each class, which shows
 * how frequent it is. No text of an evaluated document, so classes may come from a set that is private.
 * @throws InputError `round-exists`, `errors-absent`, `prompts-absent`
 */
export function addErrorRound(
  spec: TaskSpec,
  classes: readonly AnyErrorClass[],
  { round, prompts, classes: most = 6 }: ErrorRoundOptions,
): TaskSpec {
  const asked = requirePrompts(spec);
  if (asked.sets.some(({ name }) => name.startsWith(`round${round}-`))) {
    throw new InputError("round-exists", `Task "${spec.name}" has prompt sets of round ${round} already.`, {
      hint: `Ask for round ${round + 1}.`,
    });
  }
  const top = CHANGES[spec.kind](spec, classes).slice(0, most);
  if (top.length === 0) {
    const [what, names] = describeKnown[spec.kind](spec);
    throw new InputError("errors-absent", `The evaluation has no error with a ${what} of the task.`, {
      hint: `The task has: ${Object.keys(names).join(", ")}.`,
    });
  }
  const base = asked.sets.find(({ form }) => form === "sentences") ?? asked.sets[0]!;
  const counts = shareOut(
    prompts,
    top.map(({ count }) => count),
  );
  const sets = top.flatMap(({ kind, change }, index): PromptSetSpec[] => {
    const name = `round${round}-${index + 1}-${kind}`;
    return counts[index] === 0 ? [] : [{ ...base, name, prompts: counts[index]!, ...change(base) }];
  });
  return { ...spec, prompts: { ...asked, sets: [...asked.sets, ...sets] } };
}
