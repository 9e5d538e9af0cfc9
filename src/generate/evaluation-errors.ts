/** @file The evaluation of a run, an unknown value -> the list of errors of one set, of the shape that a kind of task has. */
import { z } from "zod";
import { InputError } from "../util/errors.ts";

/** `evaluation.json` of a run, and what `evaluate --json` prints. */
const evaluationSchema = z.union([
  z.looseObject({
    sets: z.array(
      z.looseObject({
        kind: z.string(),
        name: z.string(),
        evaluation: z.looseObject({ errors: z.array(z.unknown()) }),
      }),
    ),
  }),
  z.looseObject({ errors: z.array(z.unknown()) }),
]);
type EvaluatedSet = { kind: string; name: string; evaluation: { errors: unknown[] } };

/**
 * @param what the kind of errors, for the message: "mentions", "relations"
 * @param asked name of the set. Absent: the only one of human annotation
 * @throws InputError `evaluation-invalid`, `evaluation-set`
 */
export function pickErrors<T>(
  evaluation: unknown,
  error: z.ZodType<T>,
  what: string,
  asked?: string,
): readonly T[] {
  const parsed = evaluationSchema.safeParse(evaluation);
  if (!parsed.success)
    throw describeInvalid("This is no evaluation: it has neither sets nor a list of errors.");
  const list =
    "sets" in parsed.data
      ? pickSet(parsed.data.sets as EvaluatedSet[], asked)
      : (parsed.data as { errors: unknown[] }).errors;
  const errors = z.array(error).safeParse(list);
  if (errors.success) return errors.data;
  throw describeInvalid(`This is no evaluation of ${what}: its errors are of another kind.`);
}

const describeInvalid = (message: string) =>
  new InputError("evaluation-invalid", message, {
    hint: "Give evaluation.json of a run folder, or what evaluate --json has printed.",
  });

function pickSet(sets: readonly EvaluatedSet[], asked: string | undefined): unknown[] {
  const names = sets.map(({ name }) => name).join(", ");
  const found = sets.filter(({ kind, name }) => (asked === undefined ? kind === "gold" : name === asked));
  if (found.length === 1) return found[0]!.evaluation.errors;
  const message =
    asked !== undefined
      ? `No set "${asked}" in this evaluation.`
      : found.length === 0
        ? "No set of human annotation in this evaluation."
        : `This evaluation has ${found.length} sets of human annotation; one has to be named.`;
  throw new InputError("evaluation-set", `${message} Sets: ${names === "" ? "none" : names}.`, {
    hint: "Name the dev set: a set whose errors led to prompts is no test set any more.",
  });
}

/** Equal groups together, most frequent first; `share` is of all of them, in [0, 1]. Of equals the one met first. */
export function countGroups<G extends object>(
  groups: Iterable<G>,
): (G & { readonly count: number; readonly share: number })[] {
  const counts = new Map<string, { readonly group: G; count: number }>();
  let total = 0;
  for (const group of groups) {
    const key = JSON.stringify(Object.values(group));
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { group, count: 1 });
    else known.count++;
    total++;
  }
  return [...counts.values()]
    .map(({ group, count }) => ({ ...group, count, share: count / total }))
    .sort((a, b) => b.count - a.count);
}
