/** @file Tests of what is strange or broken in standoff files: read as it is meant, or told with its place and without its text. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { InputError } from "../../util/errors.ts";
import { biocJsonFormat } from "./bioc-json.ts";
import { biocXmlFormat } from "./bioc-xml.ts";
import { bratFormat } from "./brat.ts";
import { parseConcepts, renderConcepts } from "./concept-list.ts";
import type { CorpusFormat } from "./corpus-format.ts";
import { pubtatorFormat } from "./pubtator.ts";

let folder = "";
let number = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "standoff-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(format: CorpusFormat, content: string | Record<string, string>) {
  const path = join(folder, String(number++));
  if (typeof content === "string") await writeFile(path, content);
  else
    for (const [name, text] of Object.entries(content)) {
      await mkdir(join(path, name, ".."), { recursive: true });
      await writeFile(join(path, name), text);
    }
  const losses: Record<string, number> = {};
  const onLoss = (kind: string, _: string, count = 1) => {
    losses[kind] = (losses[kind] ?? 0) + count;
  };
  const documents: CorpusDocument[] = [];
  for await (const document of format.read!(path, { onLoss })) documents.push(document);
  return { documents, losses, path };
}

const TEXT = "😷 lung and breast\ncancer, no 𝛼-HD";

test("BRAT: fragments, a mention of two lines, events, equivalence, a relation turned around, attributes, nested folders", async () => {
  const ann = [
    "T1\tDisease 2 6;18 24\tlung cancer", "T2\tDisease 11 17;18 24\tbreast cancer", "T3\tDrug 29 33\t𝛼-HD", "E1\tDisease:T1 ", "E2\tDisease:T2 Cause:T3",
    "R1\tTREATS Arg2:E1 Arg1:T3\t", "R2\tX Cause:T3 Effect:T2", "R3\tX a:T1 b:T2 c:T3", "R4\tX Arg1:R1 Arg2:T1", "*\tEquiv T1 T2", "*\tOVERLAP T1 T2 T3",
    "A1\tNegation E1", "M2\tGrade T3 very high", "A3\tScope R1", "N1\tReference T3 MESH:D006816\t𝛼-HD", "N2\tReference T3 ID:D1\tother", "#1\tAnnotatorNotes T1\tnote", "",
  ].join("\r\n"); // biome-ignore format: a file
  const { documents, losses } = await read(bratFormat, {
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
  const { documents } = await read(bratFormat, {
    "b.ann": "T1\tA 0 1\t😷\nT2\tB 2 6\tlung\nR1\tr Arg1:T1 Arg2:T2\nA1\tNeg T1\nA2\tGrade T1 high",
    "b.txt": TEXT,
  });
  const path = join(folder, "out");
  const write = () =>
    bratFormat.write!(
      (async function* () {
        yield* documents;
      })(),
      path,
      { onLoss: () => {} },
    );
  await write();
  expect(await readFile(join(path, "annotation.conf"), "utf8")).toBe(
    "[entities]\nA\nB\n\n[relations]\nr Arg1:A, Arg2:B\n\n[events]\n\n[attributes]\nGrade Arg:<ENTITY>, Value:high\nNeg Arg:<ENTITY>\n",
  );
  await expect(write()).rejects.toThrow("there is something in the folder");
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
  await expect(read(bratFormat, { "b.ann": ann, "b.txt": TEXT })).rejects.toThrow(message);
});

test("BRAT needs a text beside each annotation", async () => {
  await expect(read(bratFormat, { "b.ann": "" })).rejects.toThrow('b.txt": no such file.');
  await expect(read(bratFormat, { "b.txt": "x" })).rejects.toThrow("no .ann files.");
});

test("PubTator: CRLF, composite and missing concepts, further columns, no abstract, no blank line between documents", async () => {
  const file =
    "\ufeff1|t|😷 ab\r\n1|a|c 𝛼d\r\n1\t7\t9\t𝛼d\tA\tD1|D2;D3,D4\tx|y\r\n1\t0\t1\t😷\tB\t-1\r\n1\t2\t4\tab\tB\r\n1\tr\tD1\tD2\tNovel\r\n2|t|only\r\n2|a|\r\n\r\n\r\n3|t|last\r\n3\t0\t4\tlast\tA\tp|SUB|R|620|W;RS#:2476601";
  const { documents, losses } = await read(pubtatorFormat, file);
  expect(
    documents.map(({ id, text, passages }) => [id, text, passages?.map(({ start, end }) => [start, end])]),
  ).toEqual([
    [
      "1",
      "😷 ab c 𝛼d",
      [
        [0, 5],
        [6, 11],
      ],
    ],
    ["2", "only", [[0, 4]]],
    ["3", "last", [[0, 4]]],
  ]);
  expect(documents[0]?.mentions).toEqual([
    { label: "B", spans: [{ start: 0, end: 2 }] },
    { label: "B", spans: [{ start: 3, end: 5 }] },
    {
      label: "A",
      spans: [{ start: 8, end: 11 }],
      concepts: ["D1", "D2", "D3", "D4"],
      attributes: { composite: "x|y" },
    },
  ]);
  expect(documents[2]?.mentions[0]?.concepts).toEqual(["p|SUB|R|620|W", "RS#:2476601"]);
  expect(losses).toEqual({ column: 1 });
});

test.each([
  ["1|t|ab\n1|a|cd\n1\t0\t2\txy\tA\t-1", ":3: the words are not those at 0-2."],
  ["1|t|ab\n1|a|cd\n1\t0\t9\tab\tA\t-1", ":3: the mention is 0-9, but the text has 5 code points."],
  ["1|t|ab\n1|a|cd\n2\t0\t2\tab\tA\t-1", ":3: the line is of another document"],
  ["1|t|ab\n1|a|cd\n1\t0", ":3: neither a mention nor a relation: 2 columns."],
  ["1|a|ab", ":1: a document does not begin with its title."],
  ["1|t|ab\n1|a|cd\n1|a|cd", ":3: a document has its title and its abstract once each"],
])("PubTator tells the line of a fault: %j", async (file, message) => {
  const error: unknown = await read(pubtatorFormat, file).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).message).toContain(message);
});

test("concepts of a field come back, and those that would not are counted", () => {
  expect(renderConcepts(["D1", "MESH:D2"])).toEqual({ field: "D1|MESH:D2", lost: 0 });
  expect(renderConcepts(["a|b", "D1", "-1", " x"])).toEqual({ field: "D1", lost: 3 });
  expect(parseConcepts(renderConcepts(["c|SUB|G|1858|T", "D1"]).field)).toEqual(["c|SUB|G|1858|T", "D1"]);
});

const passage = (rest: string) =>
  `<passage><infon key="type">title</infon><offset>0</offset><text>a &lt;b&gt; c</text>${rest}</passage>`;
const collection = (rest: string, head = "") =>
  `<?xml version="1.0"?>${head}\n<collection><source/><date/><key/>\n<document><id>1</id>${rest}</document></collection>`;

test("BioC: gaps, sentences, names that are there twice, relations of parts, empty passages", async () => {
  const sentences =
    '<passage><infon key="type">abstract</infon><offset>8</offset><sentence><offset>8</offset><text>d.</text></sentence><sentence><offset>12</offset><text>&#x1F637;e</text><annotation id="0"><infon key="type">A</infon><infon key="MESH">D1;D2</infon><infon key="Grade">2</infon><location offset="13" length="1"/><text>e</text></annotation></sentence></passage>';
  const first =
    '<annotation id="0"><infon key="type">B</infon><location offset="2" length="1"/><location offset="6" length="1"/></annotation><annotation id="9"><infon key="type">B</infon></annotation>';
  const links =
    '<relation id="R1"><infon key="type">r</infon><node refid="0" role=""/><node refid="0" role=""/></relation><relation id="R2"><infon key="type">r</infon><node refid="R1" role="x"/><node refid="0" role="y"/></relation><relation id="R3"><infon key="type">r</infon><node refid="0" role="x"/></relation><relation id="R4"><infon key="type">r</infon><infon key="entity1">D1</infon><infon key="entity2">D2</infon><infon key="novel">No</infon></relation>';
  const { documents, losses } = await read(
    biocXmlFormat,
    collection(
      `${passage(first)}${sentences}<passage><infon key="type">empty</infon><offset>15</offset></passage>${links}`,
    ),
  );
  expect(documents).toEqual([
    {
      id: "1",
      text: "a <b> c d.  😷e",
      mentions: [
        {
          label: "B",
          spans: [
            { start: 2, end: 3 },
            { start: 6, end: 7 },
          ],
        },
        { label: "A", spans: [{ start: 14, end: 15 }], concepts: ["D1", "D2"], attributes: { Grade: "2" } },
      ],
      relations: [
        { type: "r", head: { mention: 0 }, tail: { mention: 0 }, id: "R1" },
        {
          type: "r",
          head: { concept: "D1" },
          tail: { concept: "D2" },
          roles: ["entity1", "entity2"],
          id: "R4",
        },
      ],
      passages: [
        { type: "title", start: 0, end: 7 },
        { type: "abstract", start: 8, end: 15 },
      ],
    },
  ]);
  expect(losses).toEqual({ mention: 1, id: 2, event: 1, "relation-arity": 1, attribute: 1, passage: 3 });
});

const LAUGHS = '<!DOCTYPE collection [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>';
const annotation = (offset: number, length: number, text = "b") =>
  `<annotation id="7"><infon key="type">A</infon><location offset="${offset}" length="${length}"/><text>${text}</text></annotation>`;

test.each([
  [
    "entities of its own",
    collection(passage('<annotation id="1"><infon key="x">&b;</infon></annotation>'), LAUGHS),
    ":3: an entity that is not known.",
  ],
  [
    "an entity of a file",
    collection(
      "<passage><text>&x;</text></passage>",
      '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ),
    ":3: an entity that is not known.",
  ],
  [
    "depth",
    `<collection>${"<document>".repeat(100_000)}`,
    ":1: an element that is no BioC, or stands where BioC has none.",
  ],
  ["depth of another name", "<a>".repeat(1_000_000), ":1: an element that is no BioC"],
  ["an end too early", collection(passage("")).slice(0, -20), ":3: no BioC, or cut off"],
  ["no element", "secret", ":1: no well-formed XML, or cut off."],
  ["nothing", "", ":1: no BioC, or cut off"],
  ["tags across", collection("<passage></document>"), ":3: no well-formed XML, or cut off."],
  ["a long name", `<${"a".repeat(500_000)}`, ":1: no well-formed XML, or cut off."],
  [
    "other words",
    collection(passage(annotation(3, 1, "secret"))),
    ":3: the words of annotation 7 are not those at its location.",
  ],
  [
    "a place outside",
    collection(passage(annotation(3, 9))),
    ":3: annotation 7 is 3-12, but the text has 7 code points.",
  ],
  [
    "passages that overlap",
    collection(passage("") + passage("")),
    ":3: passage 2 begins at 0, before the end of the text so far (7).",
  ],
  [
    "passages far apart",
    collection("<passage><offset>999999999999</offset><text>a</text></passage>"),
    ":3: passage 1 begins at 999999999999, far after",
  ],
  [
    "no number",
    collection("<passage><offset>1e9</offset></passage>"),
    ":3: an offset or a length is no number.",
  ],
  [
    "a reference to nothing",
    collection('<relation id="R"><node refid="1"/><node refid="2"/></relation>'),
    ":3: a relation refers to something that is not in the document.",
  ],
  [
    "no type",
    collection(passage('<annotation id="7"><location offset="3" length="1"/></annotation>')),
    ":3: annotation 7 has no type.",
  ],
])("BioC XML with %s is told with its line", async (_, file, message) => {
  const error: unknown = await read(biocXmlFormat, file).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).message).toContain(message);
  expect((error as InputError).message).not.toContain("secret");
});

test.each([
  ['{"source":"x","documents":[{"id":"1","passages":[]},{"id":', ": document 2: cut off."],
  ['{"source":"x","documents":[{"id":"1","passages":[]},{secret', ": document 2: not JSON."],
  [
    '{"source":"x","documents":[{"id":"1","passages":[{"offset":-1}]}]}',
    ": document 1: no document of BioC: passages.0.offset:",
  ],
  [`{"documents":[${"[".repeat(100_000)}${"]".repeat(100_000)}]}`, ": document 1: no document of BioC: it:"],
  [`{"documents":[${"[".repeat(100_000)}`, ": document 1: cut off."],
  ['{"a":1}', ": document 1: no BioC: no list of documents."],
  ["", ": document 1: cut off."],
  ['{"id":"1","passages":[]}\n{"id":"2","passages":[}\n', ":2: not a JSON value on one line."],
  [
    '{"id":"1","passages":[{"offset":0,"text":"ab","annotations":[{"id":1,"infons":{"type":"A"},"locations":[{"offset":1,"length":2}]}]}]}',
    ":1: annotation 1 is 1-3, but the text has 2 code points.",
  ],
])("BioC JSON tells the place of a fault: %.60j", async (file, message) => {
  const error: unknown = await read(biocJsonFormat, file).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).message).toContain(message);
  expect((error as InputError).message).not.toContain("secret");
});

test.each([
  ["a list of collections", '[{"source":"x","documents":[{"id":7,"passages":[{"offset":0,"text":"ab"}]}]}]'],
  [
    "PubTator's answer",
    '{"PubTator3":[{"_id":"7|None","id":"7","passages":[{"infons":{"type":null},"offset":0,"text":"ab","annotations":[]}]}]}',
  ],
  ["a list of documents", '[\n{"id":"7","infons":{},"passages":[{"offset":0,"text":"ab"}]}]\n'],
  ["no documents", '{"source":"x","documents":[]}'],
])("BioC JSON: %s is read", async (what, file) => {
  const { documents } = await read(biocJsonFormat, file);
  expect(documents).toEqual(
    what === "no documents" ? [] : [{ id: "7", text: "ab", mentions: [], relations: [] }],
  );
});
