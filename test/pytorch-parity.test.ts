/** @file Our loss, gradients and AdamW steps against the numbers that PyTorch wrote (test/fixtures/write-pytorch-fixtures.py). */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { resolveEncoder } from "../src/model/encoder-files.ts";
import { loadEncoder } from "../src/model/load-encoder.ts";
import { EnvironmentError } from "../src/util/errors.ts";
import { readFixture, TAGS, testAgainstPyTorch } from "./pytorch-steps.ts";

/** Undefined on a machine that neither has the encoder nor can reach it. */
const minilm = await resolveEncoder({ name: "sentence-transformers/all-MiniLM-L6-v2" }).catch((error) => {
  if (error instanceof EnvironmentError) return undefined;
  throw error;
});

test.skipIf(minilm === undefined)(
  "gives Python's token ids with all of MiniLM's vocabulary (skipped where it is out of reach)",
  async () => {
    const { tokenizer } = await loadEncoder(minilm!, TAGS, 1);
    const rows: { words: string[]; ids: number[][] }[] = readFixture("subwords").rows;
    for (const { words, ids } of rows)
      expect(words.map((word) => tokenizer.encodeWord(word, "afterSpace"))).toEqual(ids);
    expect(tokenizer).toMatchObject({ padId: 0, unkId: 100, clsId: 101, sepId: 102, vocabularySize: 30522 });
  },
);

describe("a head for pairs on tiny-bert against PyTorch", () => {
  testAgainstPyTorch(
    fileURLToPath(new URL("fixtures/tiny-bert", import.meta.url)),
    readFixture("relation-head"),
  );
});

describe.each([
  { model: "tiny-bert", folder: fileURLToPath(new URL("fixtures/tiny-bert", import.meta.url)) },
  { model: "minilm", folder: minilm?.folder },
])("$model against PyTorch", ({ model, folder }) => {
  if (folder === undefined) {
    test.skip("MiniLM's weights are neither in the cache nor within reach");
    return;
  }
  testAgainstPyTorch(folder, readFixture(model));
});
