/** @file Files in one format -> told, converted, refused: never half a file. */
import { existsSync } from "node:fs";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryDocuments } from "../../test/arbitrary-documents.ts";
import { readAll, withFolder, writeAll } from "../../test/round-trip.ts";
import { convertCorpus } from "./convert-corpus.ts";
import { chooseCorpusFormat, detectCorpusFormat } from "./detect-corpus-format.ts";
import { CORPUS_FORMATS, type CorpusFormatName } from "./formats/corpus-format.ts";
import { FORMATS } from "./formats/formats.ts";
import { toCorpusDocument } from "./to-corpus-document.ts";

const TASK = {
  text: "😷 gout",
  spans: [{ start: 2, end: 6, label: "Disease", score: 0.5 }],
  answer: "accept",
};
const PRODIGY = `${JSON.stringify(TASK)}\n`;
const WRITTEN = CORPUS_FORMATS.filter((name) => FORMATS[name]?.write !== undefined);

describe("detection", () => {
  it.each(WRITTEN)("what %s writes is told to be that", (name: CorpusFormatName) =>
    withFolder(async (folder) => {
      const [mentions, relations] = [
        [0, 7].map((start) => ({ label: "Disease", spans: [{ start, end: start + 4 }], score: 0.5 })),
        [{ type: "same", head: { mention: 0 }, tail: { mention: 1 } }],
      ];
      const document = { id: "1", text: "gout & gout", mentions, relations };
      const path = join(folder, "corpus");
      await writeAll(FORMATS[name]!, [{ ...document, id: "2" }, document], path);
      expect((await detectCorpusFormat(path)).name).toBe(name);
    }),
  );

  it.each([
    ["prodigy", '{"text": "a", "spans": [], "_input_hash": 1, "_task_hash": 2}\n'],
    [
      "doccano",
      '{"id": 1, "text": "a", "label": [], "Comments": []}\n{"id": 2, "text": "a", "label": [[0, 1, "X"]]}\n',
    ],
    ["doccano", '{"id": 1, "text": "a", "entities": [], "relations": []}\n'],
    ["label-studio", '[\n  {\n    "id": 1,\n    "annotations": [],\n    "data": {"text": "a"}}]'],
    ["spacy", '["a", {"entities": [[0, 1, "X"]]}]\n'],
    ["spacy", '{"text": "a", "ents": [], "relations": []}\n'],
    ["masked-tsv", "A @GENE$ and @DISEASE$.\t0\n"],
    ["masked-jsonl", '{"id": "1", "text": "A @GENE$ and @DISEASE$.", "label": 0}\n'],
    ["csv", "\ufeffid;note\n1;a\n"],
    ["fhir", '{\n  "resourceType" : "Bundle",'],
    ["omop-note", "NOTE_ID\tNOTE_TEXT\n1\ta\n"],
    ["omop-note", '{"note_id": 1, "note_text": "a"}\n'],
  ] as const)("tells %s: %j", (name, text) =>
    withFolder(async (folder) => {
      await writeFile(join(folder, "in"), text);
      expect((await detectCorpusFormat(join(folder, "in"))).name).toBe(name);
      await writeFile(join(folder, "in.gz"), gzipSync(text));
      expect((await detectCorpusFormat(join(folder, "in.gz"))).name).toBe(name);
    }),
  );

  it("of something else names the formats, and nothing of the text", () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, "in"), "secret letter\n");
      const failure = await detectCorpusFormat(join(folder, "in")).catch((error) => error);
      expect(failure).toMatchObject({
        code: "corpus-format",
        hint: expect.stringContaining("prodigy, label-studio, doccano"),
      });
      expect(failure.message + failure.hint).not.toContain("secret");
      await expect(detectCorpusFormat(join(folder, "none"))).rejects.toMatchObject({
        code: "file-unreadable",
      });
    }));

  it("goes by the ending for what is written", () => {
    expect(chooseCorpusFormat("a/b.CSV.gz").name).toBe("csv");
    expect(() => chooseCorpusFormat("notes.json")).toThrow(
      'The name "notes.json" does not say which format to write.',
    );
  });
});

