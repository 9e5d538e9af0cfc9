/** @file A trained task -> its scores on gold and on held-out synthetic examples, baselines beside them. */
import { createHash } from "node:crypto";
import { evaluatePredictor } from "../evaluate/evaluate-predictor.ts";
import { loadNerPredictor } from "../model/ner-predictor.ts";
import {
  type RunEvaluation,
  readRunEvaluation,
  type ScoredSet,
  type TrainingRecord,
  writeRunEvaluation,
} from "../run-folder.ts";
import type { GoldExample } from "../task/example.ts";
import type { GoldSpec, TaskSpec } from "../task/spec.ts";
import { fileExists, hashFile } from "../util/files.ts";
import { findGolds, readGolds } from "./read-golds.ts";
import type { RunOptions, TrainedTask } from "./run-events.ts";

/** Scores the model on every gold file of the task and on the held-out synthetic examples. */
export async function scoreRun(
  taskFile: string,
  run: TrainedTask,
  options: RunOptions,
): Promise<RunEvaluation> {
  const { spec, paths, dataset, training } = run;
  const { threads, device, onEvent } = options;
  const { present: golds, absent } = await findGolds(taskFile, spec);
  const fingerprint = await fingerprintEvaluation(training, spec, golds);
  const former = await readRunEvaluation(paths, fingerprint);
  if (former) {
    onEvent?.({ kind: "evaluation-reused" });
    return former;
  }
  const predictor = await loadNerPredictor(paths.model, {
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
  });
  try {
    const score = async (
      set: Omit<ScoredSet, "evaluation">,
      examples: readonly GoldExample[],
      labels: readonly string[] = predictor.labels,
    ): Promise<ScoredSet> => {
      const onProgress = (done: number, total: number) =>
        onEvent?.({ kind: "evaluation-progress", name: set.name, done, total });
      return {
        ...set,
        evaluation: await evaluatePredictor(predictor, examples, {
          names: predictor.model.names,
          labels,
          onProgress,
        }),
      };
    };
    const sets: ScoredSet[] = [];
    if (dataset.dev.length > 0) {
      const held = dataset.dev.map(({ prompt, ...example }) => ({ ...example, document: prompt }));
      sets.push(
        await score(
          {
            kind: "synthetic",
            name: "synthetic dev",
            path: `${paths.folder}/dataset/dev.jsonl`,
            skipped: [],
          },
          held,
        ),
      );
    }
    for (const { name, path, labels, gold } of await readGolds(taskFile, spec)) {
      const { examples, skipped } = gold;
      sets.push(await score({ kind: "gold", name, path, skipped }, examples, labels));
    }
    const evaluation: RunEvaluation = { fingerprint, sets, absent };
    await writeRunEvaluation(paths, evaluation);
    return evaluation;
  } finally {
    await predictor.release();
  }
}

async function fingerprintEvaluation(
  training: TrainingRecord,
  spec: TaskSpec,
  golds: readonly GoldSpec[],
): Promise<string> {
  const hashes: string[] = [];
  for (const { path } of golds) hashes.push((await fileExists(path)) ? await hashFile(path) : "");
  return createHash("sha256")
    .update(JSON.stringify([training.fingerprint, spec.dataset, spec.gold, golds, hashes]))
    .digest("hex");
}
