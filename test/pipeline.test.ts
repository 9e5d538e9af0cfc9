/** @file A tiny task from its file to scores; again, changed, stopped and killed. */

import { mkdtempSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InterruptedError, type RunOptions, requireKind, runTask, trainTask } from "../src/index.ts";
import { fileExists, hashFile } from "../src/util/files.ts";
import { runCli } from "./spawn-cli.ts";
import { type TinyTask, writeTinyTask } from "./tiny-task.ts";
import { watchRun } from "./watch-run.ts";

const root = mkdtempSync(join(tmpdir(), "textphantom-pipeline-"));
const runsFolder = join(root, "runs");
let task: TinyTask;
beforeAll(async () => {
  task = await writeTinyTask(join(root, "task"));
});
afterAll(() => rm(root, { recursive: true }));

const watch = (options: RunOptions = {}) => watchRun(runsFolder, options);

describe("a run", () => {
  it("writes every file of the run folder and finds what it was taught", async () => {
    const { options, steps } = watch();
    const { paths, dataset, evaluation, training } = requireKind(
      await runTask(task.taskFile, options),
      "ner",
    );
    const files = (await readdir(paths.folder, { recursive: true })).filter((file) => file !== "checkpoints");
    expect(files.map((file) => file.replaceAll("\\", "/")).sort()).toEqual([
      "audit.json",
      "curation.json",
      "dataset",
      "dataset/README.md",
      "dataset/dev.jsonl",
      "dataset/train.jsonl",
      "dropped.jsonl",
      "evaluation.json",
      "examples.jsonl",
      "model",
      "model/config.json",
      "model/model.safetensors",
      "model/onnx",
      "model/onnx/model.onnx",
      "model/onnx/model_quantized.onnx",
      "model/task.json",
      "model/textphantom.json",
      "model/tokenizer.json",
      "model/tokenizer_config.json",
      "prompts.jsonl",
      "rejections.jsonl",
      "spec.json",
      "task.yaml",
      "training.json",
    ]);
    expect(dataset.audit).toMatchObject({
      examples: 72,
      duplicates: { identical: 0, conflicting: 0 },
      rejections: { chatter: 1 },
    });
    expect({ steps: training.steps, taken: steps() }).toEqual({ steps: 108, taken: 108 });
    expect(evaluation.sets.map(({ kind, name }) => [kind, name])).toEqual([
      ["synthetic", "synthetic dev"],
      ["gold", "tiny gold"],
    ]);
    const { strict } = evaluation.sets[1]!.evaluation;
    expect(strict.micro.support).toBe(50);
    expect(strict.labels.Disease!.f1).toBeGreaterThan(0.8);
    expect(strict.labels.Chemical!.f1).toBeGreaterThan(0.7);
    expect(evaluation.absent.map(({ name }) => name)).toEqual(["absent gold"]);
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

  it("trains again when the seed has changed, or the model is damaged", async () => {
    const other = watch({ seed: 2 });
    const { paths } = await trainTask(task.taskFile, other.options);
    expect(other.steps()).toBe(108);
    const whole = await hashFile(join(paths.model, "model.safetensors"));
    await rm(join(paths.model, "textphantom.json"));
    const again = watch({ seed: 2 });
    await trainTask(task.taskFile, again.options);
    expect(again.steps()).toBe(108);
    expect(await hashFile(join(paths.model, "model.safetensors"))).toBe(whole);
  });

  it("scores only the labels that a gold file is annotated with", async () => {
    const one = await writeTinyTask(join(root, "one"), {
      spec: { gold: [{ name: "diseases", path: "gold.jsonl", labels: ["Disease"] }] },
    });
    const { evaluation } = requireKind(
      await runTask(one.taskFile, {
        ...watch().options,
        runsFolder: join(root, "one-runs"),
      }),
      "ner",
    );
    const { strict, outside } = evaluation.sets[1]!.evaluation;
    expect(Object.keys(strict.labels)).toEqual(["Disease"]);
    expect(strict.micro).toEqual(strict.labels.Disease);
    expect(outside.predicted.Chemical).toBeGreaterThan(0);
    expect(evaluation.sets[1]!.skipped).toEqual([{ reason: "label", label: "Chemical", count: 20 }]);
  });
});

describe("training that is stopped", () => {
  // Long enough to be hit in mid-course.
  const training = { epochs: 30 };
  let long: TinyTask;
  let undisturbed: string;
  const weights = (runs: string) => hashFile(join(root, runs, "tiny/model/model.safetensors"));
  beforeAll(async () => {
    long = await writeTinyTask(join(root, "long"), { training });
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
    const stopped = trainTask(long.taskFile, first.options);
    await expect(stopped).rejects.toThrow(InterruptedError);
    await expect(stopped).rejects.toThrow("Training stopped after step 101 of 270.");
    const second = watch({ runsFolder: join(root, "signal") });
    await trainTask(long.taskFile, second.options);
    expect(second.steps()).toBe(169);
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
    const left = await readdir(folder, { recursive: true });
    expect(left.filter((file) => file.includes(".tmp") || file.includes("draft"))).toEqual([]);
  });

  it.skipIf(process.platform === "win32")("by Ctrl-C stops with a checkpoint, exit code 130", async () => {
    const folder = join(root, "interrupted/tiny");
    const words = ["train", long.taskFile, "--runs", join(root, "interrupted"), "--threads", "1", "--json"];
    const stopped = await runCli([...words, "--checkpoint-every", "0"], {
      onStart: async (child) => {
        while (child.exitCode === null && !(await fileExists(join(folder, "checkpoints/last.safetensors"))))
          await new Promise((done) => setTimeout(done, 5));
        child.kill("SIGINT");
      },
    });
    expect(stopped.code).toBe(130);
    const told = stopped.stderr.trim().split("\n").slice(-3);
    expect(told[0]).toMatch(/^Stopping after this step, with a checkpoint\./);
    expect(told[1]).toMatch(/^error: Training stopped after step \d+ of 270\.$/);
    expect(JSON.parse(stopped.stdout)).toMatchObject({
      error: { code: "training-interrupted", hint: "The same command goes on from there." },
    });
    expect((await runCli(words)).code).toBe(0);
    expect(await weights("interrupted")).toBe(undisturbed);
  });
});
