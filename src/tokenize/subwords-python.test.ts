/** @file Byte-level BPE and Unigram: ids that Python's tokenizers gave (test/fixtures/write-tokenizer-fixtures.py). */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Tokenizer } from "./library.ts";
import { createNormalizer } from "./normalizer.ts";
import { loadSubwordTokenizer, type SubwordTokenizer, type WordPlace } from "./subwords.ts";
import type { TokenizerPart } from "./tokenizer-json.ts";
import { splitWords } from "./words.ts";

interface TokenizerFixture {
  tokenizerJson: { normalizer: TokenizerPart | null; added_tokens: { special: boolean }[] };
  tokenizerConfig: object;
  rows: { text: string; words: [number, number][]; split: number[][]; whole: number[] }[];
  begin: number;
  end: number;
  charsmap?: Record<string, string>;
}

const NAMES = ["byte-level-roberta", "byte-level-modernbert", "unigram-precompiled", "unigram-nfkc"] as const;
const readFixture = (name: string): TokenizerFixture =>
  JSON.parse(readFileSync(new URL(`../../test/fixtures/tokenizers/${name}.json`, import.meta.url), "utf8"));

/** Ids of every word at its place in the text. */
function encodeWords(tokenizer: SubwordTokenizer, text: string): number[][] {
  let end = 0;
  return splitWords(text).map((word, index) => {
    const gap = text.slice(end, word.start);
    end = word.end;
    const spaced = /\s/.test(gap) ? "afterSpace" : "joined";
    return [
      ...tokenizer.encodeWord(
        text.slice(word.start, word.end),
        index === 0 && gap === "" ? "textStart" : spaced,
      ),
    ];
  });
}

describe.each(NAMES)("%s", (name) => {
  const fixture = readFixture(name);
  const tokenizer = loadSubwordTokenizer(fixture.tokenizerJson, fixture.tokenizerConfig);

  test("has the special tokens that Python puts around a text", () => {
    expect([tokenizer.clsId, tokenizer.sepId]).toEqual([fixture.begin, fixture.end]);
  });

  test.each(fixture.rows)("gives the ids of split words: $text", ({ text, words, split }) => {
    expect(splitWords(text).map(({ start, end }) => [start, end])).toEqual(words);
    const ours = words.map(([start, end]) => tokenizer.encodeWord(text.slice(start, end), "afterSpace"));
    expect(ours).toEqual(split);
  });

  test("gives the ids of the whole text, but where a piece reaches over words or spaces stand alone", () => {
    const differing = fixture.rows.filter(
      ({ text, whole }) => encodeWords(tokenizer, text).flat().join() !== whole.join(),
    );
    expect(differing.map(({ text }) => text.slice(0, 12))).toEqual(DIFFERING[name]);
  });
});

const SPACES = "  Two spaces";
const LINKED = "Zellweger sy"; // "▁X-linked" is one piece
const UNKNOWN = "\ufb01brosis \u00bd do"; // two unknown ideographs are one piece
const SPECIAL = "Crohn's dise"; // a special token that stands in the text
const DIFFERING: Record<(typeof NAMES)[number], string[]> = {
  "byte-level-roberta": [SPACES],
  "byte-level-modernbert": [SPACES],
  "unigram-precompiled": [LINKED, UNKNOWN, SPECIAL],
  "unigram-nfkc": [LINKED, UNKNOWN, SPECIAL],
};

test("a table of characters does what Python does with it, odd clusters too", () => {
  const { tokenizerJson, charsmap } = readFixture("unigram-precompiled");
  const normalizer = createNormalizer(tokenizerJson.normalizer)!;
  const texts = Object.keys(charsmap!);
  expect(texts).toHaveLength(15);
  expect(Object.fromEntries(texts.map((text) => [text, normalizer.normalize(text)]))).toEqual(charsmap);
});

test("text never becomes a special token of Unigram, though its model has it as a piece", () => {
  const { tokenizerJson, tokenizerConfig } = readFixture("unigram-precompiled");
  const tokenizer = loadSubwordTokenizer(tokenizerJson, tokenizerConfig);
  for (const word of ["<s>", "</s>", "<pad>"]) {
    const ids = tokenizer.encodeWord(word, "joined");
    for (const special of [tokenizer.clsId, tokenizer.sepId, tokenizer.padId])
      expect(ids).not.toContain(special);
  }
});

test("special tokens are found by RoBERTa's names where no file says them", () => {
  const { tokenizerJson } = readFixture("byte-level-roberta");
  const found = loadSubwordTokenizer({ ...tokenizerJson, post_processor: null }, { model_max_length: 512 });
  expect(found).toMatchObject({ clsId: 0, padId: 1, sepId: 2, unkId: 3 });
});

