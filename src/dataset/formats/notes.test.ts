/** @file Tables of notes, FHIR and OMOP -> documents; mentions -> rows of NOTE_NLP. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readAll, roundTrip, withFolder, writeAll } from "../../../test/round-trip.ts";
import type { CorpusFormat } from "./corpus-format.ts";
import { csvFormat } from "./csv.ts";
import { fhirFormat } from "./fhir.ts";
import { omopNoteFormat } from "./omop-note.ts";
import { omopNoteNlpFormat } from "./omop-note-nlp.ts";

const read = (format: CorpusFormat, text: string) =>
  withFolder(async (folder) => {
    await writeFile(join(folder, "in"), text);
    return readAll(format, join(folder, "in"));
  });
const note = (id: string, text: string, meta?: Record<string, string>) => ({
  id,
  text,
  mentions: [],
  relations: [],
  ...(meta === undefined ? {} : { meta }),
});

describe("csv", () => {
  it("reads a table of notes: any name of the text's column, further columns are facts", async () => {
    const table = 'Note_ID;ward;NOTE_TEXT\r\n7;3;"a ""b"";\r\nc"\r\n8;;d\r\n';
    const { documents, losses } = await read(csvFormat, table);
    expect(documents).toEqual([note("7", 'a "b";\r\nc', { ward: "3" }), note("8", "d")]);
    expect(losses).toEqual({});
  });

  it("reads one row a mention, in code points, and a text once or in each of its rows", async () => {
    const table = [
      "id,text,start,end,label,concept,score",
      "a,😷 gout,2,6,Disease,D1|D2,0.5",
      "a,😷 gout,0,1,Face,,",
      "a,,2,6,Finding,,",
      "b,none,,,,,",
      "c,gout,0,4,Disease,,",
    ];
    const { documents } = await read(csvFormat, table.join("\n"));
    expect(documents.map(({ id, mentions }) => [id, ...mentions.map(({ label }) => label)])).toEqual([
      ["a", "Face", "Disease", "Finding"],
      ["b"],
      ["c", "Disease"],
    ]);
    expect(documents[0]!.mentions[1]).toEqual({
      label: "Disease",
      spans: [{ start: 3, end: 7 }],
      concepts: ["D1", "D2"],
      score: 0.5,
    });
  });

  it("keeps facts in columns of their own; those that the first text lacks are counted", async () => {
    const documents = [note("1", "a", { ward: "3" }), note("2", "b", { ward: "4", bed: "1" })];
    const { read: again, written } = await roundTrip(csvFormat, documents);
    expect(again).toEqual([documents[0], note("2", "b", { ward: "4" })]);
    expect(written).toEqual({ meta: 1 });
    expect((await roundTrip(csvFormat, [])).read).toEqual([]);
  });

  it.each([
    ["id,title\n1,secret\n", /:1: no column of texts among the 2 there are\.$/],
    ["id,text\n1,secret,more\n", /:2: another number of cells than there are columns\.$/],
    ['id,text\n1,"secret\n', /a quote that stays open to the end of the file\.$/],
    ["id,text,start,end,label\n1,secret,0,x,A\n", /:2: start and end must be whole numbers/],
    [
      "id,text,start,end,label\n1,secret,0,99,A\n",
      /:2: the mention is 0-99, but the text has 6 code points\.$/,
    ],
  ])("tells the line: %j", async (table, message) => {
    const failure = await read(csvFormat, table).catch((error) => error);
    expect(failure).toMatchObject({ code: "corpus-invalid", message: expect.stringMatching(message) });
    expect(failure.message).not.toContain("secret");
  });
});

describe("fhir", () => {
  const base64 = (text: string, encoding: BufferEncoding = "utf8") =>
    Buffer.from(text, encoding).toString("base64");
  const reference = (id: string, ...attachments: object[]) => ({
    resourceType: "DocumentReference",
    id,
    status: "current",
    type: { coding: [{ code: "11506-3", display: "Progress note" }] },
    subject: { reference: "Patient/7" },
    date: "2026-01-02T03:04:05Z",
    content: attachments.map((attachment) => ({ attachment })),
  });
  const plain = reference(
    "a",
    { contentType: "application/pdf", data: "JVBERi0=" },
    { contentType: "text/plain", data: base64("Gout 😷"), title: "Round" },
  );
  const latin = reference("b", {
    contentType: "text/plain; charset=ISO-8859-1",
    data: base64("Fièvre", "latin1"),
  });
  const elsewhere = reference("c", { contentType: "text/plain", url: "Binary/9" });
  const broken = reference("d", { contentType: "text/plain", data: base64("Fièvre", "latin1") });
  const report = {
    resourceType: "DiagnosticReport",
    id: "e",
    code: { text: "Pathology" },
    effectiveDateTime: "2026",
    presentedForm: [{ contentType: "text/plain", data: base64("No tumour.") }],
  };
  const resources = [{ resourceType: "Patient", id: "7" }, plain, latin, elsewhere, broken, report];
  const facts = { patient: "Patient/7", date: "2026-01-02T03:04:05Z", type: "Progress note" };
  const expected = {
    documents: [
      note("a", "Gout 😷", { ...facts, title: "Round", status: "current" }),
      note("b", "Fièvre", { ...facts, status: "current" }),
      note("e", "No tumour.", { date: "2026", type: "Pathology" }),
    ],
    losses: { "no-text": 1, attachment: 2 },
  };
  const bundle = {
    resourceType: "Bundle",
    type: "searchset",
    link: [],
    entry: resources.map((resource) => ({ fullUrl: "x", resource })),
  };

  it.each([
    ["a Bundle", JSON.stringify(bundle)],
    ["a Bundle over many lines", JSON.stringify(bundle, null, 2)],
    [
      "a Bundle that says so at its end",
      JSON.stringify({ ...bundle, resourceType: undefined, type: "Bundle" })
        .replace('"type":"Bundle"', '"x":1')
        .replace(/\}$/, ',"resourceType":"Bundle"}'),
    ],
    ["a resource a line", resources.map((resource) => JSON.stringify(resource)).join("\n")],
    [
      "a Bundle a line",
      `${JSON.stringify({ ...bundle, entry: bundle.entry.slice(0, 2) })}\n${JSON.stringify({ ...bundle, entry: bundle.entry.slice(2) })}\n`,
    ],
  ])("reads the notes of %s", async (_, text) => {
    expect(await read(fhirFormat, text)).toEqual(expected);
  });

  it("reads one resource over many lines", async () => {
    const { documents } = await read(fhirFormat, JSON.stringify(latin, null, 2));
    expect(documents.map(({ text }) => text)).toEqual(["Fièvre"]);
  });

  it("tells what is broken without quoting it", async () => {
    const odd = JSON.stringify({ ...plain, content: [{ attachment: { data: 5 } }] });
    const failure = await read(fhirFormat, `${odd}\n`).catch((error) => error);
    expect(failure.message).toMatch(/: resource 1: not a resource of FHIR: content\.0\.attachment\.data: /);
    const cut = await read(fhirFormat, JSON.stringify(bundle).slice(0, -300)).catch((error) => error);
    expect(cut).toMatchObject({ code: "corpus-invalid", message: expect.stringContaining("not valid JSON") });
    await expect(read(fhirFormat, "")).rejects.toMatchObject({ code: "corpus-invalid" });
  });
});

describe("omop", () => {
  it("reads NOTE as CSV with names in any case, and as JSON lines", async () => {
    const csv =
      'NOTE_ID,PERSON_ID,NOTE_DATE,NOTE_TITLE,NOTE_CLASS_CONCEPT_ID,NOTE_TEXT,PROVIDER_ID\n1,7,2026-01-02,Round,0,"Gout,\nagain",\n2,7,2026-01-03,,0,,5\n';
    const meta = { patient: "7", date: "2026-01-02", title: "Round", note_class: "0" };
    const expected = { documents: [note("1", "Gout,\nagain", meta)], losses: { "no-text": 1 } };
    expect(await read(omopNoteFormat, csv)).toEqual(expected);
    const rows = [
      {
        note_id: 1,
        person_id: 7,
        note_date: "2026-01-02",
        note_title: "Round",
        note_class_concept_id: 0,
        note_text: "Gout,\nagain",
        provider_id: null,
      },
      { note_id: 2, note_text: null },
    ];
    expect(await read(omopNoteFormat, rows.map((row) => JSON.stringify(row)).join("\n"))).toEqual(expected);
    await expect(read(omopNoteFormat, '{"note_id": 1}\n')).rejects.toMatchObject({ code: "corpus-invalid" });
  });

  it("writes NOTE_NLP: offsets in code points, a snippet, negation, and concepts of OMOP only", () =>
    withFolder(async (folder) => {
      const text = `${"😷 ".repeat(100)}no\ngout, fever`;
      const at = text.indexOf("gout");
      const mentions = [
        {
          label: "Disease",
          spans: [{ start: at, end: at + 4 }],
          score: 0.93,
          concepts: ["D006073", "OMOP:440674"],
          attributes: { Negation: "true", "a=b": "x;y" },
        },
        { label: "Sign", spans: [{ start: at + 6, end: at + 11 }] },
      ];
      const relations = [{ type: "r", head: { mention: 0 }, tail: { mention: 1 } }];
      const path = join(folder, "out.csv");
      const losses = await writeAll(
        omopNoteNlpFormat,
        [
          { id: "42", text, mentions, relations },
          { id: "43", text: "", mentions: [], relations: [] },
        ],
        path,
      );
      expect(losses).toEqual({ relation: 1, concept: 1 });
      const [header, ...rest] = (await readFile(path, "utf8")).split("\n");
      expect(header).toBe(
        "note_nlp_id,note_id,section_concept_id,snippet,offset,lexical_variant,note_nlp_concept_id,note_nlp_source_concept_id,nlp_system,nlp_date,nlp_date_time,term_exists,term_temporal,term_modifiers",
      );
      const rows = rest.join("\n");
      const snippet = `${"😷 ".repeat(28).trimStart()}`;
      expect(rows).toContain(`${snippet}no\ngout, fever",203,gout,440674,0,textphantom,`);
      expect(rows).toContain(",N,,label=Disease;score=0.93;Negation=true;a%3Db=x%3By\n");
      expect(rows).toMatch(
        /\n?2,42,0,"[^"]*",209,fever,0,0,textphantom,\d{4}-\d\d-\d\d,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,Y,,label=Sign\n$/,
      );
      expect(rows).not.toContain(",43,"); // a text without mentions has no row
    }));
});
