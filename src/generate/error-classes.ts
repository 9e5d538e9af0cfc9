/** @file The evaluation of a run -> classes of its errors: words of closed lists, labels of the task, and numbers. */
import { z } from "zod";
import { countGroups, pickErrors } from "./evaluation-errors.ts";

/** A list of its own: `generate` may not import `evaluate`; a test compares the two. */
export const ERROR_KINDS = ["missed", "spurious", "boundary", "type", "boundary+type"] as const;
export const ERROR_LENGTHS = ["one word", "two or three words", "four or more words"] as const;
export const ERROR_FORMS = ["abbreviation", "name", "unknown"] as const;
export const ERROR_EXTENTS = ["too long", "too short", "shifted", "same"] as const;

/** Errors that are alike. Nothing in it comes from a text but its length and whether it looks like an abbreviation. */
export interface ErrorClass {
  /** Of the task; that of the gold mention, or of the prediction where there is none. */
  readonly label: string;
  readonly kind: (typeof ERROR_KINDS)[number];
  /** Of the gold mention, or of the prediction where there is none. */
  readonly length: (typeof ERROR_LENGTHS)[number];
  readonly form: (typeof ERROR_FORMS)[number];
  /** The prediction beside the gold mention; `same` where there is one of the two only. */
  readonly extent: (typeof ERROR_EXTENTS)[number];
  readonly count: number;
  /** Of all errors that were read, in [0, 1]. */
  readonly share: number;
}

const span = z.looseObject({ start: z.int().min(0), end: z.int().min(0), label: z.string() });
const mentionError = z.looseObject({
  kind: z.enum(ERROR_KINDS),
  gold: span.optional(),
  predicted: span.optional(),
  index: z.int().min(0),
});
type MentionError = z.output<typeof mentionError>;

export interface ClassifyErrorsOptions {
  /** The task's labels: errors of others are left aside. */
  readonly labels: readonly string[];
  /** Name of the set in the run's evaluation. Absent: the only one of human annotation. */
  readonly set?: string;
  /**
   * The text of a place in the gold list, looked at on this machine to count words and see abbreviations, and forgotten.
   * Absent: words are estimated from the number of characters and the form is `unknown`.
   */
  readonly textOf?: (index: number) => string | undefined;
}

/**
 * By characters where the text is not there. Of 16,000 mentions in the recordings 90 % of one word have at most 15
 * characters, half of two words 17, half of three 24, half of four 32.
 */
function lengthOf(characters: number, inner: string | undefined): ErrorClass["length"] {
  const words = inner?.trim().split(/\s+/).length ?? (characters <= 12 ? 1 : characters <= 28 ? 2 : 4);
  return ERROR_LENGTHS[words === 1 ? 0 : words <= 3 ? 1 : 2]!;
}

/** One word of at most 8 letters, two or more of them capitals: "DMD", "HbS", "5-FU", "NSCLC". */
function formOf(inner: string | undefined): ErrorClass["form"] {
  if (inner === undefined) return "unknown";
  const isShort = /^\S{2,10}$/.test(inner) && (inner.match(/\p{L}/gu)?.length ?? 0) <= 8;
  return isShort && (inner.match(/\p{Lu}/gu)?.length ?? 0) >= 2 ? "abbreviation" : "name";
}

function extentOf({ gold, predicted }: MentionError): ErrorClass["extent"] {
  if (gold === undefined || predicted === undefined) return "same";
  const before = Math.sign(gold.start - predicted.start); // 1: the prediction begins earlier
  const after = Math.sign(predicted.end - gold.end); // 1: it ends later
  if (before === 0 && after === 0) return "same";
  if (before >= 0 && after >= 0) return "too long";
  return before <= 0 && after <= 0 ? "too short" : "shifted";
}

/**
 * Counts the errors of an evaluation by label, kind, length, form and extent, most frequent first. What it returns is
 * made of the task's labels, the closed lists above and numbers, so no text of an evaluated document can pass through
 * it: the labels are taken from `labels`, not from the evaluation.
 * @throws InputError `evaluation-invalid`, `evaluation-set`
 */
export function classifyErrors(evaluation: unknown, options: ClassifyErrorsOptions): ErrorClass[] {
  const { labels, set, textOf } = options;
  const groups = pickErrors(evaluation, mentionError, "mentions", set).flatMap((error) => {
    const mention = error.gold ?? error.predicted;
    const label = labels.find((name) => name === mention?.label);
    if (mention === undefined || label === undefined) return [];
    const inner = textOf?.(error.index)?.slice(mention.start, mention.end);
    return [
      {
        label,
        kind: ERROR_KINDS.find((kind) => kind === error.kind)!,
        length: lengthOf(mention.end - mention.start, inner),
        form: formOf(inner),
        extent: extentOf(error),
      },
    ];
  });
  return countGroups(groups);
}
