/** @file Tests of BioC XML: what is strange or broken in it, and what it gives back. */
import { expect, test } from "vitest";
import { expectBiocHeld } from "../../../test/bioc-trips.ts";
import { readText } from "../../../test/read-corpus-text.ts";
import { expectFault, standoffTrip, UNHELD } from "../../../test/standoff-trips.ts";
import { biocXmlFormat } from "./bioc-xml.ts";

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
  const { documents, losses } = await readText(
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
])("BioC XML with %s is told with its line", (_, file, message) => expectFault(biocXmlFormat, file, message));

test.each([
  ["BioC XML", ".xml"],
  ["BioC XML, packed", ".xml.gz"],
])("%s holds names, fragments, attributes, concepts, scores, relations, passages and facts", (_, ending) =>
  expectBiocHeld(biocXmlFormat, ending),
);

test("BioC XML: names and characters that it cannot hold are counted and replaced", async () => {
  const xml = await standoffTrip(biocXmlFormat, [UNHELD], ".xml");
  expect(xml.losses).toEqual({
    document: 1,
    token: 1,
    attribute: 1,
    "relation-concepts": 1,
    role: 1,
    character: 2,
  });
  expect(xml.found[0]?.text).toBe("a\ufffdb cd");
  expect(xml.found[0]?.mentions[0]).toEqual({
    label: "My type",
    spans: [{ start: 0, end: 3 }],
    id: "0",
    concepts: ["x y"],
    score: 0.5,
  });
  expect(xml.found[0]?.relations.map(({ type, id }) => [type, id])).toEqual([
    ["Equiv", "R1"],
    ["r", "R2"],
  ]);
});
