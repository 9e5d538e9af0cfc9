/** @file Tests of reading gold files: formats by content, labels taken or left, and the real corpora where they are. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

test("renames labels, counts the others, keeps what overlaps", async () => {
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
    skipped: [{ reason: "label", label: "Sign", count: 1 }],
  });
});

test("counts IOB1 starts, and takes all labels when none are named", async () => {
  const { examples, skipped, format } = await read("\ufeffa\tI-D\nb\tB-E\n", { format: "iob2" });
  expect(examples[0]?.mentions.map(({ label }) => label)).toEqual(["D", "E"]);
  expect({ skipped, format }).toEqual({ skipped: [{ reason: "iob1-start", count: 1 }], format: "iob2" });
});

test("a file in no known format, or in another than was said, is told", async () => {
  await expect(read("prose")).rejects.toThrow(/it looks like no format that is known/);
  await expect(read("prose", { format: "iob2" })).rejects.toThrow(/gold:1: 1 columns/);
  await expect(read("a,b", { format: "omop-note-nlp" })).rejects.toThrow(/only written, not read/);
});

test("a file without what was asked for is an error", async () => {
  await expect(read(" \n")).rejects.toThrow(/is empty/);
  await expect(read("-DOCSTART-\tO\n", { format: "iob2" })).rejects.toThrow(/holds no text/);
  await expect(read(ROW, { labels: { Disease: "Disease" } })).rejects.toThrow(
    /has no mention of Disease\. Its labels: DISO, Sign\.$/,
  );
  await expect(readGold(join(folder, "absent"))).rejects.toThrow(/Cannot read .*no such file/);
});

test("what a flat model cannot reach stays apart", async () => {
  await writeFile(join(folder, "x.txt"), "lung and breast cancer");
  const rows = ["T1\tDisease 0 4;16 22\tlung cancer", "T2\tDisease 9 22\tbreast cancer"];
  await writeFile(join(folder, "x.ann"), `${rows.join("\n")}\n`);
  const { format, examples } = await readGold(join(folder, "x.ann"));
  const spans = [
    { start: 0, end: 4 },
    { start: 16, end: 22 },
  ];
  expect(format).toBe("brat");
  expect(examples[0]).toMatchObject({
    mentions: [{ start: 9, end: 22, label: "Disease" }],
    discontinuous: [{ label: "Disease", spans }],
  });
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
    const iob2 = await readGold(join(corpora, "bc5cdr/raw/devel.tsv.gz"));
    expect([jsonl.examples.length, surfaces(jsonl).flat().length]).toEqual([4581, 9593]);
    expect([iob2.examples.length, surfaces(iob2).flat().length]).toEqual([4581, 9593]);
    expect(surfaces(iob2)).toEqual(surfaces(jsonl));
  });

  test("PubTator and BioC of whole documents have the mentions of their JSON lines", async () => {
    const labels = { Chemical: "Chemical", Disease: "Disease" };
    const documents = await readGold(join(corpora, "bc5cdr/docs_dev.jsonl"), { labels });
    const pubtator = await readGold(join(corpora, "bc5cdr/raw/CDR_DevelopmentSet.PubTator.txt"), { labels });
    expect([documents.format, pubtator.format]).toEqual(["jsonl", "pubtator"]);
    expect(surfaces(pubtator)).toEqual(surfaces(documents));
    const ncbi = await readGold(join(corpora, "ncbi-disease/raw/NCBIdevelopset_corpus.txt"));
    expect(surfaces(ncbi).flat()).toHaveLength(787);
  });
});
