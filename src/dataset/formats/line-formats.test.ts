/** @file Files as doccano and spaCy write them -> documents, with what is left out counted. */
import { describe, expect, it } from "vitest";
import { ASTRAL, marked, readRows, words, writeText } from "../../../test/read-corpus-text.ts";
import { doccanoFormat } from "./doccano.ts";
import { spacyFormat } from "./spacy.ts";

describe("doccano", () => {
  it("reads both layouts and the older key, in code points", async () => {
    const { documents, losses } = await readRows(
      doccanoFormat,
      { id: 7, text: ASTRAL, label: [[2, 13, "Gene"]], ward: "3" },
      { text: ASTRAL, labels: [[17, 21, "Disease"]] },
      {
        id: 9,
        text: ASTRAL,
        entities: [
          { id: 40, start_offset: 17, end_offset: 21, label: "Disease" },
          { id: 41, start_offset: 2, end_offset: 13, label: "Gene" },
        ],
        relations: [
          { id: 1, from_id: 41, to_id: 40, type: "in" },
          { id: 2, from_id: 41, to_id: 99, type: "in" },
        ],
        Comments: ["?"],
      },
    );
    expect(documents.map((document) => [document.id, ...words(document)])).toEqual([
      ["7", "Gene: 𝛼-synuclein"],
      ["2", "Disease: gout"],
      ["9", "Gene: 𝛼-synuclein", "Disease: gout"],
    ]);
    expect(documents[0]!.meta).toEqual({ ward: "3" });
    expect(documents[2]!.relations).toEqual(marked.relations);
    expect(losses).toEqual({ argument: 1, note: 1 });
  });

  it("writes one layout: labels, or with relations from the first line on if any text has one", async () => {
    const plain = { ...marked, id: "n0", relations: [] };
    expect((await writeText(doccanoFormat, [plain])).text).toBe(
      `{"id":"n0","text":"${ASTRAL}","label":[[2,13,"Gene"],[17,21,"Disease"]]}\n`,
    );
    const { text, losses } = await writeText(doccanoFormat, [plain, marked]);
    const rows = text
      .trim()
      .split("\n")
      .map((row) => JSON.parse(row));
    expect(rows.map((row) => Object.keys(row))).toEqual(
      Array(2).fill(["id", "text", "entities", "relations"]),
    );
    expect(rows[1].relations).toEqual([{ id: 0, from_id: 0, to_id: 1, type: "in" }]);
    expect(losses).toEqual({});
  });
});

describe("spacy", () => {
  it("reads lines, tuples, and the layout of spacy-llm with relations", async () => {
    const { documents, losses } = await readRows(
      spacyFormat,
      { text: ASTRAL, entities: [[17, 21, "Disease", "D006073"]] },
      [ASTRAL, { entities: [[2, 13, "Gene"]] }],
      {
        text: ASTRAL,
        ents: [
          { start_char: 2, end_char: 13, label: "Gene" },
          { start_char: 17, end_char: 21, label: "Disease" },
        ],
        relations: [
          { dep: 0, dest: 1, relation: "in" },
          { dep: 0, dest: 5, relation: "in" },
        ],
      },
    );
    expect(documents.map(words)).toEqual([
      ["Disease: gout"],
      ["Gene: 𝛼-synuclein"],
      ["Gene: 𝛼-synuclein", "Disease: gout"],
    ]);
    expect(documents[0]!.mentions[0]!.concepts).toEqual(["D006073"]);
    expect(documents[2]!.relations).toEqual(marked.relations);
    expect(losses).toEqual({ argument: 1 });
  });

  it("writes of overlapping mentions the longer, as doc.ents asks", async () => {
    const mentions = [
      { label: "A", spans: [{ start: 0, end: 2 }] },
      { label: "B", spans: [{ start: 0, end: 15 }] },
    ];
    const { text, losses } = await writeText(spacyFormat, [{ ...marked, mentions, relations: [] }]);
    expect(JSON.parse(text).entities).toEqual([[0, 13, "B"]]);
    expect(losses).toEqual({ overlap: 1 });
  });
});
