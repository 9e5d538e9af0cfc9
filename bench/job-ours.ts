/**
 * @file A task file -> a saved model in a process of its own, and what it took: the twin of peers/trainer_job.py.
 *
 *   npx tsx bench/job-ours.ts --task TASK.yaml --runs FOLDER [--seed 1] [--threads 2]
 *
 * The user's own path, `trainTask`: completions read and curated, checkpoints written. One JSON line on stdout.
 */
import { parseArgs } from "node:util";
import { resolveEncoder } from "../src/model/encoder-files.ts";
import { loadEncoder } from "../src/model/load-encoder.ts";
import { encodeExample } from "../src/model/sequence.ts";
import { createFeeds } from "../src/model/training-feeds.ts";
import { holdOut } from "../src/pipeline/hold-out.ts";
import { requireKind, type TrainedTaskOf } from "../src/pipeline/run-events.ts";
import { trainTask } from "../src/pipeline.ts";
import { tagNames } from "../src/task/tags.ts";
import { planBatches } from "../src/train/batches.ts";
import type { TrainStep } from "../src/train/train-model.ts";
import { mean } from "./mean.ts";

const { values } = parseArgs({
  options: {
    task: { type: "string", default: "examples/disease/task.yaml" },
    runs: { type: "string", default: ".cache/bench-job/runs" },
    seed: { type: "string", default: "1" },
    threads: { type: "string", default: "2" },
  },
});

/** When each stage ended, in milliseconds since 1970. */
const stages: Record<string, number> = { start: Date.now() };
const steps: TrainStep[] = [];
const task = requireKind(
  await trainTask(values.task, {
    runsFolder: values.runs,
    seed: Number(values.seed),
    threads: Number(values.threads),
    offline: true,
    onEvent(event) {
      if (event.kind === "curation") stages.corpus = Date.now();
      if (event.kind === "training-start") stages.loadAndTokenise = Date.now();
      if (event.kind === "training-step") {
        steps.push(event.step);
        stages.train = Date.now();
      }
      if (event.kind === "training-reused")
        throw new Error("There is a model already; its time is not ours.");
    },
  }),
  "ner",
);
stages.save = Date.now();
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();

const { epochs, batchSize, learningRate, warmup, weightDecay, maxGradientNorm, prune } = task.spec.training;
const losses = Array.from({ length: epochs }, (_, epoch) => {
  const own = steps.filter((step) => step.epoch === epoch);
  return { step: own.at(-1)!.step, loss: mean(own.map(({ loss }) => loss)) };
});
console.log(
  JSON.stringify({
    stages,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakRssBytes: maxRSS * 1024,
    steps: steps.length,
    losses,
    meanLoss: mean(steps.map(({ loss }) => loss)),
    ...(await countTokens(task)),
    settings: { batchSize, learningRate, warmup, weightDecay, maxGradientNorm, prune },
    sequencesByEpoch: task.training.sequencesByEpoch,
  }),
);

/** Off the clock: the same sequences and batches once more. */
async function countTokens({ spec, dataset }: TrainedTaskOf<"ner">) {
  const { epochs, batchSize, seed, maxTokens } = spec.training;
  const labels = Object.keys(spec.labels);
  const tagCount = tagNames(labels).length;
  const encoder = await resolveEncoder(spec.encoder, { offline: true });
  const { config, tokenizer } = await loadEncoder(encoder, tagCount, seed);
  const { examples } = await holdOut(values.task, spec, dataset);
  const sequences = examples.flatMap(
    (example) => encodeExample(example, labels, tokenizer, { maxTokens }).sequences,
  );
  const lengths = sequences.map(({ ids }) => ids.length);
  const padded = Array.from({ length: epochs }, (_, epoch) =>
    planBatches(lengths, batchSize, seed, epoch).reduce((sum, batch) => {
      const rows = batch.map((index) => sequences[index]!);
      return sum + createFeeds(rows, tagCount, config).ids!.data.length;
    }, 0),
  );
  const wordsByTag = new Array<number>(tagCount).fill(0);
  for (const { tags } of sequences) for (const tag of tags) wordsByTag[tag]!++;
  return {
    sequences: sequences.length,
    tokensPerEpoch: {
      real: lengths.reduce((sum, length) => sum + length, 0),
      padded: Math.round(mean(padded)),
    },
    wordsByTag,
  };
}
