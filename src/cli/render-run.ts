/** @file What a run gave -> the lines at its end, the next command among them. */
import { relative } from "node:path";
import type { RunResult, TrainedTask } from "../pipeline/run-events.ts";
import type { ScoredSet } from "../run-folder.ts";
import type { TaskKind } from "../task/spec.ts";
import { renderCorpus, renderRelationCorpus } from "./render-corpus.ts";
import { renderLeftOut } from "./render-pruning.ts";
import { renderRelationSet, renderSkippedOf } from "./render-relation-scores.ts";
import { renderScores, renderSkipped, renderUnsupported } from "./render-scores.ts";
import { renderCount, renderPlural } from "./render-table.ts";

/** After `run`. */
export function renderRun(result: RunResult, program: string): string {
  const { evaluation, paths } = result;
  const lines = [
    ...renderTrained(result),
    ...renderSets(result).flatMap((lines) => ["", ...lines]),
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

function renderTrained(run: TrainedTask): string[] {
  const { spec, training } = run;
  return [
    ...(run.kind === "ner"
      ? renderCorpus(run.dataset.audit, training)
      : renderRelationCorpus(run.dataset.audit, training)),
    `Training: ${renderPlural(training.steps, "step")}, seed ${spec.training.seed}, loss ${training.lastEpochLoss.toFixed(4)} in the last epoch`,
    ...renderPruning(training),
    ...renderSelection(training),
    ...renderThreshold(training),
  ];
}

function renderThreshold({ threshold }: TrainedTask["training"]): string[] {
  if (threshold === undefined) return [];
  const { value, by, f1 = 0, pairs = 0 } = threshold;
  const why = {
    dev: `F1 ${f1.toFixed(3)} on ${renderPlural(pairs, "held-out synthetic pair")}`,
    given: "given by the task",
    default: "nothing is held out to choose it by",
  };
  return [`Related: where the probability is ${value.toFixed(3)} or more (${why[by]})`];
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

const titleOf = ({ kind, name }: Pick<ScoredSet, "kind" | "name">): string =>
  kind === "synthetic" ? "synthetic (not real text), held out of training" : name;

function renderSets({ kind, evaluation }: RunResult): string[][] {
  if (kind === "ner") return evaluation.sets.map(renderSet);
  return evaluation.sets.map((set) => [
    ...renderRelationSet(titleOf(set), set.evaluation),
    ...renderSkippedOf(set),
  ]);
}

function renderSet({ kind, name, evaluation, skipped }: ScoredSet): string[] {
  const title = titleOf({ kind, name });
  const advice = 'If it is not annotated with them, name those it has: "labels" under gold in the task file.';
  return [
    ...renderScores(title, evaluation),
    ...renderSkipped(skipped),
    ...(kind === "gold" ? renderUnsupported(evaluation, advice) : []),
  ];
}

/** What a model of a kind is used for. */
const NEXT: { readonly [K in TaskKind]: (model: string) => string } = {
  ner: (model) => `annotate ${model} YOUR_TEXT.txt`,
  relation: (model) => `evaluate ${model} --gold YOUR_PAIRS.jsonl`,
};

function renderNext({ kind, paths }: TrainedTask, program: string): string[] {
  return [`Model:   ${paths.model}`, `Next:    ${program} ${NEXT[kind](paths.model)}`];
}

/** As seen from here, where that is shorter. */
function shorten(path: string): string {
  const short = relative(process.cwd(), path);
  return short.length < path.length ? short : path;
}
