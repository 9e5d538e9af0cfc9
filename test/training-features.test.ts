/** @file Task files that ask for more than the plain recipe: a teacher, scores in mid-course, the best model, all resumable. */
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  evaluate,
  InputError,
  InterruptedError,
  loadNerPredictor,
  type RunEvent,
  type RunOptions,
  requireKind,
  runTask,
  type TrainedTaskOf,
  trainTask,
} from "../src/index.ts";
import { holdOut } from "../src/pipeline/hold-out.ts";
import { fileExists, hashFile } from "../src/util/files.ts";
import { type TinyTask, writeTinyTask } from "./tiny-task.ts";

const root = mkdtempSync(join(tmpdir(), "textphantom-features-"));
const everything = {
  epochs: 30,
  gradientAccumulation: 2,
  layerDecay: 0.9,
  freeze: { embeddings: true },
  lora: { rank: 4, alpha: 16, dropout: 0.1, targets: ["query", "value", "dense"] },
  classWeights: "balanced",
  labelSmoothing: 0.05,
  prune: 0.3,
  distillation: { teacher: "../teacher-runs/tiny/model", weight: 0.3 },
  evaluateEvery: 4,
  patience: 6,
};
let task: TinyTask;
let undisturbed: TrainedTaskOf<"ner">;
beforeAll(async () => {
  const teacher = await writeTinyTask(join(root, "teacher"));
  await trainTask(teacher.taskFile, { runsFolder: join(root, "teacher-runs"), threads: 1 });
  task = await writeTinyTask(join(root, "task"), { training: everything });
  const run = await trainTask(task.taskFile, { runsFolder: join(root, "undisturbed"), threads: 1 });
  undisturbed = requireKind(run, "ner");
}, 60_000);
afterAll(() => rm(root, { recursive: true }));

const weights = (run: { paths: { model: string } }) => hashFile(join(run.paths.model, "model.safetensors"));

describe("a training with everything on", () => {
  it("keeps the best model by the examples it held out, and says which", async () => {
    const { training, dataset, spec, paths } = undisturbed;
    const { examples, selection } = await holdOut(task.taskFile, spec, dataset);
    expect(examples.length + selection!.examples.length).toBe(dataset.train.length);
    const prompts = new Set(examples.map(({ prompt }) => prompt));
    for (const { document } of selection!.examples) expect(prompts).not.toContain(document);
    const { kind, name, texts, scores, chosen } = training.selection!;
    expect([kind, name, texts]).toEqual(["synthetic", "held-out prompts", selection!.examples.length]);
    expect(chosen.f1).toBe(Math.max(...scores.map(({ f1 }) => f1)));
    expect(scores.map(({ step }) => step).slice(0, 3)).toEqual([4, 8, 12]);
    const ran = training.sequencesByEpoch!;
    expect(ran[0]).toBe(examples.length);
    expect(Math.min(...ran)).toBeLessThan(0.95 * examples.length);
    const predictor = await loadNerPredictor(paths.model, { threads: 1 });
    const found = await predictor.predict(selection!.examples.map(({ text }) => text));
    await predictor.release();
    const { strict } = evaluate(selection!.examples, found, { labels: predictor.labels });
    expect(strict.micro.f1).toBe(chosen.f1);
    expect(chosen.f1).toBeGreaterThan(0.5);
  });

  it.each([3, 5, 13, 21])(
    "goes on after step %d, stopped or torn, and ends with the same weights",
    async (stop) => {
      const runsFolder = join(root, `stopped-${stop}`);
      const controller = new AbortController();
      const first: RunOptions = {
        runsFolder,
        threads: 1,
        signal: controller.signal,
        onEvent: (event) => {
          if (event.kind === "training-step" && event.step.step === stop) controller.abort();
        },
      };
      await expect(trainTask(task.taskFile, first)).rejects.toThrow(InterruptedError);
      let steps = 0;
      const torn: RunOptions = {
        runsFolder,
        threads: 1,
        checkpointEveryMs: 0,
        onEvent: (event) => {
          if (event.kind === "training-step" && ++steps === 3) throw new Error("power cut");
        },
      };
      await expect(trainTask(task.taskFile, torn)).rejects.toThrow("power cut");
      const resumedAt: number[] = [];
      const onEvent = (event: RunEvent) => {
        if (event.kind === "training-start") resumedAt.push(event.start.resumedAt);
      };
      const run = await trainTask(task.taskFile, { runsFolder, threads: 1, onEvent });
      expect(resumedAt).toEqual([stop + 2]);
      const { selection, sequencesByEpoch: ran, steps: taken } = run.training;
      expect({ selection, ran, taken }).toEqual({
        selection: undisturbed.training.selection,
        ran: undisturbed.training.sequencesByEpoch,
        taken: undisturbed.training.steps,
      });
      expect(await weights(run)).toBe(await weights(undisturbed));
      expect(await fileExists(run.paths.checkpoint)).toBe(false);
    },
  );

  it("is used again when nothing has changed, and made anew for another teacher", async () => {
    const options = { runsFolder: join(root, "undisturbed"), threads: 1 };
    const again = await trainTask(task.taskFile, options);
    expect(again.training).toEqual(undisturbed.training);
    const teacher = await writeTinyTask(join(root, "teacher"), { training: { epochs: 2 } });
    await trainTask(teacher.taskFile, { runsFolder: join(root, "teacher-runs"), threads: 1 });
    const other = await trainTask(task.taskFile, options);
    expect(other.training.fingerprint).not.toBe(undisturbed.training.fingerprint);
  });
});

