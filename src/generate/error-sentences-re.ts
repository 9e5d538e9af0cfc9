/** @file A class of error of a relation task -> what a further round of prompts is told: sentences of a closed list. */
import type { RelationSpec } from "../task/relation-spec.ts";
import type { RelationErrorClass } from "./error-classes-re.ts";
import { nounOf } from "./label-noun.ts";

/** What a class adds to a prompt set. */
export interface RelationAdvice {
  readonly rules: readonly string[];
  readonly hardNegatives: readonly string[];
  /** Of the two classes that were taken for one another; others are not written. */
  readonly shares: Readonly<Record<string, number>>;
}

/** A related pair that was not seen, one seen where there is none, a relation taken for another. */
export type RelationMistake = "missed" | "spurious" | "confused";

export const mistakeOf = (
  { gold, predicted }: Pick<RelationErrorClass, "gold" | "predicted">,
  negative: string,
): RelationMistake => (predicted === negative ? "missed" : gold === negative ? "spurious" : "confused");

/** Share of the class that was not recognised; the one it was taken for has the rest, for the difference to be learnt. */
const UNRECOGNISED = 0.6;

interface Words {
  readonly gold: string;
  readonly predicted: string;
  readonly head: string;
  readonly tail: string;
  readonly pair: string;
}

const MISTAKES: {
  readonly [M in RelationMistake]: (words: Words) => Omit<RelationAdvice, "shares">;
} = {
  missed: ({ gold, predicted }) => ({
    rules: [
      `Let most ${gold} sentences say it without the usual words for the relation: by a result, a mechanism, a comparison, a number, an apposition or a shortened clause, so that a hasty reader would take them for ${predicted}.`,
    ],
    hardNegatives: [],
  }),
  spurious: ({ gold, predicted, pair }) => ({
    rules: [`Let most ${gold} sentences use the words of ${predicted} sentences, and not say it of ${pair}.`],
    hardNegatives: [
      "the words of the relation said of another pair in the same clause, of a group, or of something that contains one of the two",
      "the pair named together in an aim, a question, a method, a title or a list of what was studied",
    ],
  }),
  confused: ({ gold, predicted }) => ({
    rules: [
      `Let the ${gold} and the ${predicted} sentences be near to each other in words and subject, so that the definitions alone settle which is which.`,
    ],
    hardNegatives: [],
  }),
};

const DISTANCES: { readonly [D in RelationErrorClass["distance"]]: (words: Words) => string } = {
  "at most three words": ({ pair }) =>
    `In most sentences at most three words stand between ${pair}: in a compound, in brackets, in an enumeration, joined by a preposition or a verb.`,
  "four to ten words": ({ pair }) =>
    `In most sentences four to ten words stand between ${pair}, another name or an insertion among them.`,
  "more than ten words": ({ pair }) =>
    `In most sentences more than ten words stand between ${pair}: in different clauses, with other names, figures or a relative clause between them.`,
};

const ORDERS: { readonly [O in RelationErrorClass["order"]]: (words: Words) => readonly string[] } = {
  "head first": ({ head, tail }) => [
    `In most sentences the marked ${head} stands before the marked ${tail}; passive and active both occur.`,
  ],
  "tail first": ({ head, tail }) => [
    `In most sentences the marked ${tail} stands before the marked ${head}; passive and active both occur.`,
  ],
  either: () => [],
};

const CUE_RULES: { readonly [C in RelationErrorClass["cue"]]: (words: Words) => readonly string[] } = {
  negation: ({ pair }) => [
    `In most sentences a negation stands near ${pair} (not, no, without, failed to, and rarer ones): in some it is about what the sentence says of them, in others about something else; the class is the one that the definitions ask for.`,
  ],
  caution: ({ pair }) => [
    `Most sentences are cautious near ${pair} (may, could, suggests, possible, was investigated, and rarer ones): in some about the two, in others about something else; the class is the one that the definitions ask for.`,
  ],
  none: () => [
    "Most sentences hold neither a negation nor a word of caution: the class follows from what is said, plainly, of the pair.",
  ],
  unknown: () => [],
};

/** The advice for a class. Of it only the two class names reach the sentences as they are; the rest selects them. */
export function adviseOnRelation(
  group: RelationErrorClass,
  { head, tail, negative }: Pick<RelationSpec, "head" | "tail" | "negative">,
): RelationAdvice {
  const [one, other] = [nounOf(head), nounOf(tail)];
  const words: Words = {
    gold: `"${group.gold}"`,
    predicted: `"${group.predicted}"`,
    head: one,
    tail: other,
    pair: head === tail ? `the two marked ${one} mentions` : `the marked ${one} and the marked ${other}`,
  };
  const { rules, hardNegatives } = MISTAKES[mistakeOf(group, negative)](words);
  return {
    rules: [
      ...rules,
      DISTANCES[group.distance](words),
      ...ORDERS[group.order](words),
      ...CUE_RULES[group.cue](words),
    ],
    hardNegatives,
    shares: { [group.gold]: UNRECOGNISED, [group.predicted]: 1 - UNRECOGNISED },
  };
}
