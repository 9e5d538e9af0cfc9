/** @file The evaluation of a relation task -> classes of its errors: classes of the task, words of closed lists, numbers. */
import { z } from "zod";
import type { MarkedPair } from "../task/relation-example.ts";
import type { RelationSpec } from "../task/relation-spec.ts";
import { CUES, type Cue, findCue } from "./cue-words.ts";
import type { ClassifyErrorsOptions } from "./error-classes.ts";
import { countGroups, pickErrors } from "./evaluation-errors.ts";

/** Words between the two marks. */
export const PAIR_DISTANCES = ["at most three words", "four to ten words", "more than ten words"] as const;
/** `either`: both marks have one label, and the first is called the head. */
export const PAIR_ORDERS = ["head first", "tail first", "either"] as const;
export const PAIR_CUES = CUES;

/** Errors that are alike. Nothing in it comes from a text but a length, an order and whether a word of a list is there. */
export interface RelationErrorClass {
  /** Class of the gold pair; of the task. */
  readonly gold: string;
  /** Class that was predicted; of the task. */
  readonly predicted: string;
  readonly distance: (typeof PAIR_DISTANCES)[number];
  readonly order: (typeof PAIR_ORDERS)[number];
  /** Whether a word of negation or of caution stands near the pair. */
  readonly cue: Cue;
  readonly count: number;
  /** Of all errors that were read, in [0, 1]. */
  readonly share: number;
}

const span = z.looseObject({ start: z.int().min(0), end: z.int().min(0) });
const relationError = z.looseObject({
  gold: z.string(),
  predicted: z.string(),
  head: span,
  tail: span,
  index: z.int().min(0),
});
type ReadError = z.output<typeof relationError>;

export interface ClassifyRelationErrorsOptions extends Pick<ClassifyErrorsOptions, "set"> {
  readonly relation: Pick<RelationSpec, "head" | "tail" | "classes">;
  /**
   * The pair of a place in the gold list, looked at on this machine to count words and see cues, and forgotten. One with
   * other marks than the error's is passed over. Absent: words are estimated from the characters, cues are `unknown`.
   */
  readonly pairOf?: (index: number) => MarkedPair | undefined;
  /** Of the texts. Cues are looked for where its name holds "English". Default: English. */
  readonly language?: string;
}

/** By characters where the text is not there, at 6.5 a word with its space. */
function distanceOf(characters: number, between: string | undefined): RelationErrorClass["distance"] {
  const words =
    between === undefined ? Math.floor(characters / 6.5) : (between.match(/[\p{L}\p{N}]\S*/gu)?.length ?? 0);
  return PAIR_DISTANCES[words <= 3 ? 0 : words <= 10 ? 1 : 2]!;
}

function describe(
  { gold, predicted, head, tail, index }: ReadError,
  { relation, pairOf, language = "English" }: ClassifyRelationErrorsOptions,
): Omit<RelationErrorClass, "count" | "share"> | undefined {
  const names = Object.keys(relation.classes);
  const [goldClass, predictedClass] = [gold, predicted].map((said) => names.find((name) => name === said));
  if (goldClass === undefined || predictedClass === undefined) return undefined;
  const [first, second] = head.start <= tail.start ? [head, tail] : [tail, head];
  const pair = pairOf?.(index);
  const isSame = (mark: { start: number; end: number }, other: { start: number; end: number }) =>
    mark.start === other.start && mark.end === other.end;
  const text = pair && isSame(pair.head, head) && isSame(pair.tail, tail) ? pair.text : undefined;
  return {
    gold: goldClass,
    predicted: predictedClass,
    distance: distanceOf(second.start - first.end, text?.slice(first.end, second.start)),
    order:
      relation.head === relation.tail ? "either" : head.start <= tail.start ? "head first" : "tail first",
    cue: text === undefined || !/english/i.test(language) ? "unknown" : findCue(text, head, tail),
  };
}

/**
 * The twin of `classifyErrors`: counts the errors of an evaluation by gold and predicted class, distance, order and cue,
 * most frequent first. What it returns is made of the task's classes, closed lists and numbers, so no text of an
 * evaluated document can pass through it: the classes are taken from `relation`, not from the evaluation.
 * @throws InputError `evaluation-invalid`, `evaluation-set`
 */
export function classifyRelationErrors(
  evaluation: unknown,
  options: ClassifyRelationErrorsOptions,
): RelationErrorClass[] {
  const groups = pickErrors(evaluation, relationError, "relations", options.set).flatMap((error) => {
    const group = describe(error, options);
    return group === undefined || group.gold === group.predicted ? [] : [group];
  });
  return countGroups(groups);
}
