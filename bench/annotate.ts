/**
 * @file One fine-tuned model, 2,000 sentences and 200 documents, through our predictor (fp32, int8) and through the
 * transformers pipeline (fp32, its best batch size) in turns -> seconds, peak memory, F1, cold start, ratios.
 *
 *   npm run bench:annotate -- --model runs/disease/model [--python python3] [--rounds 3] [--corpora ../shared/corpora]
 *
 * Every measurement is a process of its own; loading is not in the seconds. Ratios are of medians over the rounds;
 * above 1 ours is faster. The cold start needs `npm run build`: process start to the first mention on stdout.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readGold } from "../src/dataset/read-gold.ts";
import { evaluate } from "../src/evaluate/evaluate.ts";
import type { GoldExample } from "../src/task/example.ts";
import { timeColdStart } from "./cold-start.ts";
import { describeMachine } from "./machine.ts";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "runs/disease/model" },
    python: { type: "string", default: "python3" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: "2" },
    corpora: { type: "string", default: "../shared/corpora" },
    /** Found by `--batches 1,8,16,32,64` when absent: the fastest of them over the first 300 texts. */
    batches: { type: "string", default: "1,8,16,32,64" },
    out: { type: "string", default: "bench/results/annotate.json" },
  },
});
const work = join(".cache", "bench-annotate");
const rounds = Number(values.rounds);
mkdirSync(work, { recursive: true });

const labels = Object.fromEntries(
  ["Disease", "SpecificDisease", "DiseaseClass", "Modifier", "CompositeMention"].map((label) => [
    label,
    "Disease",
  ]),
);
const read = async (file: string) => (await readGold(join(values.corpora, file), { labels })).examples;
const sets: Record<string, GoldExample[]> = {
  sentences: [...(await read("ncbi-disease/dev.jsonl")), ...(await read("bc5cdr/dev.jsonl"))].slice(0, 2000),
  documents: [
    ...(await read("ncbi-disease/docs_dev.jsonl")),
    ...(await read("bc5cdr/docs_dev.jsonl")).slice(0, 100),
  ],
};
/** Tokens that two windows of the pipeline share; documents are longer than its 512. */
const STRIDE = "128";

interface Run {
  readonly seconds: number;
  readonly peakRssBytes: number;
}
type Side = "fp32" | "int8" | "pipeline";
const sides: readonly Side[] = ["fp32", "int8", "pipeline"];

interface Summary extends Run {
  readonly strict: ReturnType<typeof score>;
  readonly runs: readonly number[];
}
interface Row {
  readonly texts: string;
  readonly count: number;
  readonly fp32: Summary & { readonly speedup: number };
  readonly int8: Summary & { readonly speedup: number; readonly f1Lost: number };
  readonly pipeline: Summary & { readonly batchSize: number; readonly stride?: number };
}
const rows: Row[] = [];
for (const [name, gold] of Object.entries(sets)) {
  const texts = join(work, `${name}.json`);
  writeFileSync(texts, JSON.stringify(gold.map(({ text }) => text)));
  const stride = name === "documents" ? ["--stride", STRIDE] : [];
  const pipeline = (batch: number, ...rest: string[]) =>
    start(values.python, [
      "bench/peers/pipeline_annotate.py",
      ...["--model", values.model, "--texts", texts, "--threads", values.threads],
      ...["--batch-size", String(batch), ...stride, ...rest],
    ]);
  const batchSize = findBatchSize(name, (batch) => pipeline(batch, "--limit", "300").seconds);
  const runs: Record<Side, Run[]> = { fp32: [], int8: [], pipeline: [] };
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) {
      const out = join(work, `${name}-${side}.json`);
      const run =
        side === "pipeline"
          ? pipeline(batchSize, "--out", out)
          : start(process.execPath, [
              ...["--import", "tsx", "bench/annotate-ours.ts", "--model", values.model, "--texts", texts],
              ...["--precision", side, "--threads", values.threads, "--out", out],
            ]);
      runs[side].push(run);
      console.error(name, round, side, JSON.stringify(run));
    }
  }
  const summary = (side: Side) => ({
    seconds: median(runs[side].map(({ seconds }) => seconds)),
    peakRssBytes: median(runs[side].map(({ peakRssBytes }) => peakRssBytes)),
    strict: score(gold, join(work, `${name}-${side}.json`)),
    runs: runs[side].map(({ seconds }) => seconds),
  });
  const [fp32, int8, peer] = [summary("fp32"), summary("int8"), summary("pipeline")];
  rows.push({
    texts: name,
    count: gold.length,
    fp32: { ...fp32, speedup: peer.seconds / fp32.seconds },
    int8: { ...int8, speedup: peer.seconds / int8.seconds, f1Lost: fp32.strict.f1 - int8.strict.f1 },
    pipeline: { ...peer, batchSize, ...(stride.length === 0 ? {} : { stride: Number(STRIDE) }) },
  });
}

const total = (side: Side) => rows.reduce((sum, row) => sum + row[side].seconds, 0);
const text = join(work, "cold-start.txt");
writeFileSync(text, "The patient had breast cancer.\n");
const result = {
  what: "annotating with one fine-tuned model: textphantom fp32 and int8 against the transformers pipeline in fp32",
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(),
  threads: Number(values.threads),
  peer: `transformers pipeline, aggregation_strategy="first", official PyTorch`,
  rows,
  together: {
    fp32Speedup: total("pipeline") / total("fp32"),
    int8Speedup: total("pipeline") / total("int8"),
  },
  coldStart: existsSync("dist/cli/main.js")
    ? timeColdStart({ model: values.model, text, python: values.python, rounds: rounds + 2 })
    : "not measured: no dist/, run npm run build",
};
mkdirSync(join(values.out, ".."), { recursive: true });
writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));

function start(command: string, args: readonly string[]): Run {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0)
    throw new Error(`${command} ${args[0]} ended with status ${status}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Run;
}

function findBatchSize(name: string, time: (batch: number) => number): number {
  const sizes = values.batches.split(",").map(Number);
  if (sizes.length === 1) return sizes[0]!;
  const seconds = sizes.map(time);
  console.error(
    name,
    "pipeline, seconds by batch size:",
    sizes.map((size, i) => `${size}: ${seconds[i]}`).join(", "),
  );
  return sizes[seconds.indexOf(Math.min(...seconds))]!;
}

/** Strict, micro, one label: the pipeline writes the same mentions as spans of characters. */
function score(gold: readonly GoldExample[], file: string) {
  const found = JSON.parse(readFileSync(file, "utf8")) as [number, number, string][][];
  const predicted = found.map((mentions) => mentions.map(([start, end, label]) => ({ start, end, label })));
  const { f1, precision, recall } = evaluate(gold, predicted, {
    labels: ["Disease"],
    bootstrap: { samples: 1, seed: 1 },
  }).strict.micro;
  return { f1, precision, recall };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
