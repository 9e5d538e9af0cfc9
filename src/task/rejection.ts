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

/** Why a line of a completion gave no example. */
const LINE_FAULTS = {
  ...MARKUP_FAULTS,
  chatter: "the model speaks to its reader instead of writing the text that was asked for",
  refusal: "the model declines",
  layout: "a code fence, a heading, a ruler or a bare number",
  truncated: "the last line of an answer that was cut off",
  "text-changed": "a text that was to be marked again came back as another",
  "repeated-text": "a text that was to be marked again, and was already",
} as const;

/** Why a prompt gave no completion, or an answer belongs to no prompt. */
const ANSWER_FAULTS = {
  "failed-request": "the service answered with an error",
  "no-text": "the answer holds no text",
  "missing-answer": "no answer to this prompt",
  "duplicate-answer": "a further answer to a prompt that has one",
  "duplicate-request": "a further request with the same id",
  "unknown-request": "an answer to a request that is not in the requests file",
} as const;

/** Why something was rejected: the closed list. */
export type RejectionReason = keyof typeof LINE_FAULTS | keyof typeof ANSWER_FAULTS;

/** A rejected line (`line` is there) or a rejected answer (it is not). */
export interface Rejection {
  /** The id of the prompt, as the recording names it. */
  readonly prompt: string;
  /** Number of the line in the completion, counted from 1. */
  readonly line?: number;
  readonly reason: RejectionReason;
  /** For the markup faults: the name of the offending tag. */
  readonly tag?: string;
  /** The line as the model wrote it, or the service's error code. Synthetic text: it may be kept, not logged. */
  readonly raw: string;
}
