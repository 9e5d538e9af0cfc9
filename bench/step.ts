/**
 * @file One fine-tuning step at equal shapes, ours and PyTorch's in turns -> the ratio, a result file.
 *
 *   npm run bench:step -- [--python python3] [--rounds 3] [--shapes 32x48,32x128,16x40] [--compile]
 *
 * The two sides alternate in processes of their own, so that a busy neighbour meets both; each round's ratio is of
 * medians, the result is the median over rounds. Ratio > 1: ours is faster.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { resolveEncoder } from "../src/model/encoder-files.ts";
import { describeMachine } from "./machine.ts";
import { median } from "./median.ts";
import { runForReport } from "./run-program.ts";

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    rounds: { type: "string", default: "3" },
    steps: { type: "string", default: "5" },
    threads: { type: "string", default: "2" },
    shapes: { type: "string", default: "32x48,32x128,16x40" },
    compile: { type: "boolean", default: false },
    out: { type: "string", default: "bench/results/step.json" },
  },
});

interface Timing {
  readonly seconds: readonly number[];
  readonly peakRssBytes: number;
}

const { folder } = await resolveEncoder({ name: "sentence-transformers/all-MiniLM-L6-v2" });
const rows = [];
for (const shape of values.shapes.split(",")) {
  const [batch, length] = shape.split("x") as [string, string];
  const common = [
    "--batch",
    batch,
    "--length",
    length,
    "--steps",
    values.steps,
    "--warmup",
    "5",
    "--threads",
    values.threads,
  ];
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const ours = runForReport<Timing>(process.execPath, ["--import", "tsx", "bench/step-ours.ts", ...common]);
    const pytorch = runForReport<Timing>(values.python, [
      "bench/peers/pytorch_step.py",
      "--model",
      folder,
      ...common,
      ...(values.compile ? ["--compile"] : []),
    ]);
    const seconds = { ours: median(ours.seconds), pytorch: median(pytorch.seconds) };
    rounds.push({
      ...seconds,
      ratio: seconds.pytorch / seconds.ours,
      peakRssBytes: { ours: ours.peakRssBytes, pytorch: pytorch.peakRssBytes },
    });
    console.error(shape, JSON.stringify(rounds.at(-1)));
  }
  rows.push({ shape, ratio: median(rounds.map(({ ratio }) => ratio)), rounds });
}
const result = {
  what: "seconds of one fine-tuning step (forward, backward, clipping, AdamW, dropout on), MiniLM-L6 with 3 tags",
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(),
  peer: values.compile ? "official PyTorch, torch.compile" : "official PyTorch, eager",
  rows,
};
mkdirSync(join(values.out, ".."), { recursive: true });
writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));
