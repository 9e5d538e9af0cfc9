/** @file A task and the classes of its errors -> the task with further prompt sets, for a second or later round. */
import type { PromptSetSpec } from "../task/prompt-spec.ts";
import type { TaskSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";
import type { ErrorClass } from "./error-classes.ts";
import { adviseOn } from "./error-sentences.ts";
import { requirePrompts } from "./prompt-lines.ts";
import { shareOut } from "./share-out.ts";

export interface ErrorRoundOptions {
  /** 2 or more; the sets are called `round<number>-...`. */
  readonly round: number;
  /** Prompts of the round, spread over the classes by their share. */
  readonly prompts: number;
  /** Classes that get a set, the most frequent first. Default: 6. */
  readonly classes?: number;
}

/** Only what the prompts depend on is named here: counts and shares, labels of the task, closed lists. */
const nameOf = (round: number, rank: number, { kind }: ErrorClass) =>
  `round${round}-${rank}-${kind.replace("+", "-")}`;

/**
 * Adds a prompt set for each of the most frequent classes of error, made like the task's first set of sentences (or its
 * first set) with sentences of {@link adviseOn} added. To everything else they are sets like any other.
 *
 * What leaves the house: for each class, fixed sentences of ours with the label's name in them, chosen by label, kind,
 * length class, form and extent; and how many prompts there are of each class, which shows how frequent it is. No text
 * of an evaluated document, so classes may come from a set that is private.
 * @throws InputError `round-exists`, `errors-absent`, `kind-unsupported`, `prompts-absent`
 */
export function addErrorRound(
  spec: TaskSpec,
  classes: readonly ErrorClass[],
  { round, prompts, classes: most = 6 }: ErrorRoundOptions,
): TaskSpec {
  const asked = requirePrompts(spec);
  if (spec.kind !== "ner") {
    throw new InputError(
      "kind-unsupported",
      `A round from errors needs a task of kind ner; "${spec.name}" is ${spec.kind}.`,
    );
  }
  if (asked.sets.some(({ name }) => name.startsWith(`round${round}-`))) {
    throw new InputError("round-exists", `Task "${spec.name}" has prompt sets of round ${round} already.`, {
      hint: `Ask for round ${round + 1}.`,
    });
  }
  const top = classes.filter(({ label }) => Object.hasOwn(spec.labels, label)).slice(0, most);
  if (top.length === 0) {
    throw new InputError("errors-absent", `The evaluation has no error with a label of the task.`, {
      hint: `Labels of the task: ${Object.keys(spec.labels).join(", ")}.`,
    });
  }
  const base = asked.sets.find(({ form }) => form === "sentences") ?? asked.sets[0]!;
  const counts = shareOut(
    prompts,
    top.map(({ count }) => count),
  );
  const sets = top.flatMap((group, index): PromptSetSpec[] => {
    if (counts[index] === 0) return [];
    const { rules, hardNegatives, empty, several } = adviseOn(group);
    return [
      {
        ...base,
        name: nameOf(round, index + 1, group),
        prompts: counts[index]!,
        rules: [...base.rules, ...rules],
        hardNegatives: [...base.hardNegatives, ...hardNegatives],
        ...(base.form === "sentences" && { empty, several }),
      },
    ];
  });
  return { ...spec, prompts: { ...asked, sets: [...asked.sets, ...sets] } };
}
