/**
 * @file The recorded disease corpus without its most doubted tenth -> F1 on the dev set, added to the result file.
 *
 *   npm run bench:verify-removal -- [--seeds 1,2] [--minutes 4]
 *
 * After `npm run bench:verify`, whose readings of the corpus as recorded it ranks by. Five minutes a seed on 2 cores;
 * with `--minutes` it stops after so long, and the same command goes on. Lines are taken out of the recorded answers,
 * so everything from there on is an ordinary run of the task.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { parse, stringify } from "yaml";
import { findDoubts } from "../src/dataset/label-doubts.ts";
import { resolveEncoder } from "../src/model/encoder-files.ts";
import { requireKind } from "../src/pipeline/run-events.ts";
import { runTask } from "../src/pipeline.ts";
import { crossValidate } from "../src/train/cross-validate.ts";
import { parseJsonLines, renderJsonLines } from "../src/util/files.ts";
import { scoreExamples } from "./detection.ts";
import { readRecordedCorpus, readTaskFor } from "./recorded-corpus.ts";

const { values } = parseArgs({
  options: {
    task: { type: "string", default: "examples/disease/task.yaml" },
    recordings: { type: "string", default: "../shared/recordings" },
    seeds: { type: "string", default: "1,2" },
    share: { type: "string", default: "0.1" },
    minutes: { type: "string" },
    out: { type: "string", default: "bench/results/verify.json" },
  },
});
const labels = ["Disease"];
const work = join(".cache", "bench-verify");

const spec = readTaskFor(values.task, labels);
const examples = await readRecordedCorpus(values.recordings, "disease", labels);
const readings = await crossValidate(
  { spec, examples, encoder: await resolveEncoder(spec.encoder), folds: 3, epochs: 2 },
  { folder: join(work, "disease-0-3x2") },
);
const scores = scoreExamples(findDoubts(examples, readings, { labels, which: "all" }).doubts);
const removed = [...scores]
  .sort((a, b) => b[1] - a[1])
  .slice(0, Math.round(Number(values.share) * examples.length));
const task = writeReducedTask(new Set(removed.map(([id]) => id)));

const signal =
  values.minutes === undefined ? {} : { signal: AbortSignal.timeout(60_000 * Number(values.minutes)) };
const runs = [];
for (const seed of values.seeds.split(",").map(Number)) {
  const { dataset, training, evaluation } = requireKind(
    await runTask(task, {
      runsFolder: join(work, `removal-${seed}`),
      seed,
      ...signal,
    }),
    "ner",
  );
  const gold = evaluation.sets.find(({ kind }) => kind === "gold");
  if (gold === undefined) throw new Error("The task has no gold to score on here.");
  const { precision, recall, f1 } = gold.evaluation.strict.micro;
  runs.push({ seed, train: dataset.train.length, steps: training.steps, precision, recall, f1 });
  console.error(JSON.stringify(runs.at(-1)));
}
const removal = {
  what: "strict F1 on the gold dev set, trained without the most doubted examples of the corpus as recorded",
  removed: removed.length,
  lowestScore: removed.at(-1)![1],
  runs,
};
const result = JSON.parse(readFileSync(values.out, "utf8")) as Record<string, unknown>;
writeFileSync(values.out, `${JSON.stringify({ ...result, removal }, null, 2)}\n`);
console.log(JSON.stringify(removal, null, 2));

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
  const folder = resolve(work, "removal");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "output.jsonl"), renderJsonLines(rows));
  const asked = parse(readFileSync(values.task, "utf8")) as { gold: { path: string }[] };
  const gold = asked.gold.map((file) => ({ ...file, path: resolve(dirname(values.task), file.path) }));
  const requests = resolve(values.recordings, "disease", "requests.jsonl");
  const completions = { from: "recorded", requests, output: join(folder, "output.jsonl") };
  writeFileSync(join(folder, "task.yaml"), stringify({ ...asked, completions, gold }));
  return join(folder, "task.yaml");
}
