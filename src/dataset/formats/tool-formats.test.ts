/** @file Files as Prodigy and Label Studio write them -> documents, with what is left out counted. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ASTRAL, marked, readRows, readText, words, writeText } from "../../../test/read-corpus-text.ts";
import { withFolder, writeAll } from "../../../test/round-trip.ts";
import { labelStudioFormat } from "./label-studio.ts";
import { prodigyFormat } from "./prodigy.ts";

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
