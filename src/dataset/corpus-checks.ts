/** @file A corpus, before training -> what a reader should know of it: findings with severity, count and ids, no text. */
import { countBy } from "./audit.ts";
import type { CorpusItem, CorpusKind } from "./corpus-item.ts";
import type { ForbiddenFinder } from "./forbidden-mentions.ts";
import { createGramTable } from "./grams.ts";
import { findUnmarkedNames, type MarkedName } from "./marked-names.ts";
import { createNearIndex } from "./min-hash.ts";

/** Mentions of a label, or examples of a class, below which a model hardly learns it. */
const FEW = 50;
/** Examples without a mention: below and above these shares real text looks otherwise. */
const FEW_NEGATIVES = 0.05;
const MANY_NEGATIVES = 0.9;
/** A class with less than this part of the largest one's examples. */
const IMBALANCE = 0.1;
/** Similarity of a dev example to a training example that makes its score too good. */
const LEAKAGE_SIMILARITY = 0.5;
const MUCH_LEAKAGE = 0.01;
const MANY_EMPTY_PROMPTS = 0.05;
/** Of a finding; its count is of all. */
const MAX_IDS = 100;
const MAX_NAMES = 50;

type Severity = "error" | "warning" | "info";

type CorpusCheck =
  | "label-rare"
  | "label-one-prompt"
  | "mention-forbidden"
  | "name-unmarked"
  | "text-short"
  | "text-long"
  | "without-mention"
  | "class-rare"
  | "class-imbalance"
  | "split-leakage"
  | "prompt-empty";

export interface Finding {
  readonly check: CorpusCheck;
  readonly severity: Severity;
  /** Of what the message says. */
  readonly count: number;
  /** A sentence; it holds no text of the corpus. */
  readonly message: string;
  /** Of examples, or of prompts for `prompt-empty`; the first 100. */
  readonly ids: readonly string[];
  /** The label or class it is about. */
  readonly label?: string;
  /** `name-unmarked`: the names, the first 50. Synthetic text: it may be kept, not logged. */
  readonly names?: readonly MarkedName[];
}

export interface CheckOptions {
  readonly labels: readonly string[];
  /** Of the task, where it is one of relations; `negative` is the one that says "not related". */
  readonly classes?: readonly string[];
  readonly negative?: string;
  /** Shortest and longest text, in words. */
  readonly words: readonly [number, number];
  readonly findForbidden: ForbiddenFinder;
  /** Every prompt that was asked. Default: those that have examples. */
  readonly prompts?: readonly string[];
  /** The prompts that are held out, to look for leakage. Default: none. */
  readonly devPrompts?: ReadonlySet<string>;
}

/** Words as the audit counts them: runs without white space. */
export const countWords = (text: string): number => text.trim().split(/\s+/).filter(Boolean).length;

/** As `spacy debug data` does: errors first, then warnings, then what is good to know. */
export function checkCorpus<T extends CorpusItem>(
  items: readonly T[],
  kind: CorpusKind<T>,
  options: CheckOptions,
): Finding[] {
  const findings = [
    ...checkLabels(items, kind, options.labels),
    ...checkTexts(items, kind, options),
    ...(kind.kind === "ner" ? checkMarks(items, kind) : checkClasses(items, kind, options)),
    ...checkLeakage(items, kind, options.devPrompts),
    ...checkPrompts(items, options.prompts),
  ];
  const rank = { error: 0, warning: 1, info: 2 };
  return findings.sort((a, b) => rank[a.severity] - rank[b.severity]);
}

const idsOf = (items: readonly CorpusItem[]) => items.slice(0, MAX_IDS).map(({ id }) => id);
const percent = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

function* checkLabels<T extends CorpusItem>(
  items: readonly T[],
  kind: CorpusKind<T>,
  labels: readonly string[],
): Generator<Finding> {
  for (const label of labels) {
    const having = items.filter((item) => kind.mentions(item).some((mention) => mention.label === label));
    const count = having.reduce(
      (sum, item) => sum + kind.mentions(item).filter((mention) => mention.label === label).length,
      0,
    );
    if (count < FEW) {
      const message = `${label}: ${count} mentions; ${FEW} or more are needed to learn a label.`;
      yield {
        check: "label-rare",
        severity: count === 0 ? "error" : "warning",
        count,
        message,
        ids: idsOf(having),
        label,
      };
    }
    const prompts = new Set(having.map(({ prompt }) => prompt));
    if (prompts.size === 1) {
      const message = `${label}: all ${count} mentions are of one prompt.`;
      yield { check: "label-one-prompt", severity: "warning", count, message, ids: idsOf(having), label };
    }
  }
}

