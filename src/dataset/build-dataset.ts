/** @file Examples and rejections -> a corpus to train on: no text twice, split by prompt, counted. */
import type { Example } from "../task/example.ts";
import type { Rejection } from "../task/rejection.ts";
import { didYouMean } from "../util/did-you-mean.ts";
import { InputError } from "../util/errors.ts";
import {
  type Audit,
  auditSplit,
  type CurationAudit,
  countBy,
  countDistinct,
  countRejections,
  measureWords,
  toCurationAudit,
} from "./audit.ts";
import { deduplicate } from "./deduplicate.ts";
import { describeRejections, renderCounts } from "./describe-rejections.ts";
import { splitByPrompt } from "./split-by-prompt.ts";

/** A synthetic corpus. */
export interface Dataset {
  readonly train: readonly Example[];
  /** Empty when `devFraction` is 0 or there is one prompt only. */
  readonly dev: readonly Example[];
  readonly audit: Audit;
}

/** How to build it. */
export interface DatasetOptions {
  /** The labels of the task; each must occur. */
  readonly labels: readonly string[];
  /** Share of the prompts held out for dev, in [0, 1). */
  readonly devFraction: number;
  readonly seed: number;
  /** What the reader of the completions mended, for the audit. */
  readonly repairs?: Readonly<Record<string, number>>;
  /** What `curateCorpus` reported, where the examples come from it: its counts go into the audit. */
  readonly curation?: CurationAudit;
}

function assertUsable(
  examples: readonly Example[],
  rejections: readonly Rejection[],
  labels: readonly string[],
) {
  const details = { rejections: countRejections(rejections) };
  if (examples.length === 0) {
    throw new InputError(
      "corpus-empty",
      `The completions hold no example. ${describeRejections(rejections)}`,
      {
        hint: "Check completions in the task file: is it the right recording or model? rejections.jsonl in the run's folder holds every rejected line.",
        details,
      },
    );
  }
  const { mentions } = auditSplit(examples, 0, labels);
  const unused = labels.filter((label) => mentions[label] === 0);
  if (unused.length === 0) return;
  const tags = Object.keys(countBy(rejections, ({ tag }) => tag));
  const meant = didYouMean(
    unused[0]!,
    tags.filter((tag) => !labels.includes(tag)),
  );
  throw new InputError(
    "label-unused",
    `No completion uses the label ${unused.map((label) => `"${label}"`).join(", ")}.${meant} ` +
      `${examples.length} examples use: ${renderCounts(mentions)}. ${describeRejections(rejections)}`,
    { hint: "Rename the label as the completions have it, or take it out of the task file.", details },
  );
}

/**
 * Drops duplicates (the first is kept, also where marks differ), splits by prompt, counts everything.
 * @throws InputError `corpus-empty`, `label-unused`: with what was seen instead.
 * @example buildDataset(examples, rejections, { labels: ["Disease"], devFraction: 0.05, seed: 1 })
 */
export function buildDataset(
  examples: readonly Example[],
  rejections: readonly Rejection[],
  options: DatasetOptions,
): Dataset {
  const { labels, devFraction, seed, curation, repairs = { trimmed: 0, recased: 0, unescaped: 0 } } = options;
  assertUsable(examples, rejections, labels);
  const { examples: kept, identical, conflicting } = deduplicate(examples);
  const { train, dev, trainPrompts, devPrompts } = splitByPrompt(kept, devFraction, seed);
  return {
    train,
    dev,
    audit: {
      examples: curation?.taken ?? examples.length,
      duplicates: {
        identical: identical + (curation?.dropped.duplicate ?? 0),
        conflicting: conflicting + (curation?.dropped.contradiction ?? 0),
      },
      train: auditSplit(train, trainPrompts, labels),
      dev: auditSplit(dev, devPrompts, labels),
      distinctMentions: countDistinct(kept, labels),
      words: measureWords(kept),
      rejections: countRejections(rejections),
      repairs: { ...repairs },
      ...(curation === undefined ? {} : { curation: toCurationAudit(curation) }),
    },
  };
}
