/** @file A model folder and a text -> seconds from a process's start to its first mention on stdout, ours and the pipeline's. */
import { spawnSync } from "node:child_process";

export interface ColdStartOptions {
  readonly model: string;
  readonly text: string;
  readonly python: string;
  readonly rounds: number;
}

/** The built program against a script of the same purpose, in turns; medians. The first run of each warms the disk's cache. */
export function timeColdStart({ model, text, python, rounds }: ColdStartOptions) {
  const ours = (precision: string) => [
    process.execPath,
    "dist/cli/main.js",
    "annotate",
    model,
    text,
    "--precision",
    precision,
  ];
  const commands: Record<string, string[]> = {
    fp32: ours("fp32"),
    int8: ours("int8"),
    pipeline: [python, "bench/peers/pipeline_cold_start.py", model, text],
  };
  const seconds: Record<string, number[]> = { fp32: [], int8: [], pipeline: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const [side, command] of Object.entries(commands)) {
      const took = time(command);
      if (round > 0) seconds[side]!.push(took);
    }
  }
  const median = (side: string) => [...seconds[side]!].sort((a, b) => a - b)[rounds >> 1]!;
  return {
    fp32: { seconds: median("fp32"), speedup: median("pipeline") / median("fp32") },
    int8: { seconds: median("int8"), speedup: median("pipeline") / median("int8") },
    pipeline: { seconds: median("pipeline") },
    runs: seconds,
  };
}

/** The process prints its mention last of all but its end, which takes some milliseconds on either side. */
function time([command = "", ...args]: string[]): number {
  const start = performance.now();
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0 || !stdout.includes("start"))
    throw new Error(`${command} ${args[0]} found nothing, status ${status}: ${stderr.slice(-2000)}`);
  return (performance.now() - start) / 1000;
}
