/** @file Tests of reading gold files: formats by content, labels taken or left, and the real corpora where they are. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { detectFormat } from "./detect-format.ts";
import { type GoldOptions, readGold } from "./read-gold.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string | Uint8Array, options?: GoldOptions) {
  const path = join(folder, "gold");
  await writeFile(path, text);
  return readGold(path, options);
}

const ROW = JSON.stringify({
  id: "1",
  text: "gout fever",
  spans: [
    { start: 0, end: 4, label: "DISO" },
    { start: 0, end: 10, label: "DISO" },
    { start: 5, end: 10, label: "Sign" },
  ],
});

test("tells the format by content", () => {
  expect(detectFormat(`\n${ROW}`)).toBe("jsonl");
  expect(detectFormat("{broken")).toBe("jsonl");
  expect(detectFormat("a\tB-D\nb\tO\n")).toBe("iob2");
  expect(detectFormat("-DOCSTART-\tO\n")).toBe("iob2");
  expect(detectFormat("1|t|Title\n1|a|Abstract\n")).toBe("PubTator");
  expect(detectFormat("T1\tDisease 0 4\tgout\n")).toBe("BRAT");
  expect(detectFormat("T1\tDisease 0 4;6 8\tgout up\n")).toBe("BRAT");
  expect(detectFormat('<?xml version="1.0"?><!DOCTYPE x>\n<collection>')).toBe("BioC XML");
  expect(detectFormat("<html>")).toBe("XML");
  expect(detectFormat('{"source": "x", "documents": []}')).toBe("BioC JSON");
  expect(detectFormat('{\n  "documents": []\n}')).toBe("BioC JSON");
  expect(detectFormat("[{}]")).toBe("a JSON array");
  expect(detectFormat("-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n")).toBe(
    "CoNLL-2003 (four columns)",
  );
  expect(detectFormat("Some prose.\nAnd more.")).toBeUndefined();
});

test("renames labels, counts the others and the overlaps", async () => {
  expect(await read(ROW, { labels: { DISO: "Disease" } })).toEqual({
    format: "jsonl",
    examples: [
      {
        id: "1",
        text: "gout fever",
        mentions: [
          { start: 0, end: 4, label: "Disease" },
          { start: 0, end: 10, label: "Disease" },
        ],
      },
    ],
    skipped: [
      { reason: "label", label: "Sign", count: 1 },
      { reason: "overlap", count: 1 },
    ],
  });
});

test("counts IOB1 starts, and takes all labels when none are named", async () => {
  const { examples, skipped, format } = await read("\ufeffa\tI-D\nb\tB-E\n");
  expect(examples[0]?.mentions.map(({ label }) => label)).toEqual(["D", "E"]);
  expect({ skipped, format }).toEqual({ skipped: [{ reason: "iob1-start", count: 1 }], format: "iob2" });
});

test("a file in another format is told what it looks like and what is read", async () => {
  await expect(read("1|t|Title\n")).rejects.toThrow(
    /it looks like PubTator\. It is read in a later version\. Formats now: jsonl, iob2\.$/,
  );
  await expect(read(ROW, { format: "iob2" })).rejects.toThrow(/as iob2: it looks like jsonl\. Formats now/);
  await expect(read("prose")).rejects.toThrow(/it looks like no known gold format\. Formats now/);
  await expect(read("prose", { format: "iob2" })).rejects.toThrow(/gold:1: 1 columns/);
});

test("a file without what was asked for is an error", async () => {
  await expect(read(" \n")).rejects.toThrow(/is empty/);
  await expect(read("-DOCSTART-\tO\n")).rejects.toThrow(/holds no sentence/);
  await expect(read(ROW, { labels: { Disease: "Disease" } })).rejects.toThrow(
    /has no mention of Disease\. Its labels: DISO, Sign\.$/,
  );
  await expect(read(Uint8Array.of(0x1f, 0x8b, 0xff))).rejects.toThrow(/not UTF-8/);
  await expect(readGold(join(folder, "absent"))).rejects.toThrow(/Cannot read gold file .*no such file/);
});

test("a file of sentences without any mention is read", async () => {
  expect((await read("a\tO\n", { labels: { D: "D" } })).examples).toHaveLength(1);
});

const corpora = resolve(import.meta.dirname, "../../../shared/corpora");
describe.skipIf(!existsSync(corpora))("the corpora (skipped where ../shared/corpora is absent)", () => {
  const surfaces = (gold: Awaited<ReturnType<typeof readGold>>) =>
    gold.examples.map(({ text, mentions }) =>
      mentions.map(({ start, end, label }) => `${label} ${text.slice(start, end).replace(/\s/g, "")}`),
    );

  test("NCBI Disease dev has the same 923 sentences and 787 mentions in both formats", async () => {
    const jsonl = await readGold(join(corpora, "ncbi-disease/dev.jsonl"), { labels: { Disease: "Disease" } });
    const iob2 = await readGold(join(corpora, "ncbi-disease/raw/devel.tsv"));
    expect([jsonl.format, iob2.format]).toEqual(["jsonl", "iob2"]);
    expect([jsonl.examples.length, surfaces(jsonl).flat().length]).toEqual([923, 787]);
    expect(surfaces(iob2)).toEqual(surfaces(jsonl));
    expect([jsonl.skipped, iob2.skipped]).toEqual([[], []]);
    expect(new Set(jsonl.examples.map(({ document }) => document)).size).toBe(100);
  });

  test("BC5CDR dev has 4,581 sentences and 9,593 mentions in both formats", async () => {
    const jsonl = await readGold(join(corpora, "bc5cdr/dev.jsonl"));
    const iob2 = await read(gunzipSync(await readFile(join(corpora, "bc5cdr/raw/devel.tsv.gz"))));
    expect([jsonl.examples.length, surfaces(jsonl).flat().length]).toEqual([4581, 9593]);
    expect([iob2.examples.length, surfaces(iob2).flat().length]).toEqual([4581, 9593]);
    expect(surfaces(iob2)).toEqual(surfaces(jsonl));
  });

  test("the other files there are told apart", async () => {
    const look = async (path: string) => detectFormat(await readFile(join(corpora, path), "utf8"));
    expect(await look("ncbi-disease/raw/NCBIdevelopset_corpus.txt")).toBe("PubTator");
    expect(await look("bc5cdr/raw/CDR_DevelopmentSet.PubTator.txt")).toBe("PubTator");
    expect(await look("maccrobat/brat/16778410.ann")).toBe("BRAT");
    expect(
      detectFormat(
        gunzipSync(await readFile(join(corpora, "bc5cdr/raw/CDR_DevelopmentSet.BioC.xml.gz"))).toString(),
      ),
    ).toBe("BioC XML");
    await expect(readGold(join(corpora, "gad/dev.jsonl"))).rejects.toThrow("neither spans nor mentions");
  });
});
