/** @file A split corpus and what was left out of it -> the counts a reader wants to see before training. */
import type { Example } from "../task/example.ts";
import type { Rejection, RejectionReason } from "../task/rejection.ts";
import type { CurationReport } from "./curation-report.ts";

/** Spread of the lengths of texts, in words (runs without white space). */
export interface LengthStatistics {
  readonly minimum: number;
  readonly median: number;
  readonly mean: number;
  readonly p95: number;
  readonly maximum: number;
}

/** Counts of one side of the split. */
export interface SplitAudit {
  readonly prompts: number;
  readonly examples: number;
  readonly withoutMention: number;
  /** Mentions by label; every label of the task is there. */
  readonly mentions: Readonly<Record<string, number>>;
}

/** `audit.json`: examples = train + dev + both kinds of duplicates + what else curation dropped. */
export interface Audit {
  /** Examples before duplicates were dropped. */
  readonly examples: number;
  readonly duplicates: { readonly identical: number; readonly conflicting: number };
  readonly train: SplitAudit;
  readonly dev: SplitAudit;
  /** Different mention texts by label, in any case. */
  readonly distinctMentions: Readonly<Record<string, number>>;
  readonly words: LengthStatistics;
  /** Rejections by reason; reasons that did not occur are absent. */
  readonly rejections: Readonly<Partial<Record<RejectionReason, number>>>;
  /** What the reader of the completions mended, and how it aligned strings, by name. */
  readonly repairs: Readonly<Record<string, number>>;
  /** What curation did before; all that it dropped is among `examples`, its exact duplicates in `duplicates`. */
  readonly curation?: CurationAudit;
}

/** The part of a curation's report that `audit.json` keeps: counts and findings. */
export type CurationAudit = Pick<CurationReport, "taken" | "kept" | "dropped" | "steps" | "findings">;

/** The same corpus gives the same audit: times are left out. */
export const toCurationAudit = ({ taken, kept, dropped, steps, findings }: CurationAudit): CurationAudit => ({
  taken,
  kept,
  dropped,
  steps: steps.map(({ ms: _, ...step }) => step),
  findings,
});

/** Counts by key, most frequent first. */
export function countBy<T, K extends string>(items: readonly T[], key: (item: T) => K | undefined) {
  const counts = new Map<K, number>();
  for (const item of items) {
    const name = key(item);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return Object.fromEntries(sorted) as Partial<Record<K, number>>;
}

/** Rejections by reason. */
export const countRejections = (rejections: readonly Rejection[]) =>
  countBy(rejections, ({ reason }) => reason);

/** Lengths in words; the median and the 95th percentile are values that occur (nearest rank). */
export function measureWords(examples: readonly { readonly text: string }[]): LengthStatistics {
  const lengths = examples.map(({ text }) => text.split(/\s+/).length).sort((a, b) => a - b);
  const at = (share: number) => lengths[Math.max(0, Math.ceil(share * lengths.length) - 1)] ?? 0;
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const mean = lengths.length === 0 ? 0 : Math.round((100 * total) / lengths.length) / 100;
  return { minimum: at(0), median: at(0.5), mean, p95: at(0.95), maximum: at(1) };
}

/** Counts of one side. */
export function auditSplit(
  examples: readonly Example[],
  prompts: number,
  labels: readonly string[],
): SplitAudit {
  const found: Partial<Record<string, number>> = countBy(
    examples.flatMap(({ mentions }) => mentions),
    ({ label }) => label,
  );
  return {
    prompts,
    examples: examples.length,
    withoutMention: examples.filter(({ mentions }) => mentions.length === 0).length,
    mentions: Object.fromEntries(labels.map((label) => [label, found[label] ?? 0])),
  };
}

/** Different mention texts by label. */
export function countDistinct(
  examples: readonly Example[],
  labels: readonly string[],
): Record<string, number> {
  const texts = new Map(labels.map((label) => [label, new Set<string>()]));
  for (const { text, mentions } of examples) {
    for (const { start, end, label } of mentions) texts.get(label)?.add(text.slice(start, end).toLowerCase());
  }
  return Object.fromEntries([...texts].map(([label, set]) => [label, set.size]));
}
