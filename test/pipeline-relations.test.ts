/** @file A tiny relation task from its file to scores; again, changed, stopped and killed. */
import { mkdtempSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  InterruptedError,
  loadNerPredictor,
  loadRelationPredictor,
  type RunEvent,
  type RunOptions,
  requireKind,
  runTask,
  trainTask,
} from "../src/index.ts";
import { fileExists, hashFile } from "../src/util/files.ts";
import { runCli } from "./spawn-cli.ts";
import { writeTinyRelationTask } from "./tiny-relation-task.ts";
import type { TinyTask } from "./tiny-task.ts";
import { watchRun } from "./watch-run.ts";

const root = mkdtempSync(join(tmpdir(), "textphantom-relations-"));
const runsFolder = join(root, "runs");
const model = join(runsFolder, "tiny/model");
let task: TinyTask;
beforeAll(async () => {
  task = await writeTinyRelationTask(join(root, "task"));
});
afterAll(() => rm(root, { recursive: true }));

const watch = (options: RunOptions = {}) => watchRun(runsFolder, options);

describe("a run", () => {
  it("writes every file of the run folder and tells the classes apart", async () => {
    const { options, steps } = watch();
    const run = requireKind(await runTask(task.taskFile, options), "relation");
    const files = (await readdir(run.paths.folder, { recursive: true })).map((file) =>
      file.replaceAll("\\", "/"),
    );
    for (const file of ["dataset/train.jsonl", "audit.json", "training.json", "evaluation.json"])
      expect(files).toContain(file);
    for (const file of ["onnx/model.onnx", "onnx/model_quantized.onnx", "textphantom.json", "config.json"])
      expect(files).toContain(`model/${file}`);
    expect(run.dataset.audit.examples).toBe(96);
    expect(run.training.steps).toBe(steps());
    expect(run.training).toMatchObject({ cutTexts: 0, widenedMentions: 0, threshold: { by: "dev" } });
    expect(run.evaluation.sets.map(({ kind, name }) => [kind, name])).toEqual([
      ["synthetic", "synthetic dev"],
      ["gold", "tiny gold"],
    ]);
    const { evaluation } = run.evaluation.sets[1]!;
    if (!("pairs" in evaluation)) throw new Error("scored by document");
    const { micro, classes, baselines } = evaluation;
    expect(classes.yes!.support).toBe(15);
    expect(micro.f1).toBeGreaterThan(0.9);
    expect(baselines.alwaysPositive.micro.f1).toBeCloseTo(2 / 3, 10);
    expect(run.evaluation.absent.map(({ name }) => name)).toEqual(["absent gold"]);
  });

  it("uses the model and the scores again when nothing has changed", async () => {
    const { options, kinds, steps } = watch();
    const former = await readFile(join(runsFolder, "tiny/evaluation.json"), "utf8");
    const { evaluation } = await runTask(task.taskFile, options);
    expect(steps()).toBe(0);
    expect(kinds).toContain("training-reused");
    expect(kinds).toContain("evaluation-reused");
    expect(`${JSON.stringify(evaluation, null, 2)}\n`).toBe(former);
  });

  it("keeps the threshold in the model, and it decides", async () => {
    const record = JSON.parse(await readFile(join(runsFolder, "tiny/training.json"), "utf8"));
    const asked = { text: "We saw gout after aspirin.", label: 0 };
    const pair = {
      text: asked.text,
      head: { start: 18, end: 25, label: "Chemical" },
      tail: { start: 7, end: 11, label: "Disease" },
    };
    const said = async (threshold?: number) => {
      const predictor = await loadRelationPredictor(model, {
        threads: 1,
        ...(threshold === undefined ? {} : { threshold }),
      });
      const [answer] = await predictor.predict([pair]);
      await predictor.release();
      return { answer: answer!, threshold: predictor.threshold };
    };
    expect((await said()).threshold).toBe(record.threshold.value);
    expect([(await said(0)).answer.relation, (await said(1)).answer.relation]).toEqual(["yes", "no"]);
  });

  it("is evaluated from the command line, and says what it is not for", async () => {
    const { code, stdout } = await runCli([
      "evaluate",
      model,
      "--gold",
      task.gold,
      "--json",
      "--threads",
      "1",
    ]);
    expect(code).toBe(0);
    const scored = JSON.parse(stdout);
    const inRun = JSON.parse(await readFile(join(runsFolder, "tiny/evaluation.json"), "utf8"));
    expect(scored.micro).toEqual(inRun.sets[1].evaluation.micro);
    const shown = await runCli(["evaluate", model, "--gold", task.gold, "--threads", "1"]);
    expect(shown.stdout).toMatch(/always yes = co-occurrence .* 0\.500 +1\.000 +0\.667/);
    for (const [flag, said] of [
      ["--classes=1=yes,0=nope", 'Unknown class "nope" in --classes.'],
      ["--labels=DRUG=Chemicals", 'Unknown label "Chemicals" in --labels.'],
    ] as const) {
      const unknown = await runCli(["evaluate", model, "--gold", "no-file", flag]);
      expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining(said)]);
    }
    const refused = await runCli(["annotate", model, "-"], { input: "No gout." });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`is for task kind "relation"`);
    await expect(loadNerPredictor(model)).rejects.toMatchObject({ code: "model-kind" });
  });
});

