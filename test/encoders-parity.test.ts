/** @file Every architecture against the numbers that PyTorch wrote for a tiny one of it (test/fixtures/write-encoder-fixtures.py). */
import { fileURLToPath } from "node:url";
import { describe } from "vitest";
import { MODEL_TYPES } from "../src/model/architectures.ts";
import { readFixture, testAgainstPyTorch } from "./pytorch-steps.ts";

/** Of architectures whose config.json decides more than sizes. */
const VARIANTS = ["deberta-v2-convolution", "deberta-v2-c2p", "deberta-v2-absolute", "modernbert-biased"];

describe.each([...MODEL_TYPES, ...VARIANTS])("%s against PyTorch", (name) => {
  const folder = fileURLToPath(new URL(`fixtures/encoders/${name}`, import.meta.url));
  testAgainstPyTorch(folder, readFixture(`encoders/${name}`));
});
