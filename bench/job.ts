/**
 * @file The recorded corpus fine-tuned from process start to saved model, ours and the Hugging Face Trainer's -> wall
 * clocks, peak memory, F1, ratios, a result file.
 *
 *   npm run bench:job -- [--python python3] [--epochs 5] [--seed 1] [--rounds 1] [--peers 2] [--prompts 4]
 *
 * Ours with the settings of the task file, from the completions on; the Trainer with its defaults, from the same texts,
 * words and tags, and once more with the task's learning rate, so that F1 can be compared. Each job is a process of
 * its own, all in turns in each round; of several rounds the one with the median wall clock is told. Models are scored
 * off the clock, by our decoder and scorer. Ratios above 1: ours is faster, or smaller.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { readGold } from "../src/dataset/read-gold.ts";
import { resolveEncoder } from "../src/model/encoder-files.ts";
import { loadEncoder } from "../src/model/load-encoder.ts";
import { readModelFolder } from "../src/model/model-folder.ts";
import { loadNerPredictor } from "../src/model/ner-predictor.ts";
import { encodeText } from "../src/model/sequence.ts";
import { runPaths } from "../src/run-folder.ts";
import type { GoldExample } from "../src/task/example.ts";
import { tagNames, toTags } from "../src/task/tags.ts";
import { splitWords } from "../src/tokenize/words.ts";
import { renderJsonLines } from "../src/util/files.ts";
import { describeMachine } from "./machine.ts";
import { readPeerMentions, type StrictScore, scoreStrict, writePeerTexts } from "./peer-scores.ts";
import { runProgram } from "./run-program.ts";
import { writeTaskCopy } from "./task-copy.ts";
import { type TimedJob, timeJob } from "./time-job.ts";

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    task: { type: "string", default: "examples/disease/task.yaml" },
    gold: { type: "string", default: "../shared/corpora/ncbi-disease/dev.jsonl" },
    /** Default: the task's own. */
    epochs: { type: "string" },
    seed: { type: "string", default: "1" },
    threads: { type: "string", default: "2" },
    rounds: { type: "string", default: "1" },
    /** 1: the Trainer with its defaults alone. */
    peers: { type: "string", default: "2" },
    /** Only the first so many prompts of the recording, some 25 texts each: a quick look whether all works. */
    prompts: { type: "string" },
    out: { type: "string", default: "bench/results/job.json" },
  },
});

interface Side {
  readonly name: string;
  run(): Promise<TimedJob>;
  /** Of the model that the last run saved. */
  score(): Promise<StrictScore>;
}

const { python, seed, threads } = values;
const work = join(".cache", "bench-job");
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
const taskCopy = join(work, "task.yaml");
const spec = writeTaskCopy(values.task, taskCopy, {
  ...(values.epochs === undefined ? {} : { training: { epochs: Number(values.epochs) } }),
  select: values.prompts === undefined ? undefined : [`0..${Number(values.prompts) - 1}`],
});
const labels = Object.keys(spec.labels);
const tags = tagNames(labels);
const paths = runPaths(join(work, "runs"), spec);
const encoder = await resolveEncoder(spec.encoder);
const gold = await readTexts(values.gold);

const sides = [
  createOurs(),
  createTrainer("defaults"),
  createTrainer("the task's learning rate", spec.training.learningRate),
].slice(0, 1 + Number(values.peers));
const rounds = sides.map((): TimedJob[] => []);
const scores: StrictScore[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [index, side] of sides.entries()) {
    const job = await side.run();
    rounds[index]!.push(job);
    scores[index] ??= await side.score();
    console.error(JSON.stringify({ side: side.name, ...job, ...scores[index] })); // a full job is long
    if (job.wordsByTag.join() !== rounds[0]![0]!.wordsByTag.join())
      throw new Error(`${side.name} saw tags ${job.wordsByTag}, ours ${rounds[0]![0]!.wordsByTag}.`);
  }
}
const rows = sides.map(({ name }, index) => {
  const jobs = rounds[index]!.toSorted((a, b) => a.wallSeconds - b.wallSeconds);
  const { versions, wallSeconds, ...job } = jobs[(jobs.length - 1) >> 1]!;
  const wallSecondsOfRounds = rounds[index]!.map((round) => round.wallSeconds);
  return { side: name, wallSeconds, wallSecondsOfRounds, ...scores[index]!, ...job };
});
const [ours, ...peers] = rows as [(typeof rows)[number], ...typeof rows];
const result = {
  what: "fine-tuning on the recorded synthetic corpus, process start to saved model; strict mention F1 on the dev set",
  task: values.task,
  gold: values.gold,
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(),
  versions: { ...ownVersions(), ...rounds[1]![0]!.versions },
  encoder: spec.encoder.name,
  threads: Number(threads),
  seed: Number(seed),
  epochs: spec.training.epochs,
  ...(values.prompts === undefined ? {} : { promptsUsed: Number(values.prompts) }),
  against: peers.map((peer) => ({
    side: peer.side,
    wallRatio: peer.wallSeconds / ours.wallSeconds,
    peakRssRatio: peer.peakRssBytes / ours.peakRssBytes,
    f1Difference: ours.f1 - peer.f1,
  })),
  rows,
};
mkdirSync(dirname(values.out), { recursive: true });
writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));
rmSync(work, { recursive: true }); // with the Trainer's checkpoints, one every 500 steps, each three times the model

