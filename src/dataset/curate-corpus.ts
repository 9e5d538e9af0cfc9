/** @file Examples and the task's `curation` -> the examples that are kept, every dropped one with its reason, a report. */
import type { CurationSpec } from "../task/curation-spec.ts";
import { countBy } from "./audit.ts";
import { measureContamination } from "./contamination.ts";
import { checkCorpus } from "./corpus-checks.ts";
import type { CorpusItem, CorpusKind } from "./corpus-item.ts";
import type { CurationReport, DroppedExample } from "./curation-report.ts";
import {
  type Course,
  type Embed,
  runExact,
  runIdentifiers,
  runReferences,
  runSimilar,
  runSimpleSteps,
  runUnmarked,
} from "./curation-steps.ts";
import { measureDiversity } from "./diversity.ts";
import { createForbiddenFinder } from "./forbidden-mentions.ts";
import { type Reference, sentencesOf } from "./read-reference.ts";
import { splitByPrompt } from "./split-by-prompt.ts";

/** What curation needs beside the task's `curation`. */
export interface CurationOptions<T extends CorpusItem> {
  /** How examples of this kind are looked into: `NER_ITEMS` or `RELATION_ITEMS`. */
  readonly kind: CorpusKind<T>;
  readonly labels: readonly string[];
  /** Of a relation task. */
  readonly classes?: readonly string[];
  readonly negative?: string;
  /** Those of `curation.references` that are there, read. Default: none. */
  readonly references?: readonly Reference[];
  /** Vectors of length 1, one a text; asked for once, where `curation.embedding` is not 0. */
  readonly embed?: Embed;
  /** Every prompt that was asked, to see which gave nothing. Default: those of the examples. */
  readonly prompts?: readonly string[];
  /** The split to come, to see whether dev examples stand in training. Default: no look. */
  readonly split?: { readonly devFraction: number; readonly seed: number };
  /** Of the samples that diversity is measured on. Default 1. */
  readonly seed?: number;
}

export interface CuratedCorpus<T> {
  readonly kept: readonly T[];
  readonly dropped: readonly DroppedExample[];
  readonly report: CurationReport;
}

/**
 * Runs the steps of `CURATION_STEPS` in order: first what looks at one example (words, forbidden mentions, identifiers),
 * then exact duplicates (always: `buildDataset` would drop them too), what references share, near duplicates by words
 * and by vectors, and last the names that stand unmarked. In each, of two like examples the earlier is kept. With
 * every step off or finding nothing, the kept examples are those that came, in their order.
 * @throws InputError when `curation.forbidden` is wrong, or `curation.embedding` is on and `embed` is absent
 * @example const { kept } = await curateCorpus(examples, spec.curation, { kind: NER_ITEMS, labels: ["Disease"] });
 */
export async function curateCorpus<T extends CorpusItem>(
  examples: readonly T[],
  spec: CurationSpec,
  options: CurationOptions<T>,
): Promise<CuratedCorpus<T>> {
  const { kind, labels, references = [], seed = 1 } = options;
  const findForbidden = createForbiddenFinder(spec.forbidden, labels);
  const course: Course<T> = { items: examples, dropped: [], steps: [] };
  runSimpleSteps(course, spec, kind, findForbidden);
  const identifiers = runIdentifiers(course, spec);
  runExact(course, kind);
  runReferences(course, spec, references);
  await runSimilar(course, spec, kind, options.embed);
  runUnmarked(course, spec, kind);

  const { items: kept, dropped, steps } = course;
  const devPrompts = findDevPrompts(kept, options.split);
  const { classes, negative, prompts } = options;
  const findings = checkCorpus(kept, kind, {
    labels,
    words: spec.words,
    findForbidden,
    ...(classes === undefined ? {} : { classes }),
    ...(negative === undefined ? {} : { negative }),
    ...(prompts === undefined ? {} : { prompts }),
    ...(devPrompts === undefined ? {} : { devPrompts }),
  });
  const mentions = kept.flatMap((item) =>
    kind.mentions(item).map(({ start, end }) => item.text.slice(start, end)),
  );
  const diversity = measureDiversity(
    [
      { name: "corpus", texts: kept.map(({ text }) => text), mentions },
      ...references.map((reference) => ({ name: reference.name, texts: sentencesOf(reference) })),
    ],
    { seed },
  );
  const report: CurationReport = {
    kind: kind.kind,
    taken: examples.length,
    kept: kept.length,
    dropped: countBy(dropped, ({ reason }) => reason),
    steps,
    findings,
    identifiers,
    diversity,
    contamination: references.map((reference) => measureContamination(kept, reference)),
  };
  return { kept, dropped, report };
}

function findDevPrompts(
  items: readonly CorpusItem[],
  split: CurationOptions<CorpusItem>["split"],
): ReadonlySet<string> | undefined {
  if (split === undefined || items.length === 0) return undefined;
  return new Set(splitByPrompt(items, split.devFraction, split.seed).dev.map(({ prompt }) => prompt));
}
