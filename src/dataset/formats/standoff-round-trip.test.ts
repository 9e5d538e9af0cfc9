/** @file Tests of the standoff formats together: what is written is read as it was, and the losses are what is missing. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arbitraryDocuments } from "../../../test/arbitrary-documents.ts";
import type { CorpusDocument, CorpusMention } from "../../task/corpus-document.ts";
import { biocJsonFormat } from "./bioc-json.ts";
import { biocXmlFormat } from "./bioc-xml.ts";
import { bratFormat } from "./brat.ts";
import type { CorpusFormat } from "./corpus-format.ts";
import { readFormatSample } from "./format-sample.ts";
import { pubtatorFormat } from "./pubtator.ts";

let folder = "";
let number = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "standoff-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function* stream(documents: readonly CorpusDocument[]) {
  yield* documents;
}

/** Writes, reads, and counts what was lost in writing; reading loses nothing. */
async function roundTrip(format: CorpusFormat, documents: readonly CorpusDocument[], ending = "") {
  const path = join(folder, `${number++}${ending}`);
  const losses: Record<string, number> = {};
  await format.write!(stream(documents), path, {
    onLoss: (kind, _, count = 1) => {
      losses[kind] = (losses[kind] ?? 0) + count;
    },
  });
  expect(format.looksLike(await readFormatSample(path))).toBe(true);
  const onLoss = (kind: string) => expect.fail(`lost in reading: ${kind}`);
  const found: CorpusDocument[] = [];
  for await (const document of format.read!(path, { onLoss })) found.push(document);
  await rm(path, { recursive: true, force: true });
  return { found, losses };
}

const KIND = {
  overlaps: true,
  discontinuous: true,
  relations: ["CID", "treats"],
  concepts: true,
  scores: true,
};
const runs = { numRuns: 60 };

/** With names, attributes, roles, passages, meta: what a format of this family may hold. */
const furnish = (
  document: CorpusDocument,
  { prefix = "T", passages = false, scores = true } = {},
): CorpusDocument => {
  const cut = document.text.indexOf(" ", 1);
  const hasParts = passages && cut > 0 && cut < document.text.length - 1;
  return {
    ...document,
    mentions: document.mentions.map(
      ({ score, ...mention }, index): CorpusMention => ({
        ...mention,
        id: `${prefix}${3 * index + 2}`,
        ...(index % 2 === 0 ? {} : { attributes: { Negation: "true", Grade: "very high" } }),
        ...(scores && score !== undefined ? { score } : {}),
      }),
    ),
    relations: document.relations.map((relation, index) => ({
      ...relation,
      id: `R${2 * index + 1}`,
      ...(index % 2 === 0 ? {} : { roles: ["Cause", "Effect"] as const }),
    })),
    ...(hasParts
      ? {
          passages: [
            { type: "title", start: 0, end: cut },
            { type: "abstract", start: cut + 1, end: document.text.length },
          ],
        }
      : {}),
  };
};

const byId = (documents: readonly CorpusDocument[]) => documents.toSorted((a, b) => (a.id < b.id ? -1 : 1));
const isLineGap = ({ spans }: CorpusMention, text: string) =>
  spans.some(
    ({ start }, index) => index > 0 && /^\s*[\r\n]\s*$/.test(text.slice(spans[index - 1]!.end, start)),
  );

test("BRAT holds names, fragments, attributes, normalisations and relations of mentions", async () => {
  const draw = arbitraryDocuments({ ...KIND, scores: false }).map((all) => all.map((one) => furnish(one)));
  await fc.assert(
    fc.asyncProperty(draw, async (documents) => {
      fc.pre(documents.every(({ mentions, text }) => !mentions.some((mention) => isLineGap(mention, text))));
      const { found, losses } = await roundTrip(bratFormat, documents);
      expect(found).toEqual(byId(documents));
      expect(losses).toEqual({});
    }),
    runs,
  );
});

test.each([
  ["BioC XML", biocXmlFormat, ".xml"],
  ["BioC XML, packed", biocXmlFormat, ".xml.gz"],
  ["BioC JSON", biocJsonFormat, ".json"],
  ["BioC JSON lines", biocJsonFormat, ".jsonl"],
])(
  "%s holds names, fragments, attributes, concepts, scores, relations, passages and facts",
  async (_, format, ending) => {
    const draw = arbitraryDocuments(KIND).map((all) =>
      all.map((one, index): CorpusDocument => {
        const document = furnish(one, { prefix: "m", passages: index % 2 === 0 });
        const pair = { head: { concept: "D1" }, tail: { concept: "MESH:D2" } };
        return {
          ...document,
          relations: [
            ...document.relations,
            { ...pair, type: "CID", id: "x", roles: ["Chemical", "Disease"] },
            { ...pair, type: "b", id: "y", score: 0.25 },
          ],
          meta: { patient: '<7> & "8"', date: "2026" },
        };
      }),
    );
    await fc.assert(
      fc.asyncProperty(draw, async (documents) => {
        fc.pre(
          documents.every(
            ({ mentions }) =>
              new Set(mentions.map(({ spans }) => `${spans[0]!.start} ${spans[0]!.end}`)).size ===
              mentions.length,
          ),
        );
        const { found, losses } = await roundTrip(format, documents, ending);
        expect(found).toEqual(documents);
        expect(losses).toEqual({});
      }),
      runs,
    );
  },
);

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
      const { found, losses } = await roundTrip(pubtatorFormat, documents, ".txt");
      expect(found).toEqual(documents);
      expect(losses).toEqual({});
    }),
    runs,
  );
});

test("what PubTator cannot hold is counted, and the rest is there", async () => {
  const draw = arbitraryDocuments(KIND).map((all) => all.map((one) => furnish(one)));
  await fc.assert(
    fc.asyncProperty(draw, async (documents) => {
      const { found, losses } = await roundTrip(pubtatorFormat, documents, ".txt");
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
    runs,
  );
});

test("names and characters that a format cannot hold are counted and replaced", async () => {
  const document: CorpusDocument = {
    id: "a|b",
    text: "a\u0001b cd",
    mentions: [
      { label: "My type", spans: [{ start: 0, end: 3 }], id: "0", concepts: ["x y"], score: 0.5 },
      { label: "B", spans: [{ start: 4, end: 6 }], id: "T1", attributes: { type: "q", Empty: "" } },
    ],
    relations: [
      { type: "r", head: { concept: "D1" }, tail: { mention: 0 }, roles: ["x", "x"] },
      { type: "Equiv", head: { mention: 0 }, tail: { mention: 1 } },
      { type: "r", head: { concept: "D1" }, tail: { concept: "-1" }, roles: ["x", "x"] },
    ],
    tokens: [{ start: 0, end: 3 }],
    document: "a",
    meta: { date: "2026" },
  };
  const brat = await roundTrip(bratFormat, [document]);
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
      text: document.text,
      mentions: [
        { label: "My_type", spans: [{ start: 0, end: 3 }], id: "T2", concepts: ["x_y"] },
        { label: "B", spans: [{ start: 4, end: 6 }], id: "T1", attributes: { type: "q" } },
      ],
      relations: [{ type: "Equiv", head: { mention: 0 }, tail: { mention: 1 } }],
    },
  ]);
  const xml = await roundTrip(biocXmlFormat, [document], ".xml");
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
