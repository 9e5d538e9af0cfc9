/** @file Pieces of words: a tiny tokenizer, damaged files, and ids that Python's transformers gave. */
import { expect, test } from "vitest";
import fixture from "../../test/fixtures/subwords.json" with { type: "json" };
import { tinyTokenizerJson } from "../testing/tiny-tokenizer.ts";
import { loadSubwordTokenizer } from "./subwords.ts";
import { splitWords } from "./words.ts";

const tiny = tinyTokenizerJson();
const id = (piece: string) => tiny.model.vocab[piece]!;

test("encodes a word as its longest pieces, uncased and without accents", () => {
  const tokenizer = loadSubwordTokenizer(tiny, undefined);
  expect(tokenizer.encodeWord("Diseases", "afterSpace")).toEqual([id("disease"), id("##s")]);
  expect(tokenizer.encodeWord("Né3", "afterSpace")).toEqual([id("n"), id("##e"), id("##3")]);
  expect(tokenizer.encodeWord("(", "afterSpace")).toEqual([id("(")]);
  expect(tokenizer).toMatchObject({ padId: 0, unkId: 1, clsId: 2, sepId: 3 });
  expect(tokenizer.vocabularySize).toBe(Object.keys(tiny.model.vocab).length);
});

test("gives [UNK] for a word that has no pieces or leaves nothing", () => {
  const tokenizer = loadSubwordTokenizer(tiny, {});
  for (const word of ["β", "😀", "\u0301", "\ud83d", "", "\ufe0f"])
    expect(tokenizer.encodeWord(word, "afterSpace")).toEqual([1]);
});

test("never makes a special token of text", () => {
  const tokenizer = loadSubwordTokenizer(tiny, {});
  for (const word of ["[CLS]", "[MASK]", "[PAD]", "[SEP]"]) {
    const pieces = tokenizer.encodeWord(word, "afterSpace");
    expect(pieces.at(0)).toBe(id("["));
    expect(pieces.at(-1)).toBe(id("]"));
    expect(pieces.every((piece) => piece > 4)).toBe(true);
    expect(splitWords(word)).toHaveLength(3);
  }
});

test("keeps added tokens that are not special, as Python does", () => {
  const added = [
    ...tiny.added_tokens,
    { ...tiny.added_tokens[0]!, id: 500, content: "covid", special: false },
  ];
  const tokenizer = loadSubwordTokenizer({ ...tiny, added_tokens: added }, {});
  expect(tokenizer.encodeWord("covid", "afterSpace")).toEqual([500]);
  expect(tokenizer.vocabularySize).toBe(501);
});

test("encodes very long words fast", () => {
  const tokenizer = loadSubwordTokenizer(
    { ...tiny, model: { ...tiny.model, max_input_chars_per_word: 1_000_000 } },
    {},
  );
  const started = performance.now();
  expect(tokenizer.encodeWord("a".repeat(1_000_000), "afterSpace")).toEqual([1]);
  expect(tokenizer.encodeWord("a".repeat(400), "afterSpace")).toHaveLength(400);
  expect(performance.now() - started).toBeLessThan(10_000);
});

test("goes on after more words than it remembers", () => {
  const tokenizer = loadSubwordTokenizer(tiny, {});
  for (let i = 0; i < 60_000; i++) tokenizer.encodeWord(`${i}`, "afterSpace");
  expect(tokenizer.encodeWord("12", "afterSpace")).toEqual([id("1"), id("##2")]);
});

test("reads special tokens from the configuration where the post-processor names none", () => {
  const config = { cls_token: { content: "[MASK]" }, sep_token: "[UNK]", pad_token: null };
  const { clsId, sepId, padId } = loadSubwordTokenizer({ ...tiny, post_processor: null }, config);
  expect({ clsId, sepId, padId }).toEqual({ clsId: 4, sepId: 1, padId: 0 });
  const bert = { type: "BertProcessing", cls: ["[MASK]", 4], sep: ["[SEP]", 3] };
  const nested = { ...tiny, post_processor: { type: "Sequence", processors: [bert] } };
  expect(loadSubwordTokenizer(nested, {}).clsId).toBe(4);
});

const withModel = (model: object) => ({ ...tiny, model: { ...tiny.model, ...model } });
test.each([
  ["nothing", undefined, "Cannot use tokenizer.json: it is not a JSON object."],
  ["a list", [], "Cannot use tokenizer.json: it is not a JSON object."],
  ["no model", {}, 'Cannot use tokenizer.json: it has no "model".'],
  [
    "another model",
    withModel({ type: "WordLevel" }),
    'The tokenizer\'s model is "WordLevel". Supported: WordPiece, BPE, Unigram.',
  ],
  ["no vocabulary", withModel({ vocab: ["a"] }), '"model.vocab" is not a table from pieces to ids'],
  ["broken ids", withModel({ vocab: { a: "1" } }), '"model.vocab" is not a table from pieces to ids'],
  ["broken added tokens", { ...tiny, added_tokens: [{}] }, '"added_tokens" is not a list'],
  ["a broken part", { ...tiny, pre_tokenizer: { type: "Bogus" } }, "its parts do not fit together"],
  [
    "no special tokens",
    { ...withModel({ vocab: { a: 0 }, unk_token: "a" }), added_tokens: [] },
    "The tokenizer has no special token for CLS, SEP, PAD. Needed: CLS, SEP, PAD, UNK.",
  ],
])("refuses %s", (_name, json, message) => {
  expect(() => loadSubwordTokenizer(json, {})).toThrow(message);
});

test.each(fixture.rows)("gives the words and ids of Python's transformers: $text", ({ text, words, ids }) => {
  const tokenizer = loadSubwordTokenizer(fixture.tokenizerJson, {});
  expect(splitWords(text).map(({ start, end }) => text.slice(start, end))).toEqual(words);
  expect(words.map((word) => tokenizer.encodeWord(word, "afterSpace"))).toEqual(ids);
});
