/**
 * @file A recorded task, whole and with the examples taken out that say what others say -> dev F1 of both, a result file.
 *
 *   npm run bench:curation -- [--seeds 1,2] [--embedding 0.73] [--whole]
 *
 * Curation drops an example whose vector is nearer to an earlier one than `embedding`; the default takes a tenth of the
 * disease corpus. `--whole` trains on everything too (five minutes a seed); else the whole's scores are those given with
 * `--whole-f1`, one a seed, of the same machine and version.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { requireKind } from "../src/pipeline/run-events.ts";
import { runTask } from "../src/pipeline.ts";
import { parseTaskSpec, renderResolvedSpec } from "../src/task/parse-spec.ts";
import { describeMachine } from "./machine.ts";
import { mean } from "./mean.ts";
import { writeTaskCopy } from "./task-copy.ts";

const { values } = parseArgs({
  options: {
    task: { type: "string", default: "examples/disease/task.yaml" },
    seeds: { type: "string", default: "1,2" },
    embedding: { type: "string", default: "0.73" },
    whole: { type: "boolean", default: false },
    "whole-f1": { type: "string" },
    gold: { type: "string", default: "NCBI Disease dev" },
    out: { type: "string", default: "bench/results/curation-removal.json" },
  },
});
const work = join(".cache", "bench-curation");
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });

/** F1 by seed, and examples trained on. */
async function train(embedding: number) {
  const file = join(work, `${embedding}.yaml`);
  writeTaskCopy(values.task, file, {});
  const spec = parseTaskSpec(readFileSync(file, "utf8"), { path: file });
  const { verify: _, ...curation } = spec.curation;
  writeFileSync(file, renderResolvedSpec({ ...spec, curation: { ...curation, embedding } }));
  const runs = [];
  for (const seed of values.seeds.split(",").map(Number)) {
    const { dataset, evaluation } = requireKind(
      await runTask(file, {
        runsFolder: join(work, `${embedding}-${seed}`),
        seed,
      }),
      "ner",
    );
    const set = evaluation.sets.find(({ name }) => name === values.gold);
    if (set === undefined) throw new Error(`The task has no gold called ${values.gold}.`);
    const run = { seed, examples: dataset.train.length, f1: set.evaluation.strict.micro.f1 };
    console.error(JSON.stringify({ embedding, ...run }));
    runs.push(run);
  }
  return { embedding, meanF1: mean(runs.map(({ f1 }) => f1)), runs };
}

const given = values["whole-f1"]?.split(",").map(Number);
const reduced = await train(Number(values.embedding));
const whole = values.whole ? await train(0) : given && { embedding: 0, meanF1: mean(given), runs: given };
const result = {
  what: "strict F1 on the dev set, with and without the examples that embedding duplicates take out",
  task: values.task,
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(),
  reduced,
  whole,
  ...(whole && { f1Difference: reduced.meanF1 - whole.meanF1 }),
};
writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));
