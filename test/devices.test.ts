/**
 * @file `--device`: the CPU named is the CPU unnamed, a device that is not there is told, and one that is there computes
 * what the CPU does. The last needs a device: TEXTPHANTOM_TEST_DEVICE=webgpu npx vitest run test/devices.test.ts
 */
import { mkdtempSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DEVICES, type Device } from "../src/engine/devices.ts";
import { createGradientSession } from "../src/engine/gradient-session.ts";
import { findModelCpuOps } from "../src/model/device-ops.ts";
import { buildTrainingGraph } from "../src/model/token-classifier.ts";
import { createFeeds } from "../src/model/training-feeds.ts";
import { createTinyParts } from "../src/testing/tiny-model.ts";
import { trainModel } from "../src/train/train-model.ts";
import { root as cliRoot, expectInputError, model, newFolder, task } from "./cli-setup.ts";
import { runCli } from "./spawn-cli.ts";

const root = mkdtempSync(join(tmpdir(), "textphantom-devices-"));
afterAll(() => rm(root, { recursive: true }));

const here = DEVICES.find((device) => device === process.env.TEXTPHANTOM_TEST_DEVICE);
/** No binary of onnxruntime has both. */
const absent: Device = process.platform === "darwin" ? "dml" : "coreml";
const notes = async () => {
  const file = join(await newFolder(), "notes.txt");
  await writeFile(file, "No sign of gout was seen on day 7. Aspirin did not help in asthma.\n");
  return file;
};

describe("the CPU", () => {
  it("named gives the same weights and the same answers as unnamed", async () => {
    const { config, sequences, createParameters } = await createTinyParts(join(root, "cpu"));
    const settings = {
      epochs: 2,
      batchSize: 4,
      learningRate: 0.01,
      warmup: 0.1,
      weightDecay: 0.01,
      maxGradientNorm: 1,
      seed: 1,
    };
    const train = async (options: { device?: Device }) => {
      const parameters = await createParameters();
      const losses: number[] = [];
      const input = { config, tagCount: 3, parameters, sequences };
      for await (const { loss } of trainModel(input, { settings, threads: 1, ...options })) losses.push(loss);
      return { losses, parameters };
    };
    expect(await train({ device: "cpu" })).toEqual(await train({}));
    const file = await notes();
    const unnamed = await runCli(["annotate", model, file, "--threads", "1"]);
    const named = await runCli(["annotate", model, file, "--threads", "1", "--device", "cpu"]);
    expect(unnamed.stdout).toContain("gout");
    expect(named).toEqual(unnamed);
  });
});

describe("a device that is not there", () => {
  it("ends each command with exit code 2 before it does anything", async () => {
    const runs = join(cliRoot, "absent");
    for (const words of [
      ["annotate", model, await notes()],
      ["evaluate", model, "--gold", task.gold],
      ["run", task.taskFile, "--runs", runs],
      ["train", task.taskFile, "--runs", runs],
    ]) {
      const result = await runCli([...words, "--device", absent]);
      expectInputError(result, `The device "${absent}" cannot be used: onnxruntime for`, /^hint: /m);
      expect(result.stdout).toBe("");
    }
    await expect(rm(runs, { recursive: true })).rejects.toThrow("ENOENT");
  });

  it("may not be misspelt", async () => {
    const result = await runCli(["annotate", model, "-", "--device", "gpu"]);
    expectInputError(result, "Allowed choices are cpu, cuda, webgpu, coreml, dml");
  });
});

const title = here ?? "(skipped: TEXTPHANTOM_TEST_DEVICE names no device)";
describe.skipIf(here === undefined)(`the device ${title}`, () => {
  const device = here!;

  it("gives the loss and the gradients of the CPU, in the same memory from run to run", async () => {
    const { config, sequences, createParameters } = await createTinyParts(join(root, "gradients"));
    const run = async (on: Device) => {
      const parameters = await createParameters();
      const graph = buildTrainingGraph({ config, tagCount: 3, parameters, dropout: false });
      const session = await createGradientSession(graph.graph, graph.loss, graph.parameters, {
        threads: 1,
        device: on,
      });
      const first = await session.run(createFeeds(sequences.slice(0, 2), 3, config)); // another length before
      const held = new Map(first.gradients);
      const { loss, gradients } = await session.run(createFeeds(sequences, 3, config));
      for (const [name, gradient] of gradients) {
        const before = held.get(name)!;
        if (gradient.kind === "dense" && before.kind === "dense") expect(gradient.data).toBe(before.data);
      }
      await session.release();
      return { loss, gradients };
    };
    const [cpu, other] = [await run("cpu"), await run(device)];
    expect(other.loss).toBeCloseTo(cpu.loss, 4);
    expect([...other.gradients.keys()]).toEqual([...cpu.gradients.keys()]);
    for (const [name, gradient] of cpu.gradients) {
      const found = other.gradients.get(name)!;
      const pairs: [Float32Array, Float32Array][] =
        gradient.kind === "dense" && found.kind === "dense"
          ? [[gradient.data, found.data]]
          : gradient.kind === "rows" && found.kind === "rows"
            ? gradient.parts.map(({ rows }, part) => [rows, found.parts[part]!.rows])
            : [];
      expect(pairs.length).toBeGreaterThan(0);
      for (const [expected, actual] of pairs) {
        const largest = Math.max(...expected.map(Math.abs));
        const wrong = Math.max(...actual.map((x, i) => Math.abs(x - expected[i]!)));
        expect({ name, wrong: wrong <= 1e-4 * largest + 1e-7 }).toEqual({ name, wrong: true });
      }
    }
  });

  it("trains, scores and annotates from the command line, and says what it leaves to the CPU", async () => {
    const runs = join(cliRoot, "device");
    const trained = await runCli(["run", task.taskFile, "--runs", runs, "--device", device, "--json"]);
    expect({ code: trained.code, stderr: trained.stderr }).toMatchObject({ code: 0 });
    expect(trained.stderr).toMatch(new RegExp(`^device: ${device}; `, "m"));
    const { evaluation } = JSON.parse(trained.stdout);
    expect(evaluation.sets[1].evaluation.strict.micro.f1).toBeGreaterThan(0.9);
    const file = await notes();
    const cpu = await runCli(["annotate", model, file]);
    const other = await runCli(["annotate", model, file, "--device", device]);
    const found = (stdout: string) =>
      JSON.parse(stdout).mentions.map(
        ({ start, end, label }: { start: number; end: number; label: string }) => [start, end, label],
      );
    expect(found(other.stdout)).toEqual(found(cpu.stdout));
  });

  it("leaves no product to the CPU, in training and in annotating", async () => {
    for (const use of ["training", "annotating"] as const) {
      const left = await findModelCpuOps(device, use);
      for (const op of ["gemm", "matmul", "softmax", "layerNorm", "gelu"]) expect(left).not.toContain(op);
    }
  });
});
