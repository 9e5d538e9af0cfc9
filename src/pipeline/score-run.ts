/** @file A trained task -> its scores on gold and on held-out synthetic examples, baselines beside them. */
import { createHash } from "node:crypto";
import {
  type RunEvaluation,
  readRunEvaluation,
  type TrainingRecord,
  writeRunEvaluation,
} from "../run-folder.ts";
import type { GoldSpec, TaskKind, TaskSpec } from "../task/spec.ts";
import { fileExists, hashFile } from "../util/files.ts";
import { findGolds } from "./read-golds.ts";
import type { RunOptions, TrainedTask } from "./run-events.ts";
import { SET_SCORERS } from "./score-sets.ts";

/** Scores the model on every gold file of the task and on the held-out synthetic examples. */
export async function scoreRun(
  taskFile: string,
  run: TrainedTask,
  options: RunOptions,
): Promise<RunEvaluation<TaskKind>> {
  const { spec, paths, training } = run;
  const { onEvent } = options;
  const { present: golds, absent } = await findGolds(taskFile, spec);
  const fingerprint = await fingerprintEvaluation(training, spec, golds);
  const former = await readRunEvaluation(paths, fingerprint);
  if (former) {
    onEvent?.({ kind: "evaluation-reused" });
    return former;
  }
  // the kind says which form of run it is
  const sets = await SET_SCORERS[run.kind](taskFile, run as never, options);
  const evaluation: RunEvaluation<TaskKind> = { fingerprint, sets, absent };
  await writeRunEvaluation(paths, evaluation);
  return evaluation;
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
