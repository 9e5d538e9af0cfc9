/**
 * @file Prompts against a local stub of a service -> our time over the server's own, peak memory, a result file.
 *
 *   npm run bench:generate -- [--prompts 1000] [--many 100000] [--concurrency 64] [--latency 50]
 *
 * The server is a process of its own and shares the machine's cores with ours. Its own time: prompts / concurrency *
 * latency. The second run, of many prompts without latency, is for the memory: prompts are made as they are asked for.
 */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "./machine.ts";
import { runForReport, runProgram } from "./run-program.ts";

const { values } = parseArgs({
  options: {
    prompts: { type: "string", default: "1000" },
    many: { type: "string", default: "100000" },
    rounds: { type: "string", default: "3" },
    concurrency: { type: "string", default: "64" },
    latency: { type: "string", default: "50" },
    out: { type: "string", default: "bench/results/generate.json" },
  },
});

interface Report {
  readonly answered: number;
  readonly examples: number;
  readonly loadSeconds: number;
  readonly seconds: number;
  readonly reopenSeconds: number;
  readonly peakRssBytes: number;
}

// Compiled, as it is shipped: the compiler of tsx would be measured too, some 60 MB of it.
const build = join(".cache", "bench-generate");
const compile = ["-p", "tsconfig.json", "--noEmit", "false", "--outDir", build];
runProgram(process.execPath, ["node_modules/typescript/bin/tsc", ...compile]);

async function measure(prompts: string, latency: string): Promise<Report> {
  const words = [join(build, "bench/stub-server.js"), "--latency", latency];
  const server = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((resolve) => {
    server.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  try {
    const ours = [join(build, "bench/generate-ours.js"), "--url", url, "--prompts", prompts];
    const report = runForReport<Report>(process.execPath, [...ours, "--concurrency", values.concurrency]);
    if (report.answered !== Number(prompts) || report.examples !== 25 * Number(prompts)) {
      throw new Error(`Not all was answered and parsed: ${JSON.stringify(report)}`);
    }
    console.error(JSON.stringify(report));
    return report;
  } finally {
    server.kill();
  }
}

const ideal = (Number(values.prompts) / Number(values.concurrency)) * (Number(values.latency) / 1000);
const rounds = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const report = await measure(values.prompts, values.latency);
  rounds.push({ ...report, secondsOverIdeal: report.seconds - ideal });
}
const many = values.many === "0" ? undefined : await measure(values.many, "0");
const result = {
  what: "prompts asked of a local stub server, answers of 25 lines (2.2 kB) stored with fsync and parsed",
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(),
  prompts: Number(values.prompts),
  concurrency: Number(values.concurrency),
  latencyMs: Number(values.latency),
  idealSeconds: ideal,
  worstSecondsOverIdeal: Math.max(...rounds.map(({ secondsOverIdeal }) => secondsOverIdeal)),
  rounds,
  ...(many === undefined ? {} : { many: { prompts: Number(values.many), ...many } }),
};
mkdirSync(join(values.out, ".."), { recursive: true });
writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));
