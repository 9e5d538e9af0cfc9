/** @file Tests of tables of tokens: sentences, documents, schemes, faults with their line, odd files, and the real corpora where they are. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { countLosses, createTrips, sampleOf, watchHeap } from "../../../test/format-trips.ts";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { bioesFormat } from "./bioes.ts";
import { conll2003Format } from "./conll2003.ts";
import { CORPUS_FORMATS } from "./corpus-format.ts";
import { iob1Format } from "./iob1.ts";
import { iob2Format } from "./iob2.ts";

const trips = createTrips();
afterAll(trips.remove);

/** Texts with their mentions, and how many begin with I-. */
async function parse(text: string) {
  const { documents, losses } = await trips.parse(iob2Format, text, "dev.tsv");
  return { documents, iob1Starts: losses["iob1-start"] ?? 0 };
}
const placesOf = ({ mentions }: CorpusDocument) =>
  mentions.map(({ label, spans }) => [spans[0]!.start, spans[0]!.end, label]);

test("joins tokens with single spaces and keeps adjacent mentions apart", async () => {
  const text = "😷\tO\r\ntorsade\tB-D\r\ntachycardia\tB-D\r\nearly\tI-D\r\n\r\n \r\nGout\tB-D";
  const { documents, iob1Starts } = await parse(text);
  expect(documents.map((document) => [document.id, document.text, placesOf(document)])).toEqual([
    ["1", "😷 torsade tachycardia early", [[3, 10, "D"], [11, 28, "D"]]],
    ["2", "Gout", [[0, 4, "D"]]],
  ]); // biome-ignore format: a table
  expect(iob1Starts).toBe(0);
});

test("takes and counts mentions that begin with I-", async () => {
  const { documents, iob1Starts } = await parse("a\tI-D\nb\tI-D\nc\tI-E\nd\tO\ne\tI-E\n\nf\tI-E\n");
  expect(documents.map(placesOf)).toEqual([
    [[0, 3, "D"], [4, 5, "E"], [8, 9, "E"]],
    [[0, 1, "E"]],
  ]); // biome-ignore format: a table
  expect(iob1Starts).toBe(4);
});

test("-DOCSTART- begins a document", async () => {
  const { documents } = await parse("-DOCSTART-\tO\n\na\tO\n\nb\tO\n-DOCSTART-\nc\tO\n");
  expect(documents.map(({ text, document }) => [text, document])).toEqual([
    ["a", "1"],
    ["b", "1"],
    ["c", "2"],
  ]);
});

test.each([
  ["a\tO\nb\n", "dev.tsv:2: 1 columns, or an empty token"],
  ["a\tNN\tO\n", "dev.tsv:1: 3 columns, or an empty token"],
  ["\tO\n", "dev.tsv:1: 2 columns, or an empty token"],
  ["a\tDisease\n", "dev.tsv:1: a tag that is none of IOB, BIOES or BILOU. Tags: O, B-<label>, I-<label>;"],
])("tells the line of a fault: %j", async (text, message) => {
  await expect(parse(text)).rejects.toThrow(message);
});

const mentionsOf = (document: CorpusDocument | undefined) =>
  document?.mentions.map(
    ({ label, spans }) => `${document.text.slice(spans[0]!.start, spans[0]!.end)}/${label}`,
  );

test("reads BIOES, BILOU and IOB1 as what they are, and counts starts that IOB2 has not", async () => {
  const text = "a\tU-D\nb\tB-D\nc\tL-D\nd\tI-E\n\nx\tS-D\ny\tS-D\n";
  const { documents, losses } = await trips.parse(iob2Format, text);
  expect(documents.map(mentionsOf)).toEqual([
    ["a/D", "b c/D", "d/E"],
    ["x/D", "y/D"],
  ]);
  expect(losses).toEqual({ "iob1-start": 1 });
  expect((await trips.parse(iob1Format, "d\tI-E\n")).losses).toEqual({});
});

test("a byte order mark, CRLF, blank lines with spaces and no last newline are no part of the text", async () => {
  const text = "\ufeff-DOCSTART-\tO\r\n\r\nβ\tB-D\r\nb c\tI-D \r\n \t \r\n\r\n😷\tO";
  const { documents } = await trips.parse(iob2Format, gzipSync(text), "odd.gz");
  expect(documents).toEqual([
    {
      id: "1",
      text: "β b c",
      mentions: [{ label: "D", spans: [{ start: 0, end: 5 }] }],
      relations: [],
      tokens: [
        { start: 0, end: 1 },
        { start: 2, end: 5 },
      ],
      document: "1",
    },
    { id: "2", text: "😷", mentions: [], relations: [], tokens: [{ start: 0, end: 2 }], document: "1" },
  ]);
  expect(await trips.parse(iob2Format, "")).toEqual({ documents: [], losses: {} });
});

test("a fault is told with its line and without the text", async () => {
  const read = trips.parse(iob2Format, "a\tO\n\nsecret\tname\n", "bad.tsv");
  await expect(read).rejects.toMatchObject({ code: "corpus-invalid" });
  await expect(read).rejects.toThrow(/bad\.tsv:3: a tag that is none of/);
  await expect(read).rejects.not.toThrow(/secret|name/);
  await expect(trips.parse(conll2003Format, "one\n")).rejects.toThrow(/parsed:1: one column/);
});