describe("training that is stopped", () => {
  const training = { epochs: 30, prune: 0.3, classWeights: "balanced", evaluateEvery: 20, misplaced: 0.5 };
  let long: TinyTask;
  let undisturbed: string;
  const weights = (runs: string) => hashFile(join(root, runs, "tiny/model/model.safetensors"));
  beforeAll(async () => {
    long = await writeTinyRelationTask(join(root, "long"), { training });
    await trainTask(long.taskFile, { runsFolder: join(root, "undisturbed"), threads: 1 });
    undisturbed = await weights("undisturbed");
  });

  it("by a signal goes on from there and ends with the same weights, bit for bit", async () => {
    const controller = new AbortController();
    const first = watch({
      runsFolder: join(root, "signal"),
      signal: controller.signal,
      onEvent: (event) => {
        if (event.kind === "training-step" && event.step.step === 101) controller.abort();
      },
    });
    await expect(trainTask(long.taskFile, first.options)).rejects.toThrow(InterruptedError);
    await trainTask(long.taskFile, watch({ runsFolder: join(root, "signal") }).options);
    expect(await weights("signal")).toBe(undisturbed);
  });

  it("by kill -9 goes on from its last checkpoint and ends with the same weights, bit for bit", async () => {
    const folder = join(root, "killed/tiny");
    const words = ["train", long.taskFile, "--runs", join(root, "killed"), "--threads", "1"];
    const killed = await runCli([...words, "--checkpoint-every", "0"], {
      onStart: async (child) => {
        while (child.exitCode === null && !(await fileExists(join(folder, "checkpoints/last.safetensors"))))
          await new Promise((done) => setTimeout(done, 5));
        await new Promise((done) => setTimeout(done, 100));
        child.kill("SIGKILL");
      },
    });
    expect(killed.signal).toBe("SIGKILL");
    expect(await fileExists(join(folder, "training.json"))).toBe(false);
    const again = await runCli(words);
    expect(again.stderr).toMatch(/goes on from the checkpoint at step \d+/);
    expect(again.code).toBe(0);
    expect(await weights("killed")).toBe(undisturbed);
  });
});

describe("with every feature on, three classes, and no direction", () => {
  it("trains, is the same when it is stopped, and learns from a teacher of the same classes alone", async () => {
    const classes = {
      maybe: { definition: "Perhaps." },
      yes: { definition: "Yes." },
      no: { definition: "No." },
    };
    const relation = { head: "Chemical", tail: "Disease", negative: "no", directed: false, classes };
    const everything = {
      gradientAccumulation: 2,
      layerDecay: 0.9,
      freeze: { embeddings: true },
      lora: { rank: 4 },
      classWeights: { yes: 2 },
      labelSmoothing: 0.05,
      prune: 0.3,
      evaluateEvery: 4,
      patience: 6,
      markers: "masked",
      pooling: "cls-starts",
      threshold: 0.4,
    };
    const three = await writeTinyRelationTask(join(root, "three"), {
      spec: { relation, gold: [{ name: "tiny gold", path: "gold.jsonl" }] },
      training: { ...everything, epochs: 4 },
      third: "maybe",
    });
    const whole = requireKind(
      await runTask(three.taskFile, watch({ runsFolder: join(root, "three-a") }).options),
      "relation",
    );
    expect(whole.training).toMatchObject({ threshold: { value: 0.4, by: "given" } });
    expect(whole.training.selection!.texts).toBeGreaterThan(0);
    expect(Object.keys(whole.evaluation.sets[1]!.evaluation.classes)).toEqual(["maybe", "yes", "no"]);
    const controller = new AbortController();
    const onEvent = (event: RunEvent) => {
      if (event.kind === "training-step" && event.step.step === 9) controller.abort();
    };
    const runs = join(root, "three-b");
    const stopped = trainTask(three.taskFile, {
      runsFolder: runs,
      threads: 1,
      signal: controller.signal,
      onEvent,
    });
    await expect(stopped).rejects.toThrow(InterruptedError);
    const again = await trainTask(three.taskFile, { runsFolder: runs, threads: 1 });
    const hashOf = (folder: string) => hashFile(join(folder, "model.safetensors"));
    expect(await hashOf(again.paths.model)).toBe(await hashOf(whole.paths.model));

    const distillation = { teacher: whole.paths.model, weight: 0.5 };
    const student = await writeTinyRelationTask(join(root, "student"), {
      spec: { relation },
      training: { distillation, epochs: 1 },
      third: "maybe",
    });
    const taught = await trainTask(student.taskFile, { runsFolder: join(root, "student-runs"), threads: 1 });
    expect(taught.training.steps).toBeGreaterThan(0);
    const stranger = await writeTinyRelationTask(join(root, "stranger"), { training: { distillation } });
    await expect(
      trainTask(stranger.taskFile, { runsFolder: join(root, "no-runs"), threads: 1 }),
    ).rejects.toThrow("The teacher has classes maybe, yes, no; the task has yes, no. They must be the same.");
  });
});
