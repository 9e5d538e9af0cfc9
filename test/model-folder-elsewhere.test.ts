/** @file A model folder of ours, of every architecture, loaded by the programs others use: transformers.js, and Python's transformers where it is. */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { AutoModelForTokenClassification, AutoTokenizer, env, Tensor } from "@huggingface/transformers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MODEL_TYPES, type ModelType } from "../src/model/architectures.ts";
import { loadNerPredictor, type NerPredictor } from "../src/model/ner-predictor.ts";
import { encodeText } from "../src/model/sequence.ts";
import { markTiny, writeTinyModel } from "../src/testing/tiny-model.ts";
import { loadSubwordTokenizer } from "../src/tokenize/subwords.ts";
import { readJsonFile } from "../src/util/files.ts";

const TEXT = "The patient had gout and breast cancer.";
const TOLERANCE = 1e-3;
/** Our graph leaves out tokens of the last layer, so the scale of its activations may differ by a hair. */
const INT8_TOLERANCE = 0.1;
/** Of a logit, to fp32's: the tiny models' are some 5 apart. */
const INT8_ERROR = 0.5;

/** A Python with torch, transformers and onnxruntime (bench/peers/requirements.txt), for the last tests. */
const PYTHON = process.env.TEXTPHANTOM_PYTHON ?? "python3";
const hasTorch = spawnSync(PYTHON, ["-c", "import torch, transformers"]).status === 0;
const hasOnnxRuntime = spawnSync(PYTHON, ["-c", "import onnxruntime, numpy"]).status === 0;

/** $TEXTPHANTOM_MODEL: a real model folder, looked at instead of the tiny ones. */
const given = process.env.TEXTPHANTOM_MODEL ?? "";
const models: readonly (ModelType | "given")[] = given === "" ? MODEL_TYPES : ["given"];

describe.each(models)("%s", (modelType) => {
  let folder = given;
  let root = "";
  let predictor: NerPredictor;
  let ids: readonly number[];
  /** Ours, of each word's first token. */
  let ours: Float32Array;
  /** The same in int8. */
  let oursInt8: Float32Array;
  let firstTokens: readonly number[];
  let width = 0;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "textphantom-elsewhere-"));
    if (modelType !== "given") {
      folder = join(root, "tiny");
      await writeTinyModel(folder, { modelType });
    }
    predictor = await loadNerPredictor(folder, { threads: 1 });
    const tokenizer = loadSubwordTokenizer(
      await readJsonFile(join(folder, "tokenizer.json"), "tokenizer"),
      await readJsonFile(join(folder, "tokenizer_config.json"), "tokenizer config"),
    );
    const sequence = encodeText(TEXT, tokenizer, { maxTokens: predictor.model.windowTokens }).sequences[0]!;
    ids = sequence.ids;
    firstTokens = sequence.firstTokens;
    const scored = (await predictor.scoreWords([TEXT]))[0]!;
    ours = scored.scores;
    width = ours.length / scored.words.length;
    const quantized = await loadNerPredictor(folder, { threads: 1, precision: "int8" });
    oursInt8 = (await quantized.scoreWords([TEXT]))[0]!.scores;
    await quantized.release();
  });

  afterAll(async () => {
    await predictor?.release();
    await rm(root, { recursive: true, force: true });
  });

  /** Largest difference to our logits, over the first token of each word. @param theirs [token][tag] */
  function largestDifference(theirs: readonly (readonly number[])[], expected = ours): number {
    const differences = firstTokens.flatMap((token, word) =>
      theirs[token]!.map((logit, tag) => Math.abs(logit - expected[word * width + tag]!)),
    );
    return Math.max(...differences);
  }

  test.skipIf(modelType === "given")("has learnt the names of its training texts", async () => {
    const texts = ["The patient had gout.", "No gout and no breast cancer had the patient."];
    const found = await predictor.predict(texts);
    expect(found.map((mentions) => mentions.map(({ start, end, label }) => ({ start, end, label })))).toEqual(
      texts.map(markTiny),
    );
  });

  describe("transformers.js", () => {
    beforeAll(() => {
      env.allowRemoteModels = false;
      env.localModelPath = dirname(folder);
    });

    async function run(dtype: "fp32" | "q8") {
      const model = await AutoModelForTokenClassification.from_pretrained(basename(folder), { dtype });
      const integers = (values: readonly number[]) =>
        new Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
      const feeds = { input_ids: integers(ids), attention_mask: integers(ids.map(() => 1)) };
      const types = { token_type_ids: integers(ids.map(() => 0)) };
      // what the model's own tokenizer gives it
      const asksForTypes = model.sessions.model.inputNames.includes("token_type_ids");
      const { logits } = await model(asksForTypes ? { ...feeds, ...types } : feeds);
      await model.dispose();
      return { rows: (logits.tolist() as number[][][])[0]!, config: model.config };
    }

    test("gives the same logits", async () => {
      const { rows, config } = await run("fp32");
      expect(rows).toHaveLength(ids.length);
      expect(largestDifference(rows)).toBeLessThan(TOLERANCE);
      expect(config).toHaveProperty("id2label.1", "B-Disease");
    });

    test("gives the same logits in int8, asked for as q8, and they are close to those of fp32", async () => {
      const { rows } = await run("q8");
      expect(largestDifference(rows, oursInt8)).toBeLessThan(INT8_TOLERANCE);
      expect(largestDifference(rows)).toBeGreaterThan(0);
      expect(largestDifference(rows)).toBeLessThan(INT8_ERROR);
    });

    test("gives the same token ids", async () => {
      const tokenizer = await AutoTokenizer.from_pretrained(basename(folder));
      expect((await tokenizer(TEXT)).input_ids.tolist()[0].map(Number)).toEqual(ids);
    });
  });

  test.skipIf(!hasTorch)(
    "Python's transformers gives the same logits and ids (set TEXTPHANTOM_PYTHON to run)",
    () => {
      const { stdout, status } = spawnSync(
        PYTHON,
        ["bench/peers/pytorch_load_model.py", "--model", folder, "--text", TEXT],
        { input: JSON.stringify([ids]), encoding: "utf8" },
      );
      expect(status).toBe(0);
      const result = JSON.parse(stdout) as {
        logits: number[][][];
        textIds: number[];
        id2label: Record<string, string>;
        loading: Record<string, string[]>;
      };
      expect(result.textIds).toEqual(ids);
      expect(result.id2label["1"]).toBe("B-Disease");
      expect(result.loading.unexpected_keys).toEqual([]);
      expect(largestDifference(result.logits[0]!)).toBeLessThan(TOLERANCE);
    },
  );

  test.skipIf(!hasOnnxRuntime)(
    "Python's onnxruntime gives the same logits, fp32 and int8 (set TEXTPHANTOM_PYTHON to run)",
    () => {
      for (const [file, expected, tolerance] of [
        ["model.onnx", ours, TOLERANCE],
        ["model_quantized.onnx", oursInt8, INT8_TOLERANCE],
      ] as const) {
        const { stdout, stderr, status } = spawnSync(
          PYTHON,
          ["bench/peers/onnxruntime_load_model.py", join(folder, "onnx", file)],
          { input: JSON.stringify([ids]), encoding: "utf8" },
        );
        expect(status, stderr).toBe(0);
        const { logits } = JSON.parse(stdout) as { logits: number[][][] };
        expect(largestDifference(logits[0]!, expected)).toBeLessThan(tolerance);
      }
    },
  );
});
