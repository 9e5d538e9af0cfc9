/** @file Tests of PubTator files: what is strange or broken in them, and what they give back. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryDocuments } from "../../../test/arbitrary-documents.ts";
import { readText } from "../../../test/read-corpus-text.ts";
import { expectFault, furnish, STANDOFF_KIND, standoffTrip } from "../../../test/standoff-trips.ts";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { pubtatorFormat } from "./pubtator.ts";

test("PubTator: CRLF, composite and missing concepts, further columns, no abstract, no blank line between documents", async () => {
  const file =
    "\ufeff1|t|😷 ab\r\n1|a|c 𝛼d\r\n1\t7\t9\t𝛼d\tA\tD1|D2;D3,D4\tx|y\r\n1\t0\t1\t😷\tB\t-1\r\n1\t2\t4\tab\tB\r\n1\tr\tD1\tD2\tNovel\r\n2|t|only\r\n2|a|\r\n\r\n\r\n3|t|last\r\n3\t0\t4\tlast\tA\tp|SUB|R|620|W;RS#:2476601";
  const { documents, losses } = await readText(pubtatorFormat, file);
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
  ["1|t|ab\n1|a|cd\n1\t0\tXX\tab\tA\tD1", ":3: a mention whose end is no whole number."],
  ["1|t|ab\n1|a|cd\n1\t0", ":3: neither a mention nor a relation: 2 columns."],
  ["1|a|ab", ":1: a document does not begin with its title."],
  ["1|t|ab\n1|a|cd\n1|a|cd", ":3: a document has its title and its abstract once each"],
])("PubTator tells the line of a fault: %j", (file, message) => expectFault(pubtatorFormat, file, message));

test("PubTator holds mentions of one span with concepts, and relations of concepts", async () => {
  const pieces = [
    "gout",
    "β",
    "𝛼-synuclein",
    "😷",
    "e\u0301",
    "数字",
    "<b>",
    "|",
    ";",
    ".",
    " ",
    " ",
    "  ",
    "\u2028",
    "Is",
  ];
  const draw = arbitraryDocuments({ overlaps: true, concepts: true, pieces }).map((all) =>
    all.map((one): CorpusDocument => {
      const { passages, text } = furnish(one, { passages: true });
      const relations = [{ type: "CID", head: { concept: "D1" }, tail: { concept: "D2" } }];
      return { ...one, relations, passages: passages ?? [{ type: "title", start: 0, end: text.length }] };
    }),
  );
  await fc.assert(
    fc.asyncProperty(draw, async (documents) => {
      const { found, losses } = await standoffTrip(pubtatorFormat, documents, ".txt");
      expect(found).toEqual(documents);
      expect(losses).toEqual({});
    }),
    { numRuns: 60 },
  );
});

test("what PubTator cannot hold is counted, and the rest is there", async () => {
  const draw = arbitraryDocuments(STANDOFF_KIND).map((all) => all.map((one) => furnish(one)));
  await fc.assert(
    fc.asyncProperty(draw, async (documents) => {
      const { found, losses } = await standoffTrip(pubtatorFormat, documents, ".txt");
      const mentions = documents.flatMap((document) => document.mentions);
      const relations = documents.flatMap((document) => document.relations);
      const breaks = documents.map(({ text }) => text.match(/[\r\n]/g)?.length ?? 0).reduce((a, b) => a + b);
      const expected = {
        discontinuous: mentions.filter(({ spans }) => spans.length > 1).length,
        attribute: mentions.filter(({ attributes }) => attributes !== undefined).length * 2,
        score: mentions.filter(({ score }) => score !== undefined).length,
        id: mentions.length + relations.length,
        "relation-mentions": relations.length,
        role: relations.filter(({ roles }) => roles !== undefined).length,
        character:
          breaks + documents.filter(({ text }, index) => found[index]!.text.length !== text.length).length,
      };
      expect(losses).toEqual(Object.fromEntries(Object.entries(expected).filter(([, count]) => count > 0)));
      const flat = ({ text, mentions }: CorpusDocument) =>
        mentions
          .map(
            ({ spans, label, concepts }) =>
              `${spans[0]!.start} ${spans.at(-1)!.end} ${label} ${concepts} ${text.slice(spans[0]!.start, spans.at(-1)!.end).replace(/[\r\n]/g, " ")}`,
          )
          .sort();
      expect(found.map(flat)).toEqual(documents.map(flat));
    }),
    { numRuns: 60 },
  );
});
