/** @file Tests of brat's folders: what is strange or broken in them, and what they give back. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryDocuments } from "../../../test/arbitrary-documents.ts";
import { readAll, withFolder, writeAll } from "../../../test/round-trip.ts";
import { furnish, STANDOFF_KIND, standoffTrip, UNHELD } from "../../../test/standoff-trips.ts";
import type { CorpusDocument, CorpusMention } from "../../task/corpus-document.ts";
import { bratFormat } from "./brat.ts";

/** Reads files of these names and contents. */
const readFolder = (files: Record<string, string>) =>
  withFolder(async (folder) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(folder, name, ".."), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return readAll(bratFormat, folder);
  });

const TEXT = "😷 lung and breast\ncancer, no 𝛼-HD";

test("BRAT: fragments, a mention of two lines, events, equivalence, a relation turned around, attributes, nested folders", async () => {
  const ann = [
    "T1\tDisease 2 6;18 24\tlung cancer", "T2\tDisease 11 17;18 24\tbreast cancer", "T3\tDrug 29 33\t𝛼-HD", "E1\tDisease:T1 ", "E2\tDisease:T2 Cause:T3",
    "R1\tTREATS Arg2:E1 Arg1:T3\t", "R2\tX Cause:T3 Effect:T2", "R3\tX a:T1 b:T2 c:T3", "R4\tX Arg1:R1 Arg2:T1", "*\tEquiv T1 T2", "*\tOVERLAP T1 T2 T3",
    "A1\tNegation E1", "M2\tGrade T3 very high", "A3\tScope R1", "N1\tReference T3 MESH:D006816\t𝛼-HD", "N2\tReference T3 ID:D1\tother", "#1\tAnnotatorNotes T1\tnote", "",
  ].join("\r\n"); // biome-ignore format: a file
  const { documents, losses } = await readFolder({
    "a/b.ann": ann,
    "a/b.txt": TEXT,
    "README.txt": "x",
    "annotation.conf": "",
  });
  expect(documents).toEqual([
    {
      id: "a/b",
      text: TEXT,
      mentions: [
        {
          label: "Disease",
          spans: [
            { start: 3, end: 7 },
            { start: 19, end: 25 },
          ],
          id: "T1",
          attributes: { Negation: "true" },
        },
        { label: "Disease", spans: [{ start: 12, end: 25 }], id: "T2" },
        {
          label: "Drug",
          spans: [{ start: 30, end: 35 }],
          id: "T3",
          attributes: { Grade: "very high" },
          concepts: ["MESH:D006816", "D1"],
        },
      ],
      relations: [
        { type: "TREATS", head: { mention: 2 }, tail: { mention: 0 }, id: "R1" },
        { type: "X", head: { mention: 2 }, tail: { mention: 1 }, roles: ["Cause", "Effect"], id: "R2" },
        { type: "Equiv", head: { mention: 0 }, tail: { mention: 1 } },
      ],
    },
  ]);
  expect(losses).toEqual({ event: 3, "relation-arity": 2, attribute: 1, column: 1, note: 1, unannotated: 1 });
});

test("BRAT writes annotation.conf, and no folder that has something in it", async () => {
  const { documents } = await readFolder({
    "b.ann": "T1\tA 0 1\t😷\nT2\tB 2 6\tlung\nR1\tr Arg1:T1 Arg2:T2\nA1\tNeg T1\nA2\tGrade T1 high",
    "b.txt": TEXT,
  });
  await withFolder(async (folder) => {
    const path = join(folder, "out");
    expect(await writeAll(bratFormat, documents, path)).toEqual({});
    expect(await readFile(join(path, "annotation.conf"), "utf8")).toBe(
      "[entities]\nA\nB\n\n[relations]\nr Arg1:A, Arg2:B\n\n[events]\n\n[attributes]\nGrade Arg:<ENTITY>, Value:high\nNeg Arg:<ENTITY>\n",
    );
    await expect(writeAll(bratFormat, documents, path)).rejects.toThrow("there is something in the folder");
  });
});

test.each([
  ["T1\tA 0 1\tx", "b.ann:1: the words of T1 are not those at its offsets."],
  ["T1\tA 0 1\t😷\nT2\tA 30 99\tx", "b.ann:2: T2 is 30-99, but the text has 33 code points."],
  ["T1\tA 1 1\t", "b.ann:1: T1 is 1-1"],
  ["T1\tA 0 4;2 6\t😷 lu lung", "b.ann:1: the fragments of T1 overlap."],
  ["T1\tA\tx", "b.ann:1: no mention."],
  ["T1\tA 0 1\t😷\nT1\tA 0 1\t😷", "b.ann:2: T1 is there twice."],
  ["R1\tX Arg1:T1 Arg2:T2", "b.ann:1: it refers to something that is not in the file."],
  ["secret", "b.ann:1: no line of brat's standoff format."],
])("BRAT tells the line of a fault: %j", async (ann, message) => {
  await expect(readFolder({ "b.ann": ann, "b.txt": TEXT })).rejects.toThrow(message);
});

test("BRAT needs a text beside each annotation", async () => {
  await expect(readFolder({ "b.ann": "" })).rejects.toThrow('b.txt": no such file.');
  await expect(readFolder({ "b.txt": "x" })).rejects.toThrow("no .ann files.");
});

const byId = (documents: readonly CorpusDocument[]) => documents.toSorted((a, b) => (a.id < b.id ? -1 : 1));
const isLineGap = ({ spans }: CorpusMention, text: string) =>
  spans.some(
    ({ start }, index) => index > 0 && /^\s*[\r\n]\s*$/.test(text.slice(spans[index - 1]!.end, start)),
  );

test("BRAT holds names, fragments, attributes, normalisations and relations of mentions", async () => {
  const draw = arbitraryDocuments({ ...STANDOFF_KIND, scores: false }).map((all) =>
    all.map((one) => furnish(one)),
  );
  await fc.assert(
    fc.asyncProperty(draw, async (documents) => {
      fc.pre(documents.every(({ mentions, text }) => !mentions.some((mention) => isLineGap(mention, text))));
      const { found, losses } = await standoffTrip(bratFormat, documents);
      expect(found).toEqual(byId(documents));
      expect(losses).toEqual({});
    }),
    { numRuns: 60 },
  );
});

test("BRAT: names and characters that it cannot hold are counted and replaced", async () => {
  const brat = await standoffTrip(bratFormat, [UNHELD]);
  expect(brat.losses).toEqual({
    "document-id": 1,
    id: 1,
    score: 1,
    "relation-concepts": 2,
    document: 1,
    token: 1,
    meta: 1,
    character: 2,
    attribute: 1,
  });
  expect(brat.found).toEqual([
    {
      id: "a_b",
      text: UNHELD.text,
      mentions: [
        { label: "My_type", spans: [{ start: 0, end: 3 }], id: "T2", concepts: ["x_y"] },
        { label: "B", spans: [{ start: 4, end: 6 }], id: "T1", attributes: { type: "q" } },
      ],
      relations: [{ type: "Equiv", head: { mention: 0 }, tail: { mention: 1 } }],
    },
  ]);
});