test("CoNLL-2003: first column, last column, those between counted where they say something", async () => {
  const text = "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ O O\n\nGerman\t_\tI-MISC\nx O\n";
  const { documents, losses } = await trips.parse(conll2003Format, text);
  expect(documents.map(mentionsOf)).toEqual([["EU/ORG"], ["German/MISC"]]);
  expect(losses).toEqual({ column: 2, "iob1-start": 1 });
  const { path } = await trips.write(conll2003Format, documents, "written.conll");
  expect(await readFile(path, "utf8")).toBe(
    "-DOCSTART- -X- O O\n\nEU -X- _ B-ORG\nrejects -X- _ O\n\nGerman -X- _ B-MISC\nx -X- _ O\n\n",
  );
});

test("what would read back as something else is written otherwise and counted", async () => {
  const words = ["-DOCSTART-", "5 mg", "a\tb", "\ud800x"];
  const text = words.join(" ");
  const tokens = words.map((word) => ({ start: text.indexOf(word), end: text.indexOf(word) + word.length }));
  const mentions = [{ label: "Side\teffect", spans: [tokens[1]!] }];
  const document = { id: "1", text, mentions, relations: [], tokens };
  const tsv = await trips.roundTrip(iob2Format, [document]);
  expect(tsv.documents[0]).toMatchObject({
    text: "_DOCSTART- 5 mg a_b _x",
    mentions: [{ label: "Side_effect" }],
  });
  expect(tsv.written).toEqual({ character: 4 });
  const conll = await trips.roundTrip(conll2003Format, [document]);
  expect(conll.documents[0]).toMatchObject({
    text: "_DOCSTART- 5_mg a_b _x",
    mentions: [{ label: "Side_effect" }],
  });
  expect(conll.written).toEqual({ character: 5 });
});

test("documents keep their sentences together; names other than their number are counted", async () => {
  const names = ["1", "1", "b", undefined, undefined, "6"];
  const documents = names.map((document, index): CorpusDocument => {
    const tokens = [{ start: 0, end: 1 }];
    const base = { id: String(index + 1), text: "a", mentions: [], relations: [], tokens };
    return document === undefined ? base : { ...base, document };
  });
  const back = await trips.roundTrip(iob2Format, documents);
  expect(back.documents.map(({ document }) => document)).toEqual(["1", "1", "2", "3", "4", "5"]);
  expect(back.written).toEqual({ document: 4 });
});

test("tables are known by their tags", () => {
  const formats = [iob2Format, iob1Format, bioesFormat, conll2003Format];
  const tell = (text: string) => formats.find((format) => format.looksLike(sampleOf(text)))?.name;
  expect(formats.map(({ name }) => name)).toEqual(
    CORPUS_FORMATS.filter((name) => formats.some((format) => format.name === name)),
  );
  expect(tell("a\tO\nb\tO\n")).toBe("iob2");
  expect(tell("-DOCSTART-\tO\n\na\tB-D\nb\tI-D\n")).toBe("iob2");
  expect(tell("a\tB-D\nb\tO\nc\tI-D\n")).toBe("iob2");
  expect(tell("a\tO\nb\tI-D\nc\tB-D\nd")).toBe("iob1");
  expect(tell("a\tO\nb\tU-D\n")).toBe("bioes");
  expect(tell("EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n")).toBe("conll2003");
  expect(tell("EU\tNNP\tB-ORG\nrejects\tVBZ\tO\n")).toBe("conll2003");
  expect(tell("Some prose.\nAnd more.\n")).toBeUndefined();
  expect(tell('{"text": "O"}\n')).toBeUndefined();
  expect(tell("")).toBeUndefined();
});

test("a long file is read and written with the memory of a sentence", async () => {
  const sentence = "Gout\tB-D\nflares\tO\n.\tO\n\n";
  const path = join(trips.folder, "long.tsv.gz");
  await writeFile(path, gzipSync(sentence.repeat(50_000)));
  const { onLoss, losses } = countLosses();
  const heap = watchHeap(50_000);
  const documents = heap.pass(iob2Format.read!(path, { onLoss }));
  await bioesFormat.write!(documents, join(trips.folder, "long.bioes"), { onLoss });
  expect(heap.count()).toBe(50_000);
  expect(losses).toEqual({});
  expect(await readFile(join(trips.folder, "long.bioes"), "utf8")).toBe(
    sentence.replace("B-D", "S-D").repeat(50_000),
  );
  // Kept, the documents would be 27 MB.
  expect(heap.grownBytes()).toBeLessThan(5e6);
});

const corpora = resolve("../shared/corpora");

describe.skipIf(!existsSync(corpora))("real corpora (skipped where ../shared/corpora is absent)", () => {
  test.each([
    ["bc5cdr", "devel.tsv.gz", 4581, 9593],
    ["ncbi-disease", "devel.tsv", 923, 787],
  ])(
    "%s: the table has the tokens and the mentions of the JSON lines",
    async (corpus, file, sentences, mentions) => {
      const { documents, losses } = await trips.read(iob2Format, join(corpora, corpus, "raw", file));
      expect(losses).toEqual({});
      expect(documents.length).toBe(sentences);
      expect(documents.flatMap((document) => document.mentions).length).toBe(mentions);
      const rows = (await readFile(join(corpora, corpus, "dev.jsonl"), "utf8")).trim().split("\n");
      const gold = rows.map((row) => {
        const { text, tokens, spans } = JSON.parse(row) as {
          text: string;
          tokens: string[];
          spans: { start: number; end: number; label: string }[];
        };
        const squeezed = spans.map(
          ({ start, end, label }) => `${text.slice(start, end).replace(/\s/g, "")}/${label}`,
        );
        return { tokens, mentions: squeezed };
      });
      const read = documents.map((document) => ({
        tokens: document.tokens!.map(({ start, end }) => document.text.slice(start, end)),
        mentions: mentionsOf(document)!.map((mention) => mention.replace(/\s/g, "")),
      }));
      expect(read).toEqual(gold);
    },
  );
});
