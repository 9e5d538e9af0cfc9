/**
 * @file The same corpus, batches and schedule through our engine and through PyTorch -> F1 of both, a result file.
 *
 *   npm run bench:f1 -- [--seeds 1,2,3] [--python python3] [--task examples/disease/task.yaml] [--gold FILE]
 *
 * Needs a Python with bench/peers/requirements.txt. About 15 minutes a seed on 2 cores. Both sides start from the same
 * encoder and see the same token ids in the same batches; the head's first weights and dropout differ, as the
 * generators do, and nothing is left out of an epoch (`prune: 0`). Our decoder and our scorer read both sides' scores.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readGold } from "../src/dataset/read-gold.ts";
import { resolveEncoder } from "../src/model/encoder-files.ts";
import { loadEncoder } from "../src/model/load-encoder.ts";
import { loadNerPredictor } from "../src/model/ner-predictor.ts";
import { encodeExample, encodeText } from "../src/model/sequence.ts";
import { requireKind } from "../src/pipeline/run-events.ts";
import { trainTask } from "../src/pipeline.ts";
import type { GoldExample } from "../src/task/example.ts";
import { tagNames } from "../src/task/tags.ts";
import { planBatches } from "../src/train/batches.ts";
import { renderJsonLines } from "../src/util/files.ts";
import { describeMachine } from "./machine.ts";
import { mean } from "./mean.ts";
import { readPeerMentions, type StrictScore, scoreStrict, writePeerTexts } from "./peer-scores.ts";
import { runProgram } from "./run-program.ts";
import { writeTaskCopy } from "./task-copy.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1,2,3" },
    python: { type: "string", default: "python3" },
    task: { type: "string", default: "examples/disease/task.yaml" },
    gold: { type: "string", default: "../shared/corpora/ncbi-disease/dev.jsonl" },
    out: { type: "string", default: "bench/results/f1-vs-pytorch.json" },
  },
});
const work = join(".cache", "bench-f1");
const seeds = values.seeds.split(",").map(Number);

interface Side extends StrictScore {
  /** Training alone, wall clock. */
  readonly trainSeconds: number;
}

const rows: { seed: number; ours: Side; pytorch: Side }[] = [];
for (const seed of seeds) {
  console.error(`seed ${seed}: textphantom`);
  const ours = await runOurs(seed);
  console.error(
    `seed ${seed}: F1 ${ours.side.f1.toFixed(4)} in ${ours.side.trainSeconds.toFixed(0)} s; PyTorch`,
  );
  const pytorch = await runPyTorch(seed, ours.run, ours.gold);
  console.error(`seed ${seed}: F1 ${pytorch.f1.toFixed(4)} in ${pytorch.trainSeconds.toFixed(0)} s`);
  rows.push({ seed, ours: ours.side, pytorch });
}
const meanOf = (pick: (row: (typeof rows)[number]) => number) => mean(rows.map(pick));
const result = {
  what: "strict mention F1 on the dev set, trained on the recorded synthetic corpus alone",
  task: values.task,
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(),
  rows,
  mean: { ours: meanOf((row) => row.ours.f1), pytorch: meanOf((row) => row.pytorch.f1) },
  difference: meanOf((row) => row.ours.f1) - meanOf((row) => row.pytorch.f1),
  trainSecondsRatio: meanOf((row) => row.pytorch.trainSeconds) / meanOf((row) => row.ours.trainSeconds),
};
mkdirSync(join(values.out, ".."), { recursive: true });
writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));

async function runOurs(seed: number) {
  const runsFolder = join(work, `seed-${seed}`);
  rmSync(runsFolder, { recursive: true, force: true });
  const task = join(work, "task.yaml");
  writeTaskCopy(values.task, task, { training: { prune: 0 } });
  const run = requireKind(await trainTask(task, { runsFolder, seed }), "ner");
  const predictor = await loadNerPredictor(run.paths.model);
  const { examples: gold } = await readGold(values.gold, {
    labels: Object.fromEntries(predictor.labels.map((label) => [label, label])),
  });
  const predicted = await predictor.predict(gold.map(({ text }) => text));
  const score = scoreStrict(gold, predicted, predictor.labels);
  const { windowTokens } = predictor.model;
  await predictor.release();
  return {
    run: { ...run, windowTokens },
    gold,
    side: { ...score, trainSeconds: run.training.seconds },
  };
}

async function runPyTorch(
  seed: number,
  { spec, dataset, windowTokens }: Awaited<ReturnType<typeof runOurs>>["run"],
  gold: readonly GoldExample[],
): Promise<Side> {
  const labels = Object.keys(spec.labels);
  const width = tagNames(labels).length;
  const encoder = await resolveEncoder(spec.encoder);
  const { tokenizer } = await loadEncoder(encoder, width, seed);
  const { maxTokens, epochs, batchSize, learningRate, warmup } = spec.training;
  const train = dataset.train.flatMap(
    (example) => encodeExample(example, labels, tokenizer, { maxTokens }).sequences,
  );
  const texts = gold.map(({ text }) => encodeText(text, tokenizer, { maxTokens: windowTokens }));
  const data = join(work, "data");
  const out = join(work, "pytorch");
  mkdirSync(data, { recursive: true });
  const lengths = train.map(({ ids }) => ids.length);
  const plan = Array.from({ length: epochs }, (_, epoch) => planBatches(lengths, batchSize, seed, epoch));
  writeFileSync(
    join(data, "train.jsonl"),
    renderJsonLines(
      train.map(({ ids, firstTokens, tags }) => ({ ids, first: firstTokens, tags: [...tags] })),
    ),
  );
  writePeerTexts(join(data, "test.jsonl"), texts);
  writeFileSync(join(data, `batches-${seed}.json`), JSON.stringify(plan));
  const settings = {
    model: encoder.folder,
    data,
    out,
    tags: width,
    seed,
    lr: learningRate,
    warmup,
    epochs,
    "batch-size": batchSize,
  };
  runProgram(values.python, [
    "bench/peers/pytorch_f1.py",
    ...Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]),
  ]);
  const report = JSON.parse(readFileSync(join(out, `log-probabilities-${seed}.json`), "utf8")) as {
    trainSeconds: number;
  };
  const predicted = readPeerMentions(join(out, `log-probabilities-${seed}.bin`), texts, labels);
  return { ...scoreStrict(gold, predicted, labels), trainSeconds: report.trainSeconds };
}
