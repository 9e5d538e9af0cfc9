/**
 * @file A shape -> seconds of each fine-tuning step of ours, in a process of its own: the twin of peers/pytorch_step.py.
 *
 *   npx tsx bench/step-ours.ts --batch 32 --length 48 --steps 5 --warmup 2 [--threads 2] [--profile PREFIX]
 */
import { parseArgs } from "node:util";
import { createAdamW } from "../src/engine/adamw.ts";
import { createDropoutMasks } from "../src/engine/dropout.ts";
import { createGradientSession } from "../src/engine/gradient-session.ts";
import { resolveEncoder } from "../src/model/encoder-files.ts";
import { loadEncoder } from "../src/model/load-encoder.ts";
import { lossScales } from "../src/model/loss-targets.ts";
import { isDecayed } from "../src/model/parameters.ts";
import type { LabelledSequence } from "../src/model/sequence.ts";
import { buildTrainingGraph } from "../src/model/token-classifier.ts";
import { createFeeds, createMaskFeeds } from "../src/model/training-feeds.ts";
import { splitBatch } from "../src/train/batches.ts";
import { createRandom } from "../src/util/random.ts";

const { values } = parseArgs({
  options: {
    encoder: { type: "string", default: "sentence-transformers/all-MiniLM-L6-v2" },
    batch: { type: "string", default: "32" },
    length: { type: "string", default: "48" },
    steps: { type: "string", default: "5" },
    warmup: { type: "string", default: "2" },
    threads: { type: "string", default: "2" },
    profile: { type: "string" },
  },
});
const [batch, length, steps, warmup, threads] = [
  values.batch,
  values.length,
  values.steps,
  values.warmup,
  values.threads,
].map(Number) as [number, number, number, number, number];
const TAGS = 3;

const { config, parameters } = await loadEncoder(await resolveEncoder({ name: values.encoder }), TAGS, 1);
const training = buildTrainingGraph({ config, tagCount: TAGS, parameters });
const optimizer = createAdamW([...training.parameters.values()], new Set(training.tables.keys()), {
  weightDecay: (name) => (isDecayed(name) ? 0.01 : 0),
});
const rates = new Set(training.dropoutSites.map(({ rate }) => rate));
const masks = new Map([...rates].map((rate) => [rate, createDropoutMasks(1, rate)]));
const session = await createGradientSession(training.graph, training.loss, training.parameters, {
  threads,
  gradients: optimizer.gradients,
  ...(values.profile === undefined ? {} : { profile: values.profile }),
});
const random = createRandom(1, "bench");
/** Every token labelled, ids over the whole vocabulary, as the peer has it. */
const drawSequence = (): LabelledSequence => {
  const ids = Array.from({ length }, () => random.nextInt(config.vocabularySize));
  return {
    ids,
    ownStart: 0,
    ownEnd: length,
    firstTokens: [...ids.keys()],
    tags: Int32Array.from(ids, () => random.nextInt(TAGS)),
  };
};
const seconds: number[] = [];
for (let step = 0; step < warmup + steps; step++) {
  const sequences = Array.from({ length: batch }, drawSequence);
  const start = performance.now();
  const scales = lossScales(sequences, {});
  const parts = splitBatch(sequences).map((part, place) => () => {
    const feeds = createFeeds(part, TAGS, config, {}, scales);
    for (const [name, feed] of training.tables) optimizer.prepareRows(name, feeds[feed]!.data as Int32Array);
    const size = { batch: part.length, length };
    return { ...feeds, ...createMaskFeeds(training.dropoutSites, masks, [step, place], size) };
  });
  const { gradients } = await session.runParts(parts);
  optimizer.step(gradients, 3e-4);
  if (step >= warmup) seconds.push((performance.now() - start) / 1000);
}
await session.release();
console.log(JSON.stringify({ seconds, peakRssBytes: process.resourceUsage().maxRSS * 1024 }));
