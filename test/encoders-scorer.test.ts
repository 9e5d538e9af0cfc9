/** @file The scorer of every architecture: PyTorch's logits of the tokens asked for, whatever else is in the run, and close to them in int8. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readOnnxTensors } from "../src/engine/onnx-tensors.ts";
import { MODEL_TYPES } from "../src/model/architectures.ts";
import { emitModel, type Precision } from "../src/model/emit-model.ts";
import { parseEncoderConfig } from "../src/model/encoder-config.ts";
import { createParameters } from "../src/model/parameters.ts";
import { readSafetensors } from "../src/model/safetensors.ts";
import { loadTokenScorer } from "../src/model/token-scorer.ts";
import { type Fixture, readFixture, TAGS } from "./pytorch-steps.ts";

/** Of a logit. The fixtures' encoders are 6 to 12 wide, so that a rounding error meets few others to cancel. */
const INT8_ERROR = 0.05;
const VARIANTS = ["deberta-v2-convolution", "deberta-v2-c2p", "deberta-v2-absolute", "modernbert-biased"];

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "textphantom-scorer-"));
});
afterAll(() => rm(root, { recursive: true }));

describe.each([...MODEL_TYPES, ...VARIANTS])("%s", (name) => {
  const folder = fileURLToPath(new URL(`fixtures/encoders/${name}`, import.meta.url));
  const config = parseEncoderConfig(JSON.parse(readFileSync(`${folder}/config.json`, "utf8")), folder);
  const { batch, logits }: Fixture = readFixture(`encoders/${name}`);
  const padded = batch.inputIds[0]!.length;
  /** Every second token begins a word. */
  const sequences = batch.inputIds.map((row, index) => {
    const ids = row.filter((_, place) => batch.attentionMask[index]![place] === 1);
    const firstTokens = [...ids.keys()].filter((place) => place % 2 === 1);
    return { ids, ownStart: 0, ownEnd: firstTokens.length, firstTokens };
  });
  const path = (precision: Precision) => join(root, `${name}-${precision}.onnx`);

  beforeAll(async () => {
    const tensors = await readSafetensors(`${folder}/model.safetensors`);
    const { parameters } = createParameters(tensors, config, TAGS, 1, folder);
    for (const precision of ["fp32", "int8"] as const)
      await writeFile(path(precision), emitModel(config, TAGS, parameters, precision));
  });

  /** Largest difference to PyTorch's logits. */
  async function largestError(precision: Precision): Promise<number> {
    const onnx = path(precision);
    const session = { threads: 1 };
    const scorer = await loadTokenScorer({ config, tagCount: TAGS, onnx, padId: config.padId, session });
    const scores = await scorer.score(sequences);
    await scorer.release();
    expect(scores.map(({ length }) => length)).toEqual([5, 3, 2].map((words) => words * TAGS));
    const errors = sequences.flatMap(({ firstTokens }, row) =>
      firstTokens.flatMap((token, word) =>
        Array.from({ length: TAGS }, (_, tag) =>
          Math.abs(scores[row]![word * TAGS + tag]! - logits[(row * padded + token) * TAGS + tag]!),
        ),
      ),
    );
    return Math.max(...errors);
  }

  test("gives PyTorch's logits in a run with padding", async () => {
    expect(await largestError("fp32")).toBeLessThan(1e-4);
  });

  test("is close to them in int8", async () => {
    const error = await largestError("int8");
    expect(error).toBeGreaterThan(1e-4);
    expect(error).toBeLessThan(INT8_ERROR);
  });

  test("has every matrix of a product in int8, but for the classifier's and a convolution's", async () => {
    const stored = [...(await readOnnxTensors(path("int8"), "model.onnx"))];
    const kept = stored.flatMap(([name, { type, dims }]) =>
      type === "float32" && dims.length > 1 && dims.every((size) => size > 1) ? [name] : [],
    );
    const isSmall =
      /^classifier\.weight$|position_embeddings|token_type_embeddings|rel_embeddings|conv\.weight$/;
    expect(kept.filter((name) => !isSmall.test(name))).toEqual([]);
    expect(kept).toContain("classifier.weight");
    expect(stored.filter(([, { type }]) => type === "int8").length).toBeGreaterThan(6);
  });
});
