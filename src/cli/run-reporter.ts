/** @file The events of a run -> lines and bars on stderr. */
import type { RunEvent } from "../pipeline/run-events.ts";
import type { TrainStep } from "../train/train-model.ts";
import type { Progress, Task } from "./progress.ts";
import { renderCompletionProgress, renderCurationLines, renderGeneration } from "./render-generation.ts";
import { renderEpoch, renderLeftOut } from "./render-pruning.ts";
import { renderBytes, renderCount, renderPlural, renderSeconds } from "./render-table.ts";

export interface RunReporter {
  report(event: RunEvent): void;
  /** Whether a stop now would lose work: then it is to be asked for and waited for. */
  isTraining(): boolean;
  /** Whether a model is being asked: a stop lets it finish what is in flight. */
  isAsking(): boolean;
  /** The last word of a run that was asked to stop: no bar comes after it. */
  sayLast(line: string): void;
  /** Ends a bar that an error has left open. */
  close(): void;
}

export function createRunReporter(progressBar: Progress): RunReporter {
  let open: { key: string; task: Task } | undefined;
  let training = false;
  let asking = false;
  let epochs = 0;
  let epochTold = 0;
  let stopping = false;
  const close = () => {
    open?.task.stop();
    open = undefined;
  };
  const taskFor = (key: string, start: () => Task): Task => {
    if (open?.key !== key) {
      close();
      open = { key, task: start() };
    }
    return open.task;
  };
  const say = (line: string) => {
    close();
    progressBar.say(line);
  };

  const handlers: { [K in RunEvent["kind"]]: (event: Extract<RunEvent, { kind: K }>) => void } = {
    task: ({ spec, folder }) => {
      epochs = spec.training.epochs;
      say(`task ${spec.name}: labels ${Object.keys(spec.labels).join(", ")}; results go to ${folder}`);
    },
    "generation-start": () => {
      asking = true;
    },
    "generation-progress": ({ progress, prompts }) => {
      if (stopping) return;
      const start = () => progressBar.start({ title: "generate", total: prompts });
      taskFor(`generate ${prompts}`, start).update(
        progress.answered + progress.failed,
        renderCompletionProgress(progress),
      );
    },
    "generation-done": ({ generation }) => {
      asking = false;
      say(renderGeneration({ generation }));
    },
    "verification-progress": ({ progress }) => {
      asking = true;
      asking = true;
      if (stopping) return;
      taskFor("verify", () => progressBar.start({ title: "verify" })).update(
        progress.answered + progress.failed,
        renderCompletionProgress(progress),
      );
    },
    "fold-start": ({ fold: { fold, folds, trained, read, reused } }) => {
      asking = false;
      say(
        `cross-validation: part ${fold + 1} of ${folds}, ${reused ? "read before" : `${renderPlural(read, "example")} read by a model of ${renderCount(trained)}`}`,
      );
    },
    "fold-step": ({ step: { step, totalSteps: total }, fold }) => {
      const start = () => progressBar.start({ title: `part ${fold + 1}`, total });
      taskFor(`fold ${fold}`, start).update(step);
    },
    curation: ({ curated }) => {
      asking = false;
      asking = false;
      for (const line of renderCurationLines(curated)) say(line);
    },
    download: ({ progress: { file, receivedBytes, totalBytes } }) => {
      const total = totalBytes === undefined ? {} : { total: totalBytes };
      const start = () => progressBar.start({ title: `download ${file}`, ...total, render: renderBytes });
      taskFor(`download ${file}`, start).update(receivedBytes);
    },
    encoder: ({ source }) => say(`encoder: ${source}`),
    "training-reused": ({ record }) =>
      say(`training: nothing has changed, the model of ${renderPlural(record.steps, "step")} is used again`),
    "training-start": ({ start }) => {
      training = true;
      if (start.checkpointIgnored !== undefined)
        say(`training: the checkpoint is not used, ${start.checkpointIgnored}`);
      if (start.resumedAt > 0) say(`training: goes on from the checkpoint at step ${start.resumedAt}`);
      say(
        `training: ${renderPlural(start.sequences, "sequence")}, ${renderCount(start.tokens)} tokens an epoch`,
      );
    },
    "training-step": ({ step }) => {
      if (stopping) return;
      const { step: done, totalSteps: total } = step;
      if (step.epoch !== epochTold) {
        epochTold = step.epoch;
        const line = renderEpoch(step.sequencesByEpoch, step.epoch);
        if (line !== undefined) say(`training: ${line}`);
      }
      const start = () => progressBar.start({ title: "training", total, done: done - 1 });
      taskFor(`training ${total}`, start).update(done, renderStep(step, epochs));
    },
    "training-score": ({ score: { step, f1, kind, name, isBest } }) => {
      if (stopping) return;
      const set = kind === "synthetic" ? `${name}, synthetic` : name;
      say(`training: step ${step}, F1 ${f1.toFixed(3)} on ${set}${isBest ? ", the best so far" : ""}`);
    },
    "training-done": ({ record }) => {
      training = false;
      const { seconds, lastEpochLoss, sequencesByEpoch } = record;
      const leftOut = sequencesByEpoch ? `, ${renderLeftOut(sequencesByEpoch)}` : "";
      say(
        `training: done in ${renderSeconds(seconds)}, loss ${lastEpochLoss.toFixed(4)} in the last epoch${leftOut}`,
      );
    },
    "evaluation-progress": ({ name, done, total }) =>
      taskFor(`score ${name}`, () => progressBar.start({ title: `score ${name}`, total })).update(done),
    "evaluation-reused": () => say("scores: nothing has changed, they are used again"),
  };
  return {
    report: (event) => (handlers[event.kind] as (event: RunEvent) => void)(event),
    isTraining: () => training,
    isAsking: () => asking,
    sayLast(line) {
      say(line);
      stopping = true;
    },
    close,
  };
}

function renderStep({ epoch, loss }: TrainStep, epochs: number): string {
  return `epoch ${epoch + 1}/${epochs}, loss ${loss.toFixed(4)}`;
}
