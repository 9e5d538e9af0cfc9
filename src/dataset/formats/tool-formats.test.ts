/** @file Files as the annotation tools write them -> documents, with what is left out counted. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readAll, withFolder, writeAll } from "../../../test/round-trip.ts";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import type { CorpusFormat } from "./corpus-format.ts";
import { doccanoFormat } from "./doccano.ts";
import { labelStudioFormat } from "./label-studio.ts";
import { prodigyFormat } from "./prodigy.ts";
import { spacyFormat } from "./spacy.ts";

const readText = (format: CorpusFormat, text: string) =>
  withFolder(async (folder) => {
    await writeFile(join(folder, "in"), text);
    return readAll(format, join(folder, "in"));
  });
const readRows = (format: CorpusFormat, ...rows: unknown[]) =>
  readText(format, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
const writeText = (format: CorpusFormat, documents: readonly CorpusDocument[]) =>
  withFolder(async (folder) => {
    const losses = await writeAll(format, documents, join(folder, "out"));
    return { losses, text: await readFile(join(folder, "out"), "utf8"), folder };
  });
const words = ({ text, mentions }: CorpusDocument) =>
  mentions.map(({ label, spans: [span] }) => `${label}: ${text.slice(span!.start, span!.end)}`);

/** An emoji and an astral letter before what is marked. */
const ASTRAL = "😷 𝛼-synuclein in gout";
const marked: CorpusDocument = {
  id: "n1",
  text: ASTRAL,
  mentions: [
    { label: "Gene", spans: [{ start: 3, end: 15 }] },
    { label: "Disease", spans: [{ start: 19, end: 23 }] },
  ],
  relations: [{ type: "in", head: { mention: 0 }, tail: { mention: 1 } }],
};

describe("prodigy", () => {
  it("reads spans in code points, ends of tokens included, and relations by token", async () => {
    const tokens = ["😷", "𝛼-synuclein", "in", "gout"].map((text, id) => {
      const start = [0, 2, 14, 17][id]!;
      return { text, id, start, end: start + [...text].length, ws: id < 3 };
    });
    const spans = [
      { start: 17, end: 21, token_start: 3, token_end: 3, label: "Disease" },
      { start: 2, end: 13, token_start: 1, token_end: 1, label: "Gene" },
    ];
    const task = {
      text: ASTRAL,
      spans,
      tokens,
      relations: [{ head: 1, child: 3, label: "in" }],
      answer: "accept",
    };
    const { documents, losses } = await readRows(prodigyFormat, task);
    expect(words(documents[0]!)).toEqual(["Gene: 𝛼-synuclein", "Disease: gout"]);
    expect(documents[0]!.relations).toEqual(marked.relations);
    expect(documents[0]!.tokens).toHaveLength(4);
    expect(losses).toEqual({});
  });

  it("takes what was accepted or not judged; the rest is counted, as relations between words are", async () => {
    const { documents, losses } = await readRows(
      prodigyFormat,
      {
        text: "a",
        answer: "accept",
        meta: { source: "ward", page: 3, more: [1] },
        _input_hash: 5,
        patient: "7",
      },
      { text: "b", answer: "reject" },
      { text: "c", answer: "ignore" },
      { text: "d" },
      { image: "x.png" },
      { text: "e f", tokens: [{ id: 0, start: 0, end: 1 }], relations: [{ head: 0, child: 0, label: "x" }] },
    );
    expect(documents.map(({ id }) => id)).toEqual(["1", "4", "6"]);
    expect(documents[0]!.meta).toEqual({ source: "ward", page: "3", patient: "7" });
    expect(losses).toEqual({ rejected: 2, "no-text": 1, meta: 1, argument: 1 });
  });

  it("writes tokens where relations need them, so that they spell the text and end where mentions do", async () => {
    const document = {
      ...marked,
      text: "a  MCL-1s, gout\n",
      mentions: [
        { label: "Gene", spans: [{ start: 3, end: 8 }] },
        { label: "Disease", spans: [{ start: 11, end: 15 }] },
      ],
    };
    const task = JSON.parse((await writeText(prodigyFormat, [document])).text);
    const spelt = task.tokens.map(({ text, ws }: { text: string; ws: boolean }) => text + (ws ? " " : ""));
    expect(spelt.join("")).toBe(document.text);
    expect(task.tokens.map(({ text }: { text: string }) => text)).toEqual([
      "a",
      " ",
      "MCL",
      "-",
      "1",
      "s",
      ",",
      "gout",
      "\n",
    ]);
    expect(task.spans).toEqual([
      { start: 3, end: 8, token_start: 2, token_end: 4, label: "Gene" },
      { start: 11, end: 15, token_start: 7, token_end: 7, label: "Disease" },
    ]);
    expect(task.relations).toEqual([
      { head: 4, child: 7, head_span: task.spans[0], child_span: task.spans[1], label: "in" },
    ]);
  });

  it("tells file and line of a broken row, and never its text", async () => {
    const bad = [
      [
        '{"text": "secret", "spans": [{"start": 0, "end": 99, "label": "X"}]}',
        ":1: span 0 is 0-99, but the text has 6 code points.",
      ],
      [
        '{"text": "secret", "spans": [{"start": "0", "end": 2, "label": "X"}]}',
        ":1: not a task of Prodigy: spans.0.start",
      ],
      ['{"text": "secret"}\n{"text": "secr', ":2: not a JSON value on one line."],
    ] as const;
    for (const [text, message] of bad) {
      const failure = await readText(prodigyFormat, text).catch((error) => error);
      expect(failure).toMatchObject({ code: "corpus-invalid", message: expect.stringContaining(message) });
      expect(failure.message + failure.hint).not.toContain("secr");
    }
  });
});

