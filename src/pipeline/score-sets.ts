/** @file A trained task -> every set of its that is to be scored, scored; one way a kind. */
import { evaluateDocumentRelations } from "../evaluate/evaluate-documents.ts";
import { evaluatePredictor } from "../evaluate/evaluate-predictor.ts";
import { evaluateRelationPredictor } from "../evaluate/evaluate-relations.ts";
import { loadNerPredictor } from "../model/ner-predictor.ts";
import { loadRelationPredictor } from "../model/relation-predictor.ts";
import type { EvaluationOfKind, ScoredSet } from "../run-folder.ts";
import type { CorpusDocument } from "../task/corpus-document.ts";
import type { GoldExample } from "../task/example.ts";
import { requireRelation } from "../task/output-names.ts";
import type { GoldRelation } from "../task/relation-example.ts";
import type { TaskKind } from "../task/spec.ts";
import { readGolds, readRelationGolds } from "./read-golds.ts";
import type { RunOptions, TrainedTaskOf } from "./run-events.ts";

type SetScorer<K extends TaskKind> = (
  taskFile: string,
  run: TrainedTaskOf<K>,
  options: RunOptions,
) => Promise<ScoredSet<K>[]>;

/** The held-out synthetic examples first, then the gold in the order of the task. */
export const SET_SCORERS: { readonly [K in TaskKind]: SetScorer<K> } = {
  ner: scoreMentions,
  relation: scorePairs,
};

async function scoreMentions(
  taskFile: string,
  run: TrainedTaskOf<"ner">,
  options: RunOptions,
): Promise<ScoredSet<"ner">[]> {
  const predictor = await loadNerPredictor(run.paths.model, computeOptions(options));
  const score = (examples: readonly GoldExample[], set: SetFacts, labels = predictor.labels) =>
    addScores<"ner">(set, options, (onProgress) =>
      evaluatePredictor(predictor, examples, { names: predictor.model.names, labels, onProgress }),
    );
  try {
    const sets: ScoredSet<"ner">[] = [];
    const held = run.dataset.dev.map(({ prompt, ...example }) => ({ ...example, document: prompt }));
    if (held.length > 0) sets.push(await score(held, syntheticSet(run)));
    for (const { name, path, labels, gold } of await readGolds(taskFile, run.spec)) {
      const { examples, skipped } = gold;
      sets.push(await score(examples, { kind: "gold", name, path, skipped }, labels));
    }
    return sets;
  } finally {
    await predictor.release();
  }
}

async function scorePairs(
  taskFile: string,
  run: TrainedTaskOf<"relation">,
  options: RunOptions,
): Promise<ScoredSet<"relation">[]> {
  const predictor = await loadRelationPredictor(run.paths.model, computeOptions(options));
  const relation = requireRelation(run.spec);
  const { negative, directed } = relation;
  const { pairs } = predictor.model;
  const score = (gold: readonly GoldRelation[], set: SetFacts) =>
    addScores<"relation">(set, options, (onProgress) =>
      evaluateRelationPredictor(predictor, gold, { negative, directed, pairs, onProgress }),
    );
  const scoreDocuments = (documents: readonly CorpusDocument[], set: SetFacts) =>
    addScores<"relation">(set, options, (onProgress) =>
      evaluateDocumentRelations(predictor, documents, { relation, ...thresholdOf(predictor), onProgress }),
    );
  try {
    const sets: ScoredSet<"relation">[] = [];
    const held = run.dataset.dev.map(({ prompt, ...pair }) => ({ ...pair, document: prompt }));
    if (held.length > 0) sets.push(await score(held, syntheticSet(run)));
    for (const { name, path, gold } of await readRelationGolds(taskFile, run.spec))
      sets.push(
        "pairs" in gold
          ? await score(gold.pairs, { kind: "gold", name, path, skipped: gold.skipped })
          : await scoreDocuments(gold.documents, { kind: "gold", name, path, skipped: gold.skipped }),
      );
    return sets;
  } finally {
    await predictor.release();
  }
}

const thresholdOf = ({ threshold }: { readonly threshold?: number }) =>
  threshold === undefined ? {} : { threshold };

type SetFacts = Omit<ScoredSet, "evaluation">;

const syntheticSet = ({ paths }: TrainedTaskOf<TaskKind>): SetFacts => ({
  kind: "synthetic",
  name: "synthetic dev",
  path: `${paths.folder}/dataset/dev.jsonl`,
  skipped: [],
});

const computeOptions = ({ threads, device }: RunOptions) => ({
  ...(threads === undefined ? {} : { threads }),
  ...(device === undefined ? {} : { device }),
});

async function addScores<K extends TaskKind>(
  set: SetFacts,
  { onEvent }: RunOptions,
  evaluate: (onProgress: (done: number, total: number) => void) => Promise<EvaluationOfKind[K]>,
): Promise<ScoredSet<K>> {
  const evaluation = await evaluate((done, total) =>
    onEvent?.({ kind: "evaluation-progress", name: set.name, done, total }),
  );
  return { ...set, evaluation };
}
