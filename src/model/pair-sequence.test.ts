/** @file What the encoder is shown of a pair, and where its head looks. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MarkedPair } from "../task/relation-example.ts";
import { PAIR_MARKERS } from "../task/relation-training.ts";
import { writeTinyEncoder } from "../testing/tiny-encoder.ts";
import { loadSubwordTokenizer, type SubwordTokenizer } from "../tokenize/subwords.ts";
import { readJsonFile } from "../util/files.ts";
import { encodePair, labelWords, type PairReading } from "./pair-sequence.ts";

let root: string;
let tokenizer: SubwordTokenizer;
let pieces: string[];
const WORDS = "gene disease the raises risk of in word apoe gout and".split(" ");
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "textphantom-pairs-"));
  const files = await writeTinyEncoder(root, { words: WORDS });
  const json = (await readJsonFile(files.tokenizer, "tokenizer")) as {
    model: { vocab: Record<string, number> };
  };
  tokenizer = loadSubwordTokenizer(json, await readJsonFile(files.tokenizerConfig, "config"));
  pieces = Object.entries(json.model.vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([piece]) => piece);
});
afterAll(() => rm(root, { recursive: true }));

const READING: PairReading = { markers: "typed", pooling: "starts", directed: true, maxTokens: 64 };

/** Marks the first `head` and the first `tail` of a text. */
function mark(text: string, head: string, tail: string, labels = ["Gene", "Disease"]): MarkedPair {
  const span = (name: string, label: string) => {
    const start = text.indexOf(name);
    return { start, end: start + name.length, label };
  };
  return { text, head: span(head, labels[0]!), tail: span(tail, labels[1]!) };
}

/** Tokens as words, and what stands where the head looks. */
function show(pair: MarkedPair, reading: Partial<PairReading> = {}) {
  const { sequence, isCut } = encodePair(pair, tokenizer, { ...READING, ...reading });
  const tokens = sequence.ids.map((id) => pieces[id]!);
  return { text: tokens.join(" "), places: sequence.firstTokens, isCut, length: tokens.length };
}

const PAIR = () => mark("apoe raises the risk of gout.", "apoe", "gout");

describe("markers", () => {
  it("typed say the label before the name, and leave what is around alone", () => {
    expect(show(PAIR())).toEqual({
      text: "[CLS] @ * gene * apoe @ raises the risk of # ^ disease ^ gout # . [SEP]",
      places: [1, 11],
      isCut: false,
      length: 19,
    });
  });

  it("plain stand about the name alone, masked ones in its place", () => {
    expect(show(PAIR(), { markers: "plain" }).text).toBe(
      "[CLS] @ apoe @ raises the risk of # gout # . [SEP]",
    );
    expect(show(PAIR(), { markers: "masked" })).toMatchObject({
      text: "[CLS] gene raises the risk of disease . [SEP]",
      places: [1, 6],
    });
  });

  it("keep the parts of head and tail when the tail comes first", () => {
    const { text, places } = show(mark("gout and apoe", "apoe", "gout"));
    expect(text).toBe("[CLS] # ^ disease ^ gout # and @ * gene * apoe @ [SEP]");
    expect(places).toEqual([8, 1]);
  });

  it("go by place where the relation is not directed and both have one label", () => {
    const labels = ["Gene", "Gene"];
    const there = mark("gout and apoe", "apoe", "gout", labels);
    const back = mark("gout and apoe", "gout", "apoe", labels);
    const undirected = { directed: false, markers: "plain" } as const;
    expect(show(there, undirected)).toEqual(show(back, undirected));
    expect(show(there, undirected).text).toBe("[CLS] @ gout @ and # apoe # [SEP]");
  });

  it("cut a mention out of the word it is part of", () => {
    const text = show(mark("the apoegout in gout", "apoe", "in"), { markers: "plain" }).text;
    expect(text).toBe("[CLS] the @ apoe @ gout # in # gout [SEP]");
  });

  it("spell labels as words", () => {
    expect(["Gene", "GeneOrProtein", "adverse_drug-Event", "DNA"].map(labelWords)).toEqual([
      "gene",
      "gene or protein",
      "adverse drug event",
      "dna",
    ]);
  });
});

describe("pooling", () => {
  it("reads the first token before the markers, or it alone", () => {
    expect(show(PAIR(), { pooling: "cls-starts" }).places).toEqual([0, 1, 11]);
    expect(show(PAIR(), { pooling: "cls" }).places).toEqual([0]);
  });
});

describe("a long text", () => {
  it("is cut on both sides where the pair and what is between fits", () => {
    const text = `${"word ".repeat(50)}apoe in gout${" of".repeat(50)}`;
    const {
      text: shown,
      length,
      isCut,
    } = show(mark(text, "apoe", "gout"), { markers: "plain", maxTokens: 15 });
    expect(shown).toBe("[CLS] word word word @ apoe @ in # gout # of of of [SEP]");
    expect([length, isCut]).toEqual([15, true]);
  });

  it("is cut in the middle too where the two are far apart", () => {
    const text = `word apoe${" of".repeat(50)} gout word`;
    const { text: shown } = show(mark(text, "apoe", "gout"), { markers: "plain", maxTokens: 14 });
    expect(shown).toBe(
      "[CLS] word @ apoe @ of of of # gout # word [SEP]".replace(" of of of #", " of of of of #"),
    );
  });

  it("shows both starts in as many tokens as there is room for, whatever it holds", () => {
    const word = fc.constantFrom(...WORDS, "😀", "𝛼", "\n", "p < 0.05", "x".repeat(30), "é");
    const texts = fc.array(word, { maxLength: 40 }).map((words) => words.join(" "));
    const name = fc.constantFrom("apoe", "gout", "…", "zzzzzzzzzzzzzzzzzz gout", "\u200b");
    fc.assert(
      fc.property(
        fc.tuple(texts, name, texts, name, texts),
        fc.constantFrom(...PAIR_MARKERS),
        fc.integer({ min: 8, max: 64 }),
        fc.boolean(),
        ([before, first, between, second, after], markers, maxTokens, swaps) => {
          const text = [before, first, between, second, after].join("|");
          const start = before.length + 1;
          const a = { start, end: start + first.length };
          const at = a.end + between.length + 2;
          const b = { start: at, end: at + second.length };
          const [head, tail] = swaps ? [b, a] : [a, b];
          const pair = { text, head: { ...head, label: "Gene" }, tail: { ...tail, label: "Disease" } };
          const { places, length } = show(pair, { markers, maxTokens });
          expect(length).toBeLessThanOrEqual(maxTokens);
          expect(places).toHaveLength(2);
          for (const place of places) expect(place > 0 && place < length - 1).toBe(true);
          expect(places[0]! < places[1]!).toBe(!swaps);
        },
      ),
      { numRuns: 300 },
    );
  });
});
