/** @file What a run gave -> the lines at its end, the next command among them. */
import { relative } from "node:path";
import type { RunResult, TrainedTask } from "../pipeline/run-events.ts";
import type { ScoredSet } from "../run-folder.ts";
import { renderCorpus } from "./render-corpus.ts";
import { renderLeftOut } from "./render-pruning.ts";
import { renderScores, renderSkipped, renderUnsupported } from "./render-scores.ts";
import { renderCount, renderPlural } from "./render-table.ts";

/** After `run`. */
export function renderRun(result: RunResult, program: string): string {
  const { evaluation, paths } = result;
  const lines = [
    ...renderTrained(result),
    ...evaluation.sets.flatMap((set) => ["", ...renderSet(set)]),
    ...evaluation.absent.flatMap(({ name, path }) => [
      "",
      `${name}: not scored, ${shorten(path)} is not there`,
    ]),
    ...(evaluation.sets.length === 0 ? ["", "Nothing was held out and no gold is there: no score."] : []),
    "",
    `Scores:  ${paths.evaluation}`,
    ...renderNext(result, program),
  ];
  return `${lines.join("\n")}\n`;
}

/** After `train`. */
export function renderTraining(result: TrainedTask, program: string): string {
  return `${[...renderTrained(result), "", ...renderNext(result, program)].join("\n")}\n`;
}

function renderTrained({ spec, dataset, training }: TrainedTask): string[] {
  return [
    ...renderCorpus(dataset.audit, training),
    `Training: ${renderPlural(training.steps, "step")}, seed ${spec.training.seed}, loss ${training.lastEpochLoss.toFixed(4)} in the last epoch`,
    ...renderPruning(training),
    ...renderSelection(training),
  ];
}

function renderPruning({ sequencesByEpoch }: TrainedTask["training"]): string[] {
  if (sequencesByEpoch === undefined) return [];
  const ran = sequencesByEpoch.map(renderCount).join(", ");
  return [`Pruning:  ${renderLeftOut(sequencesByEpoch)}; run by epoch: ${ran}`];
}

function renderSelection({ selection, steps }: TrainedTask["training"]): string[] {
  if (selection === undefined) return [];
  const { kind, name, texts, chosen, scores, stoppedEarly } = selection;
  const what = kind === "synthetic" ? `${name}, synthetic (not real text)` : name;
  const end = stoppedEarly ? `; stopped early after step ${steps}` : "";
  return [
    `Model:    of step ${chosen.step}, F1 ${chosen.f1.toFixed(3)} on ${what}, ${renderPlural(texts, "text")}, scored ${renderPlural(scores.length, "time")}${end}`,
  ];
}

function renderSet({ kind, name, evaluation, skipped }: ScoredSet): string[] {
  const title = kind === "synthetic" ? "synthetic (not real text), held out of training" : name;
  const advice = 'If it is not annotated with them, name those it has: "labels" under gold in the task file.';
  return [
    ...renderScores(title, evaluation),
    ...renderSkipped(skipped),
    ...(kind === "gold" ? renderUnsupported(evaluation, advice) : []),
  ];
}

function renderNext({ paths }: TrainedTask, program: string): string[] {
  return [`Model:   ${paths.model}`, `Next:    ${program} annotate ${paths.model} YOUR_TEXT.txt`];
}

/** As seen from here, where that is shorter. */
function shorten(path: string): string {
  const short = relative(process.cwd(), path);
  return short.length < path.length ? short : path;
}
