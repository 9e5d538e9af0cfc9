/** @file A class of error -> what a further round of prompts is told: sentences of a closed list. */
import type { ErrorClass } from "./error-classes.ts";
import { nounOf, withArticle } from "./label-noun.ts";

/** What a class adds to a prompt set. */
export interface RoundAdvice {
  readonly rules: readonly string[];
  readonly hardNegatives: readonly string[];
  /** Shares of sentences without and with several mentions that fit. */
  readonly empty: number;
  readonly several: number;
}

type Words = Readonly<Record<"one" | "each" | "names", string>>;

/** How the names look that such errors are made with. */
const LOOKS: { readonly [L in ErrorClass["length"]]: string } = {
  "one word": "a single word, rare words, adjectives and plurals among them",
  "two or three words": "two or three words, rare names and new combinations among them",
  "four or more words":
    "four or more words, with site, cause, type, stage or inheritance as part of the name where the rules put them inside",
};

const isAbbreviation = ({ form }: ErrorClass) => form === "abbreviation";

const EXTENTS: { readonly [E in ErrorClass["extent"]]: string } = {
  "too long":
    "put words right before and after it that do not belong to the name (numbers, degrees, times, groups of people, general nouns), and leave them outside the tags",
  "too short":
    "let the words that make the name complete stand far from its core (modifiers before it, a closing noun, joined names), and mark the whole of it",
  shifted:
    "let it stand between words of which some belong to the name and some do not, and mark exactly what the definition asks for",
  same: "let its beginning and end be decided by the rules above, not by the first likely word",
};

const ADVICE: {
  readonly [K in ErrorClass["kind"]]: (group: ErrorClass, words: Words) => RoundAdvice;
} = {
  missed: (group, { one, each }) => ({
    rules: [
      isAbbreviation(group)
        ? `In most sentences ${one} is named by its abbreviation alone, without its long form and without a word beside it that gives it away.`
        : `In most sentences ${one} is named by ${LOOKS[group.length]}; vary its place in the sentence and the words around it.`,
      `Mark ${each}, also the second and third one in a sentence, in lists, in brackets and as part of a comparison.`,
    ],
    hardNegatives: [],
    empty: 0.08,
    several: 0.5,
  }),
  spurious: (group, { one }) => ({
    rules: [],
    hardNegatives: [
      isAbbreviation(group)
        ? `abbreviations and symbols that look as if they named ${one} and stand for something else (a gene, a method, a unit, a place, a group)`
        : group.length === "one word"
          ? `single words near to ${one} in meaning or form that the rules leave out (general words, processes, measurements, names of other things)`
          : `phrases of ${group.length === "two or three words" ? "two or three" : "four or more"} words that sound like the name of ${one} and name a process, a test, a treatment or a group instead`,
    ],
    empty: 0.4,
    several: 0.24,
  }),
  boundary: (group, { one }) => ({
    rules: [
      `In most sentences ${one} is named by ${isAbbreviation(group) ? "an abbreviation beside other words" : LOOKS[group.length]}: ${EXTENTS[group.extent]}.`,
    ],
    hardNegatives: [],
    empty: 0.08,
    several: 0.4,
  }),
  type: (group, { one, names }) => ({
    rules: [
      `In most sentences ${one} is named by ${isAbbreviation(group) ? "an abbreviation" : LOOKS[group.length]} that could be taken for something else to be marked; its context and the definitions settle that it is among the ${names}.`,
      "Let things of different labels stand in the same sentence, in both orders.",
    ],
    hardNegatives: [],
    empty: 0.08,
    several: 0.6,
  }),
  "boundary+type": (group, { one }) => ({
    rules: [
      `In most sentences ${one} is named inside or beside the name of something else, so that both extent and label have to be decided by the rules: ${EXTENTS[group.extent]}.`,
    ],
    hardNegatives: [],
    empty: 0.08,
    several: 0.6,
  }),
};

/** The advice for a class. Of the class only its label reaches the sentences as it is; the rest selects them. */
export function adviseOn(group: ErrorClass): RoundAdvice {
  const noun = nounOf(group.label);
  const words = { one: withArticle(noun), each: `each ${noun} mention`, names: `${noun} mentions` };
  return ADVICE[group.kind](group, words);
}
