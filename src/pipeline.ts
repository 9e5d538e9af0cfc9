/** @file A task file -> a run folder with a model and its scores: the whole story, one call a stage. */
import { requireDevice } from "./engine/session.ts";
import { collectNames } from "./evaluate/dictionary.ts";
import { readModelFolder } from "./model/model-folder.ts";
import { openCompleter } from "./pipeline/create-completer.ts";
import { generateTask } from "./pipeline/generate-task.ts";
import { holdOut } from "./pipeline/hold-out.ts";
import { createEncoderFinder, curateTask } from "./pipeline/prepare-corpus.ts";
import { readGolds } from "./pipeline/read-golds.ts";
import { addRounds } from "./pipeline/rounds.ts";
import type { RunOptions, RunResult, TrainedTask } from "./pipeline/run-events.ts";
import { scoreRun } from "./pipeline/score-run.ts";
import {
  readTraining,
  removeTornCheckpoints,
  runPaths,
  type TrainingRecord,
  writeTask,
  writeTraining,
} from "./run-folder.ts";
import { parseTaskSpec, resolveTaskPath } from "./task/parse-spec.ts";
import { requireTrainable } from "./task/require-trainable.ts";
import type { TaskSpec } from "./task/spec.ts";
import { fineTune } from "./train/fine-tune.ts";
import { fingerprintTraining } from "./train/fingerprint.ts";
import { readTextFile } from "./util/files.ts";

/**
 * Runs a task from its file to scores. What a former run of the same input finished is used again; a training that was
 * interrupted goes on from its last checkpoint.
 * @throws InputError, EnvironmentError; InterruptedError when `signal` fires during training
 * @example const { evaluation } = await runTask("examples/disease/task.yaml");
 */
export async function runTask(taskFile: string, options: RunOptions = {}): Promise<RunResult> {
  // Before training: a faulty gold file is better told now than in ten minutes.
  const asked = await readSpec(taskFile, options.seed);
  for (const use of ["score", "select"] as const) await readGolds(taskFile, asked, use);
  const trained = await trainTask(taskFile, options);
  const evaluation = await scoreRun(taskFile, trained, options);
  return { ...trained, evaluation };
}

/** {@link runTask} up to the model, without scores. */
export async function trainTask(taskFile: string, options: RunOptions = {}): Promise<TrainedTask> {
  const { runsFolder = "runs", threads, seed, offline = false, signal, checkpointEveryMs, onEvent } = options;
  const { device } = options;
  // Before anything is fetched or written: a device that is not there is better told now.
  if (device !== undefined) await requireDevice(device);
  const written = await readSpec(taskFile, seed);
  const paths = runPaths(runsFolder, written);
  const spec = await addRounds(written, paths);
  await writeTask(paths, taskFile, spec);
  onEvent?.({ kind: "task", spec, folder: paths.folder });
  const findEncoder = createEncoderFinder(taskFile, spec, options);
  // One for both stages: its spending limit holds for them together, and a model is loaded once.
  const asks = !offline && spec.completions.from !== "recorded";
  const opened = asks ? await openCompleter(taskFile, spec, paths) : undefined;
  const { dataset } = await (async () => {
    const asking = { ...options, ...(opened && { completer: opened.completer }) };
    if (asks) await generateTask(taskFile, spec, paths, asking);
    return curateTask(taskFile, { ...spec, kind: "ner" }, paths, findEncoder, asking);
  })().finally(opened?.close);
  const encoder = await findEncoder();
  const held = await holdOut(taskFile, spec, dataset);
  const { distillation } = spec.training;
  const teacher = distillation && resolveTaskPath(taskFile, distillation.teacher);
  const input = { spec, encoder, names: collectNames(held.examples), ...held, ...(teacher && { teacher }) };
  const fingerprint = await fingerprintTraining(input);
  const former = await readTraining(paths);
  if (former?.fingerprint === fingerprint && (await isReadable(paths.model))) {
    onEvent?.({ kind: "training-reused", record: former });
    return { spec, paths, dataset, training: former };
  }
  await removeTornCheckpoints(paths);
  const startedAt = Date.now();
  const summary = await fineTune(input, {
    modelFolder: paths.model,
    checkpointFile: paths.checkpoint,
    fingerprint,
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
    ...(signal === undefined ? {} : { signal }),
    ...(checkpointEveryMs === undefined ? {} : { checkpointEveryMs }),
    onStart: (start) => onEvent?.({ kind: "training-start", start }),
    onStep: (step) => onEvent?.({ kind: "training-step", step }),
    onScore: (score) => onEvent?.({ kind: "training-score", score }),
  });
  const seconds = (Date.now() - startedAt) / 1000;
  const { steps, lastEpochLoss, widenedMentions, droppedMentions, cutWords } = summary;
  const { sequencesByEpoch, selection } = summary;
  const losses = { widenedMentions, droppedMentions, cutWords };
  const training: TrainingRecord = {
    fingerprint,
    steps,
    seconds,
    lastEpochLoss,
    ...losses,
    ...(sequencesByEpoch && { sequencesByEpoch }),
    ...(selection && { selection }),
  };
  await writeTraining(paths, training);
  onEvent?.({ kind: "training-done", record: training });
  return { spec, paths, dataset, training };
}

async function readSpec(taskFile: string, seed: number | undefined): Promise<TaskSpec> {
  const spec = parseTaskSpec(await readTextFile(taskFile, "task file"), { path: taskFile });
  requireTrainable(spec);
  return seed === undefined ? spec : { ...spec, training: { ...spec.training, seed } };
}

async function isReadable(modelFolder: string): Promise<boolean> {
  return readModelFolder(modelFolder).then(
    () => true,
    () => false,
  );
}
