/** @file What was wrong with a line or an answer of a language model: data that is counted, never an exception. */

/** Why a line's inline marks could not be read. */
export const MARKUP_FAULTS = {
  "unknown-tag": "a tag that is not a label of the task",
  "malformed-tag":
    "a label's tag with attributes, without its closing bracket, or written with &lt; and &gt;",
  "crossed-tags": "two mentions that overlap without one holding the other",
  "nested-tags": "a mention inside a mention",
  "unclosed-tag": "an opening tag without its closing tag",
  "unopened-tag": "a closing tag without its opening tag",
  "empty-mention": "a mention without a letter or a digit",
} as const;

/** One of {@link MARKUP_FAULTS}. */
export type MarkupFault = keyof typeof MARKUP_FAULTS;

/** Why a line of a relation task, `class<tab>sentence in markup`, could not be read though its marks could. */
export const RELATION_FAULTS = {
  "unknown-class": "a line that does not begin with a class of the relation and a tab",
  "wrong-pair": "a sentence without exactly one marked head and one marked tail",
  "no-class": "a line that begins with nothing like a class",
} as const;

/** One of {@link RELATION_FAULTS}. */
export type RelationFault = keyof typeof RELATION_FAULTS;

/** Why an item of a JSON answer could not be read. */
const JSON_FAULTS = {
  "malformed-json": "an item of JSON that could not be read, also after mending",
  "wrong-shape": "JSON without the fields that were asked for, or with other values in them",
  "not-json": "text where JSON was asked for",
  "mention-not-found": "a mention that does not stand in its text, or only inside a word",
  "ambiguous-mention": "a mention with two labels, not listed as often as it stands in its text",
} as const;

/** Why a line of a completion gave no example. */
const LINE_FAULTS = {
  ...MARKUP_FAULTS,
  ...RELATION_FAULTS,
  ...JSON_FAULTS,
  chatter: "the model speaks to its reader instead of writing the text that was asked for",
  refusal: "the model declines",
  layout: "a code fence, a heading, a ruler or a bare number",
  truncated: "the last line of an answer that was cut off",
  "unlike-text": "the answer to a text that was to be marked is another text",
  "unlike-class": "the answer to a marked pair is no class of the task",
} as const;

/** Why a line gave no topic. */
const TOPIC_FAULTS = {
  "topic-too-long": "a topic of more than 120 characters",
  "topic-repeated": "a topic that was there already",
} as const;

/** Why a second reading of a text was not taken. */
const VERIFY_FAULTS = {
  "text-changed": "a text that was to be marked again came back as another",
  "repeated-text": "a text that was to be marked again, and was already",
  "marks-changed": "a marked pair whose class was asked again came back with other marks",
} as const;

/** Why a prompt gave no completion, or an answer belongs to no prompt. */
const ANSWER_FAULTS = {
  "failed-request": "the service answered with an error",
  "timed-out": "no answer within the time-out of a try",
  "broken-answer": "the answer broke off, or is not what the service's interface promises",
  refused: "the service's filter let nothing through, or the model declined",
  interrupted: "the user stopped the run before the answer came",
  "no-text": "the answer holds no text",
  "missing-answer": "no answer to this prompt",
  "duplicate-answer": "a further answer to a prompt that has one",
  "duplicate-request": "a further request with the same id",
  "unknown-request": "an answer to a request that is not in the requests file",
} as const;

/** Why something was rejected: the closed list. */
export type RejectionReason =
  | keyof typeof LINE_FAULTS
  | keyof typeof TOPIC_FAULTS
  | keyof typeof VERIFY_FAULTS
  | keyof typeof ANSWER_FAULTS;

/** A rejected line (`line` is there) or a rejected answer (it is not). */
export interface Rejection {
  /** The id of the prompt, as the recording names it. */
  readonly prompt: string;
  /** Number of the line in the completion; in a JSON answer, of the item or the line of text around it. From 1. */
  readonly line?: number;
  readonly reason: RejectionReason;
  /** For the markup faults: the name of the offending tag; for `wrong-pair`, the label that is missing or one too many. */
  readonly tag?: string;
  /** The line as the model wrote it, or the service's error code. Synthetic text: it may be kept, not logged. */
  readonly raw: string;
}

/** Why curation dropped an example: the closed list, in the order of the steps. */
export const CURATION_FAULTS = {
  "text-short": "fewer words than curation.words allows",
  "text-long": "more words than curation.words allows",
  "forbidden-mention": "a mention that curation.forbidden does not allow",
  identifier: "it holds what looks like a personal identifier",
  duplicate: "the same text came before, with the same marks",
  contradiction: "the same text came before, with other marks",
  "shared-text": "it shares a run of words with a reference",
  "near-duplicate": "an earlier text has nearly the same word 3-grams",
  "near-meaning": "an earlier text has nearly the same vector",
  "unmarked-name": "a name that is marked elsewhere stands unmarked in it",
} as const;

/** One of {@link CURATION_FAULTS}. */
export type CurationFault = keyof typeof CURATION_FAULTS;