function* checkTexts<T extends CorpusItem>(
  items: readonly T[],
  kind: CorpusKind<T>,
  { words: [shortest, longest], findForbidden }: CheckOptions,
): Generator<Finding> {
  const short = items.filter(({ text }) => countWords(text) < shortest);
  const long = items.filter(({ text }) => countWords(text) > longest);
  const forbidden = items.filter((item) => findForbidden(item, kind).length > 0);
  const found = [
    ["text-short", short, `texts of less than ${shortest} words.`],
    ["text-long", long, `texts of more than ${longest} words.`],
    ["mention-forbidden", forbidden, "examples with a mention that curation.forbidden does not allow."],
  ] as const;
  for (const [check, those, what] of found) {
    const count = those.length;
    if (count > 0)
      yield { check, severity: "warning", count, message: `${count} ${what}`, ids: idsOf(those) };
  }
}

function* checkMarks<T extends CorpusItem>(items: readonly T[], kind: CorpusKind<T>): Generator<Finding> {
  const { names, places } = findUnmarkedNames(items, kind);
  const count = places.reduce((sum, { mentions }) => sum + mentions.length, 0);
  if (count > 0) {
    yield {
      check: "name-unmarked",
      severity: "warning",
      count,
      message: `${count} unmarked places of ${names.length} names that are marked elsewhere.`,
      ids: places.slice(0, MAX_IDS).map(({ row }) => items[row]!.id),
      names: names.slice(0, MAX_NAMES),
    };
  }
  const without = items.filter((item) => kind.mentions(item).length === 0);
  const share = without.length / Math.max(1, items.length);
  const odd =
    share < FEW_NEGATIVES
      ? " A model that sees few such texts marks too much."
      : share > MANY_NEGATIVES
        ? " A model that sees few mentions marks too little."
        : "";
  yield {
    check: "without-mention",
    severity: items.length > 0 && odd !== "" ? "warning" : "info",
    count: without.length,
    message: `${without.length} of ${items.length} examples (${percent(without.length, items.length)}) have no mention.${odd}`,
    ids: [],
  };
}

function* checkClasses<T extends CorpusItem>(
  items: readonly T[],
  kind: CorpusKind<T>,
  { classes = [], negative }: CheckOptions,
): Generator<Finding> {
  const counts: Partial<Record<string, number>> = countBy(items, (item) => kind.classOf(item));
  const largest = Math.max(0, ...Object.values(counts).map((count) => count ?? 0));
  for (const label of classes) {
    const count = counts[label] ?? 0;
    const ids = idsOf(items.filter((item) => kind.classOf(item) === label));
    const what = label === negative ? `${label} (not related)` : label;
    if (count < FEW) {
      const message = `${what}: ${count} examples; ${FEW} or more are needed to learn a class.`;
      yield { check: "class-rare", severity: count === 0 ? "error" : "warning", count, message, ids, label };
    } else if (count < IMBALANCE * largest) {
      const message = `${what}: ${count} examples, ${percent(count, largest)} of the largest class's.`;
      yield { check: "class-imbalance", severity: "warning", count, message, ids, label };
    }
  }
  const message = `Classes: ${
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(", ") || "none"
  }.`;
  yield { check: "class-imbalance", severity: "info", count: items.length, message, ids: [] };
}

function* checkLeakage<T extends CorpusItem>(
  items: readonly T[],
  kind: CorpusKind<T>,
  devPrompts: ReadonlySet<string> = new Set(),
): Generator<Finding> {
  const dev = items.filter(({ prompt }) => devPrompts.has(prompt));
  if (dev.length === 0) return;
  const table = createGramTable();
  const index = createNearIndex(LEAKAGE_SIMILARITY);
  const grams = (item: T) => table.addGrams(table.addWords(kind.comparedText(item)));
  for (const item of items) if (!devPrompts.has(item.prompt)) index.add(grams(item));
  const leaked = dev.filter((item) => index.nearest(grams(item)) !== undefined);
  if (leaked.length === 0) return;
  yield {
    check: "split-leakage",
    severity: leaked.length >= MUCH_LEAKAGE * dev.length ? "warning" : "info",
    count: leaked.length,
    message:
      `${leaked.length} of ${dev.length} dev examples (${percent(leaked.length, dev.length)}) share half of their ` +
      "word 3-grams with a training example.",
    ids: idsOf(leaked),
  };
}

function* checkPrompts(items: readonly CorpusItem[], prompts: readonly string[] = []): Generator<Finding> {
  const having = new Set(items.map(({ prompt }) => prompt));
  const empty = prompts.filter((prompt) => !having.has(prompt));
  if (empty.length === 0) return;
  yield {
    check: "prompt-empty",
    severity: empty.length > MANY_EMPTY_PROMPTS * prompts.length ? "warning" : "info",
    count: empty.length,
    message: `${empty.length} of ${prompts.length} prompts (${percent(empty.length, prompts.length)}) have no example.`,
    ids: empty.slice(0, MAX_IDS),
  };
}