describe("convertCorpus", () => {
  it("converts, packed or not, and counts what was lost on both ways", () =>
    withFolder(async (folder) => {
      const [input, output] = [join(folder, "in.jsonl.gz"), join(folder, "out.jsonl.gz")];
      await writeFile(input, gzipSync(`${PRODIGY}{"text": "b", "answer": "reject"}\n`));
      const conversion = await convertCorpus(input, output, { to: "doccano" });
      expect(conversion).toMatchObject({
        from: "prodigy",
        to: "doccano",
        documents: 1,
        mentions: 1,
        relations: 0,
      });
      expect(conversion.losses.map(({ kind, count, documents }) => [kind, count, documents])).toEqual([
        ["score", 1, ["1"]],
        ["rejected", 1, ["2"]],
      ]);
      expect(gunzipSync(await readFile(output)).toString()).toBe(
        '{"id":"1","text":"😷 gout","label":[[2,6,"Disease"]]}\n',
      );
    }));

  it("writes nothing where a loss is an error, and keeps what was there", () =>
    withFolder(async (folder) => {
      const [input, output] = [join(folder, "in.jsonl"), join(folder, "out.csv")];
      await writeFile(input, PRODIGY);
      await writeFile(output, "before");
      const strict = convertCorpus(input, output, { to: "doccano", strict: true });
      await expect(strict).rejects.toMatchObject({
        code: "convert-losses",
        message: "Not everything can be carried over: score 1.",
      });
      expect([await readFile(output, "utf8"), await readdir(folder)]).toEqual([
        "before",
        ["in.jsonl", "out.csv"],
      ]);
      expect((await convertCorpus(input, output, { strict: true })).losses).toEqual([]);
      expect(await readFile(output, "utf8")).toBe(
        "id,text,start,end,label,concept,score,doc\n1,😷 gout,2,6,Disease,,0.5,\n",
      );
    }));

  it("leaves nothing half-written when it breaks or is stopped", () =>
    withFolder(async (folder) => {
      const input = join(folder, "in.jsonl");
      await writeFile(input, `${PRODIGY.repeat(3)}{"text": `);
      for (const to of WRITTEN) {
        const out = join(folder, "out");
        await expect(convertCorpus(input, out, { from: "prodigy", to })).rejects.toMatchObject({
          code: "corpus-invalid",
        });
        const onDocument = (count: number) => {
          if (count === 2) throw new Error("stopped");
        };
        await expect(convertCorpus(input, out, { from: "prodigy", to, onDocument })).rejects.toThrow(
          "stopped",
        );
        expect(await readdir(folder)).toEqual(["in.jsonl"]);
      }
    }));

  it("refuses to write over what it reads, under another name too, and what is read or written only", () =>
    withFolder(async (folder) => {
      const [input, link] = [join(folder, "in.jsonl"), join(folder, "link.csv")];
      await writeFile(input, PRODIGY);
      await symlink(input, link);
      for (const output of [input, join(folder, "./x/../in.jsonl"), link])
        await expect(convertCorpus(input, output, { to: "csv" })).rejects.toMatchObject({
          code: "convert-same",
        });
      expect(await readFile(input, "utf8")).toBe(PRODIGY);
      const out = join(folder, "out");
      await expect(convertCorpus(input, out, { to: "fhir" })).rejects.toThrow(
        "FHIR is only read, not written.",
      );
      await convertCorpus(input, out, { to: "omop-note-nlp" });
      await expect(convertCorpus(out, input, { to: "csv" })).rejects.toThrow(
        "OMOP NOTE_NLP is only written, not read.",
      );
      expect(existsSync(out)).toBe(true);
    }));

  it("from any format to any that holds the same, and back, gives the same documents", () =>
    fc.assert(
      fc.asyncProperty(
        arbitraryDocuments({ overlaps: true, relations: ["r"] }),
        fc.shuffledSubarray(["prodigy", "label-studio", "doccano"] as const, { minLength: 2 }),
        (documents, chain) =>
          withFolder(async (folder) => {
            await writeAll(FORMATS[chain[0]!]!, documents, join(folder, "0"));
            for (const [index, to] of chain.slice(1).entries())
              await convertCorpus(join(folder, `${index}`), join(folder, `${index + 1}`), {
                from: chain[index]!,
                to,
              });
            const { documents: read } = await readAll(
              FORMATS[chain.at(-1)!]!,
              join(folder, `${chain.length - 1}`),
            );
            expect(read.map(({ tokens, ...document }) => document)).toEqual(documents);
          }),
      ),
      { numRuns: 25 },
    ));
});

it("an annotated text is written like any other", () => {
  const mentions = [{ start: 3, end: 7, label: "Disease", text: "gout", score: 0.5 }];
  expect(toCorpusDocument({ id: "a", text: "😷 gout", mentions }, { meta: { ward: "3" } })).toEqual({
    id: "a",
    text: "😷 gout",
    mentions: [{ label: "Disease", spans: [{ start: 3, end: 7 }], score: 0.5 }],
    relations: [],
    meta: { ward: "3" },
  });
});