describe("label-studio", () => {
  const region = (id: string, start: number, end: number, ...labels: string[]) => ({
    id,
    type: "labels",
    from_name: "label",
    to_name: "text",
    value: { start, end, text: "", labels },
  });

  it("reads regions in UTF-16 units, one mention a label, and relations in their direction", async () => {
    const result = [
      region("b", 19, 23, "Disease", "Finding"),
      region("a", 3, 15, "Gene"),
      { type: "relation", from_id: "b", to_id: "a", direction: "left", labels: ["in"] },
      { type: "relation", from_id: "a", to_id: "b", direction: "right", labels: [] },
      { type: "relation", from_id: "a", to_id: "zz", direction: "right", labels: ["in"] },
      { id: "a", type: "choices", from_name: "sure", to_name: "text", value: { choices: ["no"] } },
    ];
    const task = { id: 8, annotations: [{ result }], data: { text: ASTRAL, ward: "3" } };
    const { documents, losses } = await readText(labelStudioFormat, JSON.stringify([task], null, 2));
    expect(documents[0]).toMatchObject({ id: "8", text: ASTRAL, meta: { ward: "3" } });
    expect(words(documents[0]!)).toEqual(["Gene: 𝛼-synuclein", "Disease: gout", "Finding: gout"]);
    expect(documents[0]!.relations).toEqual([
      ...marked.relations,
      { ...marked.relations[0], type: "relation" },
    ]);
    expect(losses).toEqual({ note: 1, argument: 1 });
  });

  it("prefers an annotation to predictions, and passes over what was skipped", async () => {
    const task = (id: number, task: object) => ({ id, data: { text: "gout" }, ...task });
    const is = (label: string) => ({ result: [region("x", 0, 4, label)] });
    const { documents, losses } = await readText(
      labelStudioFormat,
      JSON.stringify([
        task(1, { annotations: [is("A"), is("B")], predictions: [is("C")] }),
        task(2, { annotations: [], predictions: [is("C")] }),
        task(3, { annotations: [{ ...is("A"), was_cancelled: true }] }),
        task(4, {}),
        { id: 5, data: { image: "x" } },
      ]),
    );
    expect(documents.map((document) => [document.id, ...words(document)])).toEqual([
      ["1", "A: gout"],
      ["2", "C: gout"],
      ["4"],
    ]);
    expect(losses).toEqual({ reading: 2, rejected: 1, "no-text": 1 });
  });

  it("writes the labelling interface that its tasks refer to beside them", () =>
    withFolder(async (folder) => {
      const path = join(folder, "tasks.json");
      const odd = {
        ...marked,
        id: "2",
        mentions: [{ label: 'A<"&>', spans: [{ start: 0, end: 2 }], score: 0.5 }],
        relations: [],
      };
      expect(await writeAll(labelStudioFormat, [marked, odd], path)).toEqual({});
      const tasks = JSON.parse(await readFile(path, "utf8"));
      expect(tasks[0].annotations[0].result[0]).toEqual({
        id: "m0",
        from_name: "label",
        to_name: "text",
        type: "labels",
        value: { start: 3, end: 15, text: "𝛼-synuclein", labels: ["Gene"] },
      });
      expect(tasks[1].predictions[0].result[0].score).toBe(0.5);
      expect(await readFile(`${path}.config.xml`, "utf8")).toBe(
        [
          "<View>",
          "  <Relations>",
          '    <Relation value="in"/>',
          "  </Relations>",
          '  <Labels name="label" toName="text">',
          '    <Label value="Gene"/>',
          '    <Label value="Disease"/>',
          '    <Label value="A&lt;&quot;&amp;&gt;"/>',
          "  </Labels>",
          '  <Text name="text" value="$text"/>',
          "</View>",
          "",
        ].join("\n"),
      );
    }));

  it("tells a task that is cut off or no task", async () => {
    const cut = await readText(labelStudioFormat, '[{"data": {"text": "secret"}}, {"da').catch(
      (error) => error,
    );
    expect(cut).toMatchObject({
      code: "corpus-invalid",
      message: expect.stringContaining("after element 1: not valid JSON"),
    });
    const small = await readText(labelStudioFormat, '[{"text": "secret", "label": []}]').catch(
      (error) => error,
    );
    expect(small.message).toContain("task 1: not a task of Label Studio: data");
    expect(small.hint).toContain("JSON-MIN");
  });
});

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
