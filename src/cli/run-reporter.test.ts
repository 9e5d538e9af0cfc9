/** @file The events of a run as lines, where there is no terminal. */
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import type { RunEvent } from "../pipeline/run-events.ts";
import { createProgress } from "./progress.ts";
import { createRunReporter } from "./run-reporter.ts";

const nothing = { sequences: 20, tokens: 1200, widenedMentions: 0, droppedMentions: 0, cutWords: 0 };

function setUp() {
  const stream = new PassThrough({ encoding: "utf8" });
  let time = 0;
  const reporter = createRunReporter(createProgress(stream, () => (time += 6000)));
  return { reporter, lines: () => ((stream.read() as string | null) ?? "").split("\n").slice(0, -1) };
}

const step = (number: number) =>
  ({
    kind: "training-step",
    step: { step: number, totalSteps: 8, epoch: 0, loss: 0.25, sequencesByEpoch: [20] },
  }) as unknown as RunEvent;

it("tells where training goes on and how long it takes", () => {
  const { reporter, lines } = setUp();
  expect(reporter.isTraining()).toBe(false);
  reporter.report({ kind: "training-start", start: { ...nothing, resumedAt: 4 } });
  expect(reporter.isTraining()).toBe(true);
  for (const number of [5, 6]) reporter.report(step(number));
  reporter.close();
  expect(lines()).toEqual([
    "training: goes on from the checkpoint at step 4",
    "training: 20 sequences, 1,200 tokens an epoch",
    "training 6/8, epoch 1/0, loss 0.2500, 12 s left",
  ]);
});

it("says nothing after the last word", () => {
  const { reporter, lines } = setUp();
  reporter.report({
    kind: "training-start",
    start: { ...nothing, resumedAt: 0, checkpointIgnored: "it is damaged" },
  });
  reporter.sayLast("Stopping.");
  reporter.report(step(1));
  reporter.close();
  expect(lines()).toEqual([
    "training: the checkpoint is not used, it is damaged",
    "training: 20 sequences, 1,200 tokens an epoch",
    "Stopping.",
  ]);
});

it("tells each score in mid-course, and that it is synthetic", () => {
  const { reporter, lines } = setUp();
  const score = { step: 40, f1: 0.8125, isBest: true, kind: "synthetic", name: "held-out prompts" } as const;
  reporter.report({ kind: "training-score", score });
  reporter.report({
    kind: "training-score",
    score: { ...score, step: 80, isBest: false, kind: "gold", name: "dev" },
  });
  expect(lines()).toEqual([
    "training: step 40, F1 0.813 on held-out prompts, synthetic, the best so far",
    "training: step 80, F1 0.813 on dev",
  ]);
});

it("tells what each epoch leaves out, and how much it was at the end", () => {
  const { reporter, lines } = setUp();
  const at = (number: number, totalSteps: number, sequencesByEpoch: number[]) => {
    const epoch = sequencesByEpoch.length - 1;
    const told = { step: number, totalSteps, epoch, loss: 0.25, sequencesByEpoch };
    reporter.report({ kind: "training-step", step: told } as unknown as RunEvent);
  };
  at(1, 8, [1000]);
  at(2, 7, [1000, 620]);
  at(3, 7, [1000, 620]);
  at(4, 7, [1000, 620, 1000]);
  const record = { seconds: 3, lastEpochLoss: 0.5, sequencesByEpoch: [1000, 620, 1000] };
  reporter.report({ kind: "training-done", record } as unknown as RunEvent);
  expect(lines()).toEqual([
    "training 1/8, epoch 1/0, loss 0.2500, 42 s left",
    "training: epoch 2 runs 620 of 1,000 sequences",
    "training 3/7, epoch 2/0, loss 0.2500, 24 s left",
    "training 4/7, epoch 3/0, loss 0.2500, 18 s left",
    "training: done in 3 s, loss 0.5000 in the last epoch, 380 of 3,000 sequences left out",
  ]);
});