test("the configuration says whether the first word of a text is one after a space", () => {
  const { tokenizerJson } = readFixture("byte-level-roberta");
  const encode = (config: object, place: WordPlace) =>
    loadSubwordTokenizer(tokenizerJson, config).encodeWord("cancer", place);
  expect(encode({}, "textStart")).toEqual(encode({}, "joined"));
  expect(encode({ add_prefix_space: true }, "textStart")).toEqual(encode({}, "afterSpace"));
  expect(encode({}, "joined")).not.toEqual(encode({}, "afterSpace"));
});

test("punctuation that is split off before spaces are marked gets a mark of its own", () => {
  const { tokenizerJson } = readFixture("unigram-nfkc");
  const pretokenizers = [
    { type: "Punctuation", behavior: "Isolated" },
    { type: "Metaspace", prepend_scheme: "always" },
  ];
  const parted = { ...tokenizerJson, pre_tokenizer: { type: "Sequence", pretokenizers } };
  const tokenizer = loadSubwordTokenizer(parted, {});
  expect(tokenizer.encodeWord(")", "joined")).toEqual(tokenizer.encodeWord(")", "afterSpace"));
});

const withModel = (name: string, model: object) => {
  const { tokenizerJson } = readFixture(name);
  return { ...tokenizerJson, model: { ...(tokenizerJson as unknown as { model: object }).model, ...model } };
};
test.each([
  ["BPE with a prefix", withModel("byte-level-roberta", { continuing_subword_prefix: "@@" }), '"@@"'],
  ["BPE without merges", withModel("byte-level-roberta", { merges: null }), '"model.merges" is not a list'],
  ["Unigram in bytes", withModel("unigram-nfkc", { byte_fallback: true }), "byte_fallback"],
  ["Unigram without unk", withModel("unigram-nfkc", { unk_id: null }), '"model.unk_id" names no piece'],
  ["Unigram without scores", withModel("unigram-nfkc", { vocab: ["a"] }), "not a list of pieces"],
  [
    "a damaged table of characters",
    {
      ...readFixture("unigram-nfkc").tokenizerJson,
      normalizer: { type: "Precompiled", precompiled_charsmap: "AAAA" },
    },
    "no table of characters",
  ],
])("refuses %s", (_name, json, message) => {
  expect(() => loadSubwordTokenizer(json, {})).toThrow(new RegExp(message));
});

const CORPUS = new URL("../../../shared/corpora/ncbi-disease/dev.jsonl", import.meta.url);
test.skipIf(!existsSync(CORPUS)).each(["byte-level-roberta", "unigram-nfkc"])(
  "%s: words of a corpus have the ids they have in the sentence, but where a piece reaches over two (needs ../shared/corpora)",
  (name) => {
    const { tokenizerJson, tokenizerConfig } = readFixture(name);
    const tokenizer = loadSubwordTokenizer(tokenizerJson, tokenizerConfig);
    const added_tokens = tokenizerJson.added_tokens.filter(({ special }) => !special);
    const library = new Tokenizer({ ...tokenizerJson, added_tokens, post_processor: null }, tokenizerConfig);
    const lines = readFileSync(CORPUS, "utf8").split("\n").slice(0, 300);
    const texts = lines
      .map((line): string => JSON.parse(line).text)
      .filter((text) => !/\s\s|^\s|\s$/.test(text));
    let equal = 0;
    let reaching = 0;
    for (const text of texts) {
      const { ids, tokens } = library.encode(text, { add_special_tokens: false });
      if (encodeWords(tokenizer, text).flat().join() === ids.join()) equal++;
      else if (hasReachingPiece(text, tokens)) reaching++;
      else expect.fail(`${text}\n${tokens.join(" ")}`);
    }
    expect([texts.length, equal, reaching]).toEqual(COUNTS[name]);
  },
);

/** Of ASCII text: whether a piece holds the border between two words; a space belongs to what follows. */
function hasReachingPiece(text: string, tokens: readonly string[]): boolean {
  const isMarked = tokens[0]!.startsWith("\u2581");
  const borders = new Set([0]);
  let at = isMarked ? -1 : 0;
  for (const token of tokens) borders.add((at += token.length));
  return splitWords(text).some(
    ({ start }) => !borders.has(text[start - 1] === " " ? start - 1 : start === 0 ? 0 : start),
  );
}

/** Sentences, those with the same ids, those with a piece over two words. */
const COUNTS: Record<string, number[]> = {
  "byte-level-roberta": [297, 297, 0],
  "unigram-nfkc": [297, 293, 4],
};
