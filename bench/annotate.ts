/**
 * @file One fine-tuned model, 2,000 sentences and 200 documents, through our predictor (fp32, int8) and through the
 * transformers pipeline (fp32, its best batch size) in turns -> seconds, peak memory, F1, ratios.
 *
 *   npm run bench:annotate -- --model runs/disease/model [--python python3] [--rounds 3] [--corpora ../shared/corpora]
 *
 * Every measurement is a process of its own; loading is not in the seconds. Ratios are of medians over the rounds;
 * above 1 ours is faster. Documents go through the pipeline twice: whole, in its windows of 512 tokens, and sentence
 * by sentence, which a model trained on sentences reads far better: the peer at equal accuracy.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readGold } from "../src/dataset/read-gold.ts";
import type { GoldExample, Mention } from "../src/task/example.ts";
import { splitSentences } from "../src/tokenize/sentences.ts";
import { describeMachine } from "./machine.ts";
import { median } from "./median.ts";
import { scoreStrict } from "./peer-scores.ts";
import { runForReport } from "./run-program.ts";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "runs/disease/model" },
    python: { type: "string", default: "python3" },
    /** The Node that ours runs in. */
    node: { type: "string", default: process.execPath },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: "2" },
    corpora: { type: "string", default: "../shared/corpora" },
    /** The pipeline's: the fastest over a part of the texts is taken. */
    batches: { type: "string", default: "1,8,16,32,64" },
    out: { type: "string", default: "bench/results/annotate.json" },
  },
});
const work = join(".cache", "bench-annotate");
mkdirSync(work, { recursive: true });

const labels = Object.fromEntries(
  ["Disease", "SpecificDisease", "DiseaseClass", "Modifier", "CompositeMention"].map((label) => [
    label,
    "Disease",
  ]),
);
const read = async (file: string) => (await readGold(join(values.corpora, file), { labels })).examples;
const sentences = [...(await read("ncbi-disease/dev.jsonl")), ...(await read("bc5cdr/dev.jsonl"))];
const documents = [
  ...(await read("ncbi-disease/docs_dev.jsonl")),
  ...(await read("bc5cdr/docs_dev.jsonl")).slice(0, 100),
];

interface Run {
  readonly seconds: number;
  readonly peakRssBytes: number;
}
/** A text given to a program, and where it stands in which gold text. */
interface Piece {
  readonly text: string;
  readonly gold: number;
  readonly start: number;
}
interface Side {
  readonly name: string;
  readonly pieces: readonly Piece[];
  start(texts: string, out: string): Run;
}
const ours = (precision: string, pieces: readonly Piece[]): Side => ({
  name: precision,
  pieces,
  start: (texts, out) =>
    runForReport<Run>(values.node, [
      ...["--import", "tsx", "bench/annotate-ours.ts", "--model", values.model, "--texts", texts],
      ...["--out", out, "--precision", precision, "--threads", values.threads],
    ]),
});
const pipeline = (name: string, pieces: readonly Piece[], sample: number, ...rest: string[]): Side => {
  let batch: number | undefined;
  const run = (texts: string, size: number, ...more: string[]) =>
    runForReport<Run>(values.python, [
      ...["bench/peers/pipeline_annotate.py", "--model", values.model, "--texts", texts],
      ...["--threads", values.threads, "--batch-size", String(size), ...rest, ...more],
    ]);
  return {
    name,
    pieces,
    start(texts, out) {
      batch ??= findBatchSize(name, (size) => run(texts, size, "--limit", String(sample)).seconds);
      return run(texts, batch, "--out", out);
    },
  };
};

const whole = (gold: readonly GoldExample[]) =>
  gold.map(({ text }, index) => ({ text, gold: index, start: 0 }));
const bySentence = documents.flatMap(({ text }, index) =>
  splitSentences(text).map(({ start, end }) => ({ text: text.slice(start, end), gold: index, start })),
);
const [short, long] = [whole(sentences.slice(0, 2000)), whole(documents)];
const result = {
  what: "annotating with one fine-tuned model: textphantom in fp32 and int8, the transformers pipeline in fp32",
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(),
  threads: Number(values.threads),
  peer: 'transformers pipeline, aggregation_strategy="first", official PyTorch, best batch size',
  sentences: compare(sentences.slice(0, 2000), [
    ours("fp32", short),
    ours("int8", short),
    pipeline("pipeline", short, 300),
  ]),
  documents: compare(documents, [
    ours("fp32", long),
    ours("int8", long),
    pipeline("pipeline", long, 60, "--stride", "128"),
    pipeline("pipelineBySentence", bySentence, 300),
  ]),
};
mkdirSync(join(values.out, ".."), { recursive: true });
writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));

/** Each side once a round. */
function compare(gold: readonly GoldExample[], sides: readonly Side[]) {
  const runs = sides.map((): Run[] => []);
  const scores = sides.map(() => ({}));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [index, side] of sides.entries()) {
      const [texts, out] = [join(work, `${side.name}-in.json`), join(work, `${side.name}-out.json`)];
      writeFileSync(texts, JSON.stringify(side.pieces.map(({ text }) => text)));
      const run = side.start(texts, out);
      runs[index]!.push(run);
      scores[index] = score(gold, side.pieces, JSON.parse(readFileSync(out, "utf8")));
      console.error(gold.length, "texts, round", round, side.name, JSON.stringify(run));
    }
  }
  const seconds = runs.map((list) => median(list.map((run) => run.seconds)));
  const rows = sides.map(({ name }, index) => [
    name,
    {
      seconds: seconds[index],
      runs: runs[index]!.map((run) => run.seconds),
      peakRssBytes: median(runs[index]!.map((run) => run.peakRssBytes)),
      strict: scores[index],
      timesOurs: { fp32: seconds[index]! / seconds[0]!, int8: seconds[index]! / seconds[1]! },
    },
  ]);
  return { texts: gold.length, ...(Object.fromEntries(rows) as Record<string, unknown>) };
}

function findBatchSize(name: string, time: (batch: number) => number): number {
  const sizes = values.batches.split(",").map(Number);
  const seconds = sizes.map(time);
  const found = sizes[seconds.indexOf(Math.min(...seconds))]!;
  console.error(name, `batch sizes ${sizes}: ${seconds.map((x) => x.toFixed(2))} s; ${found} is taken`);
  return found;
}

/** Every program writes its mentions as spans of the text it was given. */
function score(gold: readonly GoldExample[], pieces: readonly Piece[], found: [number, number, string][][]) {
  const predicted = gold.map((): Mention[] => []);
  for (const [index, { gold: to, start: shift }] of pieces.entries()) {
    for (const [start, end, label] of found[index]!)
      predicted[to]!.push({ start: start + shift, end: end + shift, label });
  }
  return scoreStrict(gold, predicted, ["Disease"]);
}
