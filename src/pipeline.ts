/** @file A task file -> a run folder with a model and its scores: the whole story, one call a stage. */
import { requireDevice } from "./engine/session.ts";
import { readModelFolder } from "./model/model-folder.ts";
import { openCompleter } from "./pipeline/create-completer.ts";
import { generateTask } from "./pipeline/generate-task.ts";
import { createEncoderFinder, curateTask } from "./pipeline/prepare-corpus.ts";
import { GOLD_CHECKS } from "./pipeline/read-golds.ts";
import { addRounds } from "./pipeline/rounds.ts";
import type { RunOptions, RunResult, TrainedTask } from "./pipeline/run-events.ts";
import { scoreRun } from "./pipeline/score-run.ts";
import { TRAINING_INPUTS } from "./pipeline/training-input.ts";
import {
  readTraining,
  removeTornCheckpoints,
  runPaths,
  type TrainingRecord,
  writeTask,
  writeTraining,
} from "./run-folder.ts";
import { parseTaskSpec } from "./task/parse-spec.ts";
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
  for (const use of ["score", "select"] as const) await GOLD_CHECKS[asked.kind](taskFile, asked, use);
  const trained = await trainTask(taskFile, options);
  const evaluation = await scoreRun(taskFile, trained, options);
  return { ...trained, evaluation } as RunResult; // both are of the task's kind
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
    return curateTask(taskFile, spec, paths, findEncoder, asking);
  })().finally(opened?.close);
  const { kind } = spec;
  const input = await TRAINING_INPUTS[kind](taskFile, spec, dataset as never, await findEncoder());
  const result = (training: TrainingRecord) => ({ kind, spec, paths, dataset, training }) as TrainedTask;
  const fingerprint = await fingerprintTraining(input);
  const former = await readTraining(paths);
  if (former?.fingerprint === fingerprint && (await isReadable(paths.model))) {
    onEvent?.({ kind: "training-reused", record: former });
    return result(former);
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
  const { steps, lastEpochLoss, widenedMentions, droppedMentions, cutWords, cutTexts } = summary;
  const { sequencesByEpoch, selection, threshold } = summary;
  const losses = { widenedMentions, droppedMentions, cutWords };
  const training: TrainingRecord = {
    fingerprint,
    steps,
    seconds,
    lastEpochLoss,
    ...losses,
    ...(cutTexts === undefined ? {} : { cutTexts }),
    ...(threshold && { threshold }),
    ...(sequencesByEpoch && { sequencesByEpoch }),
    ...(selection && { selection }),
  };
  await writeTraining(paths, training);
  onEvent?.({ kind: "training-done", record: training });
  return result(training);
}

async function readSpec(taskFile: string, seed: number | undefined): Promise<TaskSpec> {
  const spec = parseTaskSpec(await readTextFile(taskFile, "task file"), { path: taskFile });
  return seed === undefined ? spec : { ...spec, training: { ...spec.training, seed } };
}

async function isReadable(modelFolder: string): Promise<boolean> {
  return readModelFolder(modelFolder).then(
    () => true,
    () => false,
  );
}
