/** @file Labelled pairs and rejections -> a relation corpus to train on: no pair twice, split by prompt, counted. */
import type { Rejection, RejectionReason } from "../task/rejection.ts";
import type { RelationExample } from "../task/relation-example.ts";
import { InputError } from "../util/errors.ts";
import {
  type CurationAudit,
  countBy,
  countRejections,
  type LengthStatistics,
  measureWords,
  toCurationAudit,
} from "./audit.ts";
import { RELATION_ITEMS } from "./corpus-item.ts";
import { deduplicateItems } from "./deduplicate.ts";
import { describeRejections, renderCounts } from "./describe-rejections.ts";
import { splitByPrompt } from "./split-by-prompt.ts";

/** Counts of one side of the split. */
export interface RelationSplitAudit {
  readonly prompts: number;
  readonly examples: number;
  /** Examples by class; every class of the task is there. */
  readonly classes: Readonly<Record<string, number>>;
}

/** `audit.json` of a relation task: examples = train + dev + both kinds of duplicates + what else curation dropped. */
export interface RelationAudit {
  /** Examples before duplicates were dropped. */
  readonly examples: number;
  /** Both with the text and the pair of one that came before: `identical` with its class, `contradictory` with another. */
  readonly duplicates: { readonly identical: number; readonly contradictory: number };
  readonly train: RelationSplitAudit;
  readonly dev: RelationSplitAudit;
  /** Different texts of heads, of tails, and of both together, in any case. */
  readonly distinct: { readonly heads: number; readonly tails: number; readonly pairs: number };
  readonly words: LengthStatistics;
  /** Rejections by reason; reasons that did not occur are absent. */
  readonly rejections: Readonly<Partial<Record<RejectionReason, number>>>;
  /** What the reader of the completions mended, and how it aligned strings, by name. */
  readonly repairs: Readonly<Record<string, number>>;
  /** What curation did before; all that it dropped is among `examples`, its exact duplicates in `duplicates`. */
  readonly curation?: CurationAudit;
}

/** A synthetic corpus of pairs. */
export interface RelationDataset {
  readonly train: readonly RelationExample[];
  /** Empty when `devFraction` is 0 or there is one prompt only. */
  readonly dev: readonly RelationExample[];
  readonly audit: RelationAudit;
}

/** How to build it. */
export interface RelationDatasetOptions {
  /** The classes of the task; each must be left when duplicates are dropped. */
  readonly classes: readonly string[];
  /** Share of the prompts held out for dev, in [0, 1). */
  readonly devFraction: number;
  readonly seed: number;
  /** What the reader of the completions mended, for the audit. */
  readonly repairs?: Readonly<Record<string, number>>;
  /** What `curateCorpus` reported, where the examples come from it: its counts go into the audit. */
  readonly curation?: CurationAudit;
}

function countClasses(examples: readonly RelationExample[], classes: readonly string[]) {
  const found: Partial<Record<string, number>> = countBy(examples, ({ relation }) => relation);
  return Object.fromEntries(classes.map((name) => [name, found[name] ?? 0]));
}

function countDistinct(examples: readonly RelationExample[]): RelationAudit["distinct"] {
  const heads = examples.map(({ text, head }) => text.slice(head.start, head.end).toLowerCase());
  const tails = examples.map(({ text, tail }) => text.slice(tail.start, tail.end).toLowerCase());
  const pairs = heads.map((head, index) => JSON.stringify([head, tails[index]]));
  return { heads: new Set(heads).size, tails: new Set(tails).size, pairs: new Set(pairs).size };
}

function assertUsable(
  kept: readonly RelationExample[],
  rejections: readonly Rejection[],
  contradictory: number,
  classes: readonly string[],
): void {
  const details = { rejections: countRejections(rejections) };
  const dropped = `Dropped as contradictory: ${contradictory}. ${describeRejections(rejections)}`;
  if (kept.length === 0) {
    throw new InputError("corpus-empty", `The completions hold no usable pair. ${dropped}`, {
      hint: "Check the completions of the task file, and the labels and classes of its relation.",
      details,
    });
  }
  const counts = countClasses(kept, classes);
  const unused = classes.filter((name) => counts[name] === 0);
  if (unused.length === 0) return;
  throw new InputError(
    "class-unused",
    `No example is of the class ${unused.map((name) => `"${name}"`).join(", ")}. ` +
      `${kept.length} examples are: ${renderCounts(counts)}. ${dropped}`,
    { hint: "Rename the class as the completions have it, or take it out of the task file.", details },
  );
}

/**
 * Drops pairs that came before in the same text (the first is kept, also where classes differ, as `buildDataset` does),
 * splits by prompt, counts everything.
 * @throws InputError `corpus-empty`, `class-unused`: with what was seen instead.
 * @example buildRelations(examples, rejections, { classes: ["yes", "no"], devFraction: 0.05, seed: 1 })
 */
export function buildRelations(
  examples: readonly RelationExample[],
  rejections: readonly Rejection[],
  options: RelationDatasetOptions,
): RelationDataset {
  const { classes, devFraction, seed, curation, repairs = {} } = options;
  const { examples: kept, ...repeated } = deduplicateItems(examples, RELATION_ITEMS);
  const identical = repeated.identical + (curation?.dropped.duplicate ?? 0);
  const contradictory = repeated.conflicting + (curation?.dropped.contradiction ?? 0);
  assertUsable(kept, rejections, contradictory, classes);
  const { train, dev, trainPrompts, devPrompts } = splitByPrompt(kept, devFraction, seed);
  const audit = (side: readonly RelationExample[], prompts: number): RelationSplitAudit => ({
    prompts,
    examples: side.length,
    classes: countClasses(side, classes),
  });
  return {
    train,
    dev,
    audit: {
      examples: curation?.taken ?? examples.length,
      duplicates: { identical, contradictory },
      train: audit(train, trainPrompts),
      dev: audit(dev, devPrompts),
      distinct: countDistinct(kept),
      words: measureWords(kept),
      rejections: countRejections(rejections),
      repairs: { ...repairs },
      ...(curation === undefined ? {} : { curation: toCurationAudit(curation) }),
    },
  };
}
