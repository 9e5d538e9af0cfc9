/**
 * @file A model folder -> seconds from a process's start to the mentions of one sentence on stdout, and peak memory:
 * the built program against a script around the transformers pipeline, in turns.
 *
 *   npm run bench:cold-start -- --model runs/disease/model [--python python3] [--rounds 5]
 *
 * Files are in the disk's cache: a first round is run and left out.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "./machine.ts";
import { median } from "./median.ts";
import { runProgram } from "./run-program.ts";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "runs/disease/model" },
    python: { type: "string", default: "python3" },
    rounds: { type: "string", default: "5" },
    out: { type: "string", default: "bench/results/cold-start.json" },
  },
});
const work = join(".cache", "bench-annotate");
mkdirSync(work, { recursive: true });
const text = join(work, "cold-start.txt");
writeFileSync(text, "The patient had breast cancer.\n");

const annotate = [process.execPath, "dist/cli/main.js", "annotate", values.model, text];
const commands: Record<string, string[]> = {
  fp32: annotate,
  int8: [...annotate, "--precision", "int8"],
  pipeline: [values.python, "bench/peers/pipeline_cold_start.py", values.model, text],
};
const runs = new Map(Object.keys(commands).map((side) => [side, [] as number[]]));
for (let round = 0; round <= Number(values.rounds); round++) {
  for (const [side, command] of Object.entries(commands)) {
    const seconds = time(command);
    if (round > 0) runs.get(side)!.push(seconds);
  }
}
const peer = median(runs.get("pipeline")!);
const rows = [...runs].map(([side, seconds]) => {
  return [side, { seconds: median(seconds), runs: seconds, speedup: peer / median(seconds) }];
});
const result = {
  what: "cold start: from process start to the mentions of one sentence",
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(),
  peer: "transformers pipeline, official PyTorch",
  ...Object.fromEntries(rows),
};
mkdirSync(join(values.out, ".."), { recursive: true });
writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));

/** To the process's end: some milliseconds after the mentions, on either side. */
function time([command = "", ...args]: string[]): number {
  const start = performance.now();
  const stdout = runProgram(command, args);
  const seconds = (performance.now() - start) / 1000;
  if (!stdout.includes("start")) throw new Error(`${command} ${args[0]} found nothing.`);
  return seconds;
}
