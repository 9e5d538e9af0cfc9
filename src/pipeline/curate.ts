/** @file Completions -> examples -> curated -> dataset, each written to the run folder; one way a kind of task. */
import { buildDataset, type Dataset } from "../dataset/build-dataset.ts";
import { buildRelations, type RelationDataset } from "../dataset/build-relations.ts";
import { NER_ITEMS, RELATION_ITEMS } from "../dataset/corpus-item.ts";
import type { CurationReport } from "../dataset/curation-report.ts";
import { renderDatasetCard } from "../dataset/dataset-card.ts";
import { collectExamples, collectRelations } from "../generate/collect-examples.ts";
import type { CompleteOptions, Completer } from "../generate/completer.ts";
import type { EncoderFiles } from "../model/encoder-folder.ts";
import { type RunPaths, writeCuration, writeDataset, writeExamples, writeRelations } from "../run-folder.ts";
import type { TaskKind, TaskSpec } from "../task/spec.ts";
import type { CrossValidateOptions } from "../train/cross-validate.ts";
import { type CleanedCorpus, cleanCorpus } from "./clean-corpus.ts";
import { type DoubtReport, doubtLabels, doubtRelations } from "./doubt-labels.ts";
import { type ReadCompletions, readCompletions } from "./read-completions.ts";

export interface CurateOptions extends CompleteOptions {
  /** Asked for second readings that are not there. Absent: nothing is asked. */
  readonly completer?: Completer;
  /** Called only where a step needs it: vectors, cross-validation. */
  encoder(): Promise<EncoderFiles>;
  readonly crossValidation?: Omit<CrossValidateOptions, "folder">;
}

/** A curated corpus, and what was done to it. */
export interface Curated<D> {
  /** Completions that were read. */
  readonly completions: number;
  readonly dataset: D;
  readonly report: CurationReport;
  readonly doubts: readonly DoubtReport[];
  /** References that are not there and may be absent. */
  readonly absentReferences: readonly string[];
}

/** The dataset of each kind of task. */
export interface DatasetOfKind {
  readonly ner: Dataset;
  readonly relation: RelationDataset;
}

/**
 * Reads, cleans, verifies and splits the corpus of an NER task.
 * @throws InputError when completions are unreadable, empty, or lack a label
 */
export async function curate(
  taskFile: string,
  spec: TaskSpec,
  paths: RunPaths,
  options: CurateOptions,
): Promise<Curated<Dataset>> {
  const read = await readCompletions(taskFile, spec, paths);
  const { completions, examples, rejections, repairs } = await collectExamples(read.results, spec);
  await writeExamples(paths, { examples, rejections });
  const source = { prompts: read.prompts, encoder: options.encoder };
  const cleaned = await cleanCorpus(taskFile, spec, NER_ITEMS, examples, source);
  const { kept, reports } = await doubtLabels(taskFile, spec, paths, cleaned.kept, options);
  const dataset = buildDataset(kept, rejections, {
    labels: Object.keys(spec.labels),
    repairs,
    curation: cleaned.report,
    ...spec.dataset,
  });
  await writeDataset(paths, dataset);
  await writeReport(paths, spec, read, cleaned, reports, dataset);
  return { completions, dataset, doubts: reports, ...facts(cleaned) };
}

/** The twin of {@link curate} for relation tasks. */
async function curateRelations(
  taskFile: string,
  spec: TaskSpec,
  paths: RunPaths,
  options: CurateOptions,
): Promise<Curated<RelationDataset>> {
  const read = await readCompletions(taskFile, spec, paths);
  const { completions, examples, rejections, repairs } = await collectRelations(read.results, spec);
  await writeExamples(paths, { examples, rejections });
  const source = { prompts: read.prompts, encoder: options.encoder };
  const cleaned = await cleanCorpus(taskFile, spec, RELATION_ITEMS, examples, source);
  const { kept, reports } = await doubtRelations(taskFile, spec, paths, cleaned.kept, options);
  const dataset = buildRelations(kept, rejections, {
    classes: Object.keys(spec.relation?.classes ?? {}),
    repairs,
    curation: cleaned.report,
    ...spec.dataset,
  });
  await writeRelations(paths, dataset);
  await writeReport(paths, spec, read, cleaned, reports, dataset);
  return { completions, dataset, doubts: reports, ...facts(cleaned) };
}

/** One way a kind of task. */
export const CURATORS: {
  readonly [K in TaskKind]: (...input: Parameters<typeof curate>) => Promise<Curated<DatasetOfKind[K]>>;
} = { ner: curate, relation: curateRelations };

const facts = ({ report, absentReferences }: CleanedCorpus<unknown>) => ({ report, absentReferences });

async function writeReport(
  paths: RunPaths,
  spec: TaskSpec,
  { prompts, model }: ReadCompletions,
  { report, dropped, absentReferences }: CleanedCorpus<unknown>,
  doubts: readonly DoubtReport[],
  { train, dev, audit }: Dataset | RelationDataset,
): Promise<void> {
  const card = renderDatasetCard({
    spec,
    report,
    split: { train: train.length, dev: dev.length },
    rejections: audit.rejections,
    provenance: { model, prompts: prompts.length },
  });
  const steps = report.steps.map(({ ms: _, ...step }) => step); // the same corpus gives the same file
  const contamination = report.contamination.map(({ sharedWords: _, ...facts }) => facts); // a number an example
  await writeCuration(paths, {
    report: { ...report, steps, contamination, doubts, absentReferences },
    dropped,
    card,
  });
}
