/**
 * @file The recorded disease corpus without a tenth of its lines -> F1 on the dev set beside that of the whole, in a result file.
 *
 *   npm run bench:removal -- [--by learnt] [--seeds 1,2,3] [--minutes 4]
 *
 * Which tenth: `none`, `random`, `learnt` (what a model that has not seen the line is surest of, texts with and without a mention apart:
 * `curation.disagreement.learnt`), `doubted` (whose marks that model contradicts most). Five minutes a seed on 2 cores; with `--minutes` it stops after so long, and the same command goes
 * on. Lines are taken out of the recorded answers, so everything from there on is an ordinary run of the task.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { parse, stringify } from "yaml";
import { findDoubts } from "../src/dataset/label-doubts.ts";
import { findLearnt } from "../src/dataset/learnt-examples.ts";
import { resolveEncoder } from "../src/model/encoder-files.ts";
import { requireKind } from "../src/pipeline/run-events.ts";
import { runTask } from "../src/pipeline.ts";
import { crossValidate } from "../src/train/cross-validate.ts";
import { parseJsonLines, renderJsonLines } from "../src/util/files.ts";
import { createRandom, shuffle } from "../src/util/random.ts";
import { scoreExamples } from "./detection.ts";
import { describeMachine } from "./machine.ts";
import { mean } from "./mean.ts";
import { readRecordedCorpus, readTaskFor } from "./recorded-corpus.ts";

const { values } = parseArgs({
  options: {
    task: { type: "string", default: "examples/disease/task.yaml" },
    recordings: { type: "string", default: "../shared/recordings" },
    by: { type: "string", default: "learnt" },
    seeds: { type: "string", default: "1,2,3" },
    share: { type: "string", default: "0.1" },
    minutes: { type: "string" },
    out: { type: "string", default: "bench/results/removal.json" },
  },
});
const labels = ["Disease"];
const work = join(".cache", "bench-removal");

const spec = readTaskFor(values.task, labels);
const examples = await readRecordedCorpus(values.recordings, "disease", labels);
const removed = new Set((await rankExamples()).slice(0, Math.round(Number(values.share) * examples.length)));
const task = writeReducedTask(removed);

const signal =
  values.minutes === undefined ? {} : { signal: AbortSignal.timeout(60_000 * Number(values.minutes)) };
const runs = [];
for (const seed of values.seeds.split(",").map(Number)) {
  const run = await runTask(task, { runsFolder: join(work, `${values.by}-${seed}`), seed, ...signal });
  const { dataset, training, evaluation } = requireKind(run, "ner");
  const gold = evaluation.sets.find(({ kind }) => kind === "gold");
  if (gold === undefined) throw new Error("The task has no gold to score on here.");
  const { precision, recall, f1 } = gold.evaluation.strict.micro;
  runs.push({ seed, train: dataset.train.length, steps: training.steps, precision, recall, f1 });
  console.error(JSON.stringify(runs.at(-1)));
}
const earlier = existsSync(values.out)
  ? (JSON.parse(readFileSync(values.out, "utf8")) as Record<string, unknown>)
  : {};
const mentionless = examples.filter(({ id, mentions }) => removed.has(id) && mentions.length === 0).length;
const row = { removed: removed.size, mentionless, meanF1: mean(runs.map(({ f1 }) => f1)), runs };
const result = {
  what: "strict F1 on the gold dev set, trained without a share of the lines as recorded, by which lines",
  task: values.task,
  machine: describeMachine(),
  ...earlier,
  [values.by]: row,
};
writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(row, null, 2));

/** Ids of the examples, the first to go first. */
async function rankExamples(): Promise<readonly string[]> {
  if (values.by === "none") return [];
  if (values.by === "random") {
    const ids = examples.map(({ id }) => id);
    return shuffle(ids, createRandom(1, "removal"));
  }
  const readings = await crossValidate(
    { spec, examples, encoder: await resolveEncoder(spec.encoder), folds: 3, epochs: 2 },
    { folder: join(work, "folds") },
  );
  const byScore = (scores: ReadonlyMap<string, number>) =>
    [...scores].sort((a, b) => b[1] - a[1]).map(([id]) => id);
  if (values.by === "doubted")
    return byScore(scoreExamples(findDoubts(examples, readings, { labels, which: "all" }).doubts));
  if (values.by === "learnt") return findLearnt(examples, readings, { labels, share: Number(values.share) });
  throw new Error(`--by ${values.by}: none, random, learnt or doubted.`);
}

/** The task with absolute paths, and recorded answers without the lines of these examples. */
function writeReducedTask(ids: ReadonlySet<string>): string {
  const output = join(values.recordings, "disease", "output.jsonl");
  const rows = parseJsonLines(readFileSync(output, "utf8"), output).map(({ value }) => {
    const row = value as {
      custom_id: string;
      response: { body: { choices: [{ message: { content: string } }] } };
    };
    const { message } = row.response.body.choices[0];
    const lines = message.content.split("\n");
    message.content = lines.filter((_, index) => !ids.has(`${row.custom_id}-${index + 1}`)).join("\n");
    return row;
  });
  const folder = resolve(work, values.by);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "output.jsonl"), renderJsonLines(rows));
  const asked = parse(readFileSync(values.task, "utf8")) as { gold: { path: string }[]; curation?: object };
  const gold = asked.gold.map((file) => ({ ...file, path: resolve(dirname(values.task), file.path) }));
  const requests = resolve(values.recordings, "disease", "requests.jsonl");
  const completions = { from: "recorded", requests, output: join(folder, "output.jsonl") };
  const { curation: _, ...rest } = asked;
  writeFileSync(join(folder, "task.yaml"), stringify({ ...rest, completions, gold }));
  return join(folder, "task.yaml");
}
