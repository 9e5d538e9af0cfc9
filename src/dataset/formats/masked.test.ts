/** @file Masked pairs as in the BioBERT release -> documents with one relation each, and documents -> masked pairs. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readAll, withFolder, writeAll } from "../../../test/round-trip.ts";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { maskedJsonlFormat, maskedTsvFormat } from "./masked.ts";

const GAD = "../shared/corpora/gad/dev.jsonl";
const pair: CorpusDocument = {
  id: "a",
  text: "BRCA1 causes\tcancer, not gout.",
  mentions: [
    { label: "GENE", spans: [{ start: 0, end: 5 }] },
    { label: "DISEASE", spans: [{ start: 13, end: 19 }] },
    { label: "DISEASE", spans: [{ start: 25, end: 29 }] },
  ],
  relations: [
    { type: "1", head: { mention: 0 }, tail: { mention: 1 } },
    { type: "0", head: { mention: 2 }, tail: { mention: 0 } },
  ],
};
const read = (text: string) =>
  withFolder(async (folder) => {
    await writeFile(join(folder, "in.tsv"), text);
    return readAll(maskedTsvFormat, join(folder, "in.tsv"));
  });

describe("masked-tsv", () => {
  it("reads with a line of column names or none, with an index or none", async () => {
    const row = "@GENE$ causes @DISEASE$.\t1";
    const plain = await read(`${row}\n`);
    expect(plain.documents).toEqual([
      {
        id: "1",
        text: "@GENE$ causes @DISEASE$.",
        mentions: [
          { label: "GENE", spans: [{ start: 0, end: 6 }] },
          { label: "DISEASE", spans: [{ start: 14, end: 23 }] },
        ],
        relations: [{ type: "1", head: { mention: 0 }, tail: { mention: 1 } }],
      },
    ]);
    const indexed = await read(`index\tsentence\tlabel\r\n17\t${row}\r\n`);
    expect(indexed.documents).toEqual([{ ...plain.documents[0], id: "17" }]);
    expect([plain.losses, indexed.losses]).toEqual([{}, {}]);
  });

  it("counts a text that holds no single pair, and keeps its placeholders", async () => {
    const { documents, losses } = await read("@GENE$ alone.\t0\n@GENE$ @GENE$ @DISEASE$\t1\n");
    expect(documents.map(({ mentions, relations }) => [mentions.length, relations.length])).toEqual([
      [1, 0],
      [3, 0],
    ]);
    expect(losses).toEqual({ "relation-pair": 2 });
  });

  it("tells the line of a row without a class", async () => {
    await expect(read("secret @GENE$\t\n")).rejects.toMatchObject({
      code: "corpus-invalid",
      message: expect.stringMatching(/in\.tsv:1: no class in the last column\.$/),
    });
  });

  it("writes one pair a row; direction, words and white space that it cannot hold are counted", () =>
    withFolder(async (folder) => {
      const path = join(folder, "out.tsv");
      const none = { ...pair, id: "b", relations: [] };
      const touching = {
        ...pair,
        id: "c",
        relations: [{ type: "1", head: { mention: 1 }, tail: { mention: 1 } }],
      };
      expect(await writeAll(maskedTsvFormat, [pair, none, touching], path)).toEqual({
        direction: 1,
        masked: 4,
        whitespace: 2,
        mention: 5,
        "relation-pair": 1,
        overlap: 1,
      });
      expect(await readFile(path, "utf8")).toBe(
        [
          "index\tsentence\tlabel",
          "a\t@GENE$ causes @DISEASE$, not gout.\t1",
          "a-2\t@GENE$ causes cancer, not @DISEASE$.\t0",
          "",
        ].join("\n"),
      );
    }));
});

describe("masked-jsonl", () => {
  it.skipIf(!existsSync(GAD))(
    "reads GAD and writes it back as it was (skipped without ../shared/corpora)",
    () =>
      withFolder(async (folder) => {
        const { documents, losses } = await readAll(maskedJsonlFormat, GAD);
        expect(documents).toHaveLength(1000);
        expect(documents.filter(({ relations: [first] }) => first?.type === "1").length).toBeGreaterThan(400);
        const whole = documents.filter(({ relations }) => relations.length === 1);
        expect(losses["relation-pair"] ?? 0).toBe(documents.length - whole.length);
        for (const format of [maskedJsonlFormat, maskedTsvFormat]) {
          const lost = await writeAll(format, whole, join(folder, "out"));
          const again = await readAll(format, join(folder, "out"));
          expect(again.documents.map(({ document, ...rest }) => rest)).toEqual(
            whole.map(({ document, ...rest }) => rest),
          );
          expect(Object.keys(lost)).toEqual(
            format === maskedTsvFormat && whole.some(({ document }) => document !== undefined)
              ? ["document"]
              : [],
          );
        }
      }),
  );
});