describe("a training that is scored", () => {
  it("ends early, and its model is scored on other examples than it was chosen by", async () => {
    const early = await writeTinyTask(join(root, "early"), {
      training: { evaluateEvery: "epoch", patience: 1, epochs: 12 },
    });
    const { training, evaluation } = await runTask(early.taskFile, {
      runsFolder: join(root, "early-runs"),
      threads: 1,
    });
    const { scores, stoppedEarly, chosen } = training.selection!;
    expect(stoppedEarly).toBe(true);
    expect(scores.at(-1)!.step).toBe(training.steps);
    expect(scores.at(-2)).toEqual(chosen);
    expect(evaluation.sets.map(({ name }) => name)).toEqual(["synthetic dev", "tiny gold"]);
  });

  it("goes by the gold file that is given for it, which is then in no score", async () => {
    const gold = [
      { name: "tiny gold", path: "gold.jsonl", use: "select" },
      { name: "scored", path: "gold.jsonl" },
    ];
    const chosen = await writeTinyTask(join(root, "gold"), {
      training: { evaluateEvery: 20, epochs: 3 },
      spec: { gold },
    });
    const { training, evaluation, dataset } = await runTask(chosen.taskFile, {
      runsFolder: join(root, "gold-runs"),
      threads: 1,
    });
    expect(training.selection).toMatchObject({ kind: "gold", name: "tiny gold", stoppedEarly: false });
    expect(training.steps).toBe(3 * Math.ceil(dataset.train.length / 8)); // nothing was held out
    expect(evaluation.sets.map(({ name }) => name)).toEqual(["synthetic dev", "scored"]);
  });

  it("is refused where nothing can be held out", async () => {
    const one = await writeTinyTask(join(root, "one"), {
      training: { evaluateEvery: "epoch" },
      completions: [
        "The <Disease>gout</Disease> was treated with <Chemical>aspirin</Chemical>.\nIt was calm.",
      ],
    });
    const run = trainTask(one.taskFile, { runsFolder: join(root, "one-runs") });
    await expect(run).rejects.toThrow(InputError);
    await expect(run).rejects.toThrow(
      "training.evaluateEvery is epoch, but the training examples are all of one prompt: none can be held out.",
    );
  });
});

it("tells what the encoder has where LoRA or freezing asks for more", async () => {
  const train = async (name: string, training: Record<string, unknown>) =>
    trainTask((await writeTinyTask(join(root, name), { training })).taskFile, {
      runsFolder: join(root, `${name}-runs`),
    });
  await expect(train("lora", { lora: { targets: ["Wqkv"] } })).rejects.toThrow(
    'training.lora.targets: the encoder has no weight named "Wqkv". It has: dense, key, query, value.',
  );
  await expect(train("freeze", { freeze: { layers: 2 } })).rejects.toThrow(
    "training.freeze.layers is 2; the encoder has 1 layers.",
  );
});
