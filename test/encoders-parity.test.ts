/** @file Every architecture against the numbers that PyTorch wrote for a tiny one of it (test/fixtures/write-encoder-fixtures.py). */
import { fileURLToPath } from "node:url";
import { describe } from "vitest";
import { MODEL_TYPES } from "../src/model/architectures.ts";
import { readFixture, testAgainstPyTorch } from "./pytorch-steps.ts";

describe.each(MODEL_TYPES)("%s against PyTorch", (name) => {
  const folder = fileURLToPath(new URL(`fixtures/encoders/${name}`, import.meta.url));
  testAgainstPyTorch(folder, readFixture(`encoders/${name}`));
});