async function readTexts(file: string): Promise<readonly GoldExample[]> {
  const { examples } = await readGold(file, {
    labels: Object.fromEntries(labels.map((label) => [label, label])),
  });
  return examples;
}

function createOurs(): Side {
  return {
    name: "textphantom",
    async run() {
      rmSync(paths.folder, { recursive: true, force: true });
      return timeJob(process.execPath, [
        ...["--import", "tsx", "bench/job-ours.ts", "--task", taskCopy, "--runs", dirname(paths.folder)],
        ...["--seed", seed, "--threads", threads],
      ]);
    },
    async score() {
      const predictor = await loadNerPredictor(paths.model);
      const predicted = await predictor.predict(gold.map(({ text }) => text));
      await predictor.release();
      return scoreStrict(gold, predicted, labels);
    },
  };
}

/** Ours has run before: its texts are the Trainer's, and its windows those in which the gold is read. */
function createTrainer(what: string, learningRate?: number): Side {
  const out = join(work, `trainer-${learningRate ?? "defaults"}`);
  return {
    name: `Hugging Face Trainer, ${what}`,
    async run() {
      rmSync(out, { recursive: true, force: true });
      const train = join(work, "train.jsonl");
      const count = await writeTrainerTexts(train);
      // A quick look ends before the first of the Trainer's own lines of loss: one an epoch instead.
      const logging = values.prompts === undefined ? [] : ["--logging-steps", String(Math.ceil(count / 8))];
      return timeJob(python, [
        ...["bench/peers/trainer_job.py", "--model", encoder.folder, "--train", train],
        ...["--tags", tags.join(","), "--out", out, "--epochs", String(spec.training.epochs)],
        ...["--seed", seed, "--threads", threads, ...logging],
        ...(learningRate === undefined ? [] : ["--learning-rate", String(learningRate)]),
      ]);
    },
    async score() {
      const { tokenizer } = await loadEncoder(encoder, tags.length, spec.training.seed);
      const { windowTokens: maxTokens } = await readModelFolder(paths.model);
      const texts = gold.map(({ text }) => encodeText(text, tokenizer, { maxTokens }));
      const [test, scored] = [join(out, "test.jsonl"), join(out, "scores.bin")];
      writePeerTexts(test, texts);
      runProgram(python, [
        ...["bench/peers/pytorch_predict.py", "--model", join(out, "model"), "--threads", threads],
        ...["--test", test, "--out", scored],
      ]);
      return scoreStrict(gold, readPeerMentions(scored, texts, labels), labels);
    },
  };
}

/** What ours was trained on, as a user of the Trainer would have it. */
async function writeTrainerTexts(file: string): Promise<number> {
  const texts = await readTexts(join(paths.folder, "dataset", "train.jsonl"));
  const rows = texts.map(({ text, mentions }) => {
    const words = splitWords(text);
    return {
      words: words.map(({ start, end }) => text.slice(start, end)),
      tags: Array.from(toTags(words, mentions, labels).tags, (tag) => tags[tag]),
    };
  });
  writeFileSync(file, renderJsonLines(rows));
  return rows.length;
}

function ownVersions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const version = (file: string) => (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  return {
    textphantom: version("package.json"),
    "onnxruntime-node": version(require.resolve("onnxruntime-node/package.json")),
  };
}
