/** @file Tests on the raw files of public corpora: they import to the same mentions and relations as their JSON lines. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { biocXmlFormat } from "./bioc-xml.ts";
import { bratFormat } from "./brat.ts";
import type { CorpusFormat } from "./corpus-format.ts";
import { pubtatorFormat } from "./pubtator.ts";

const corpora = join(import.meta.dirname, "../../../../shared/corpora");
const isAbsent = !existsSync(corpora);

/** Skipped, by its name in the list of tests, where ../shared/corpora is not there. */
const withCorpora = test.skipIf(isAbsent);

interface Row {
  readonly id: string;
  readonly text: string;
  readonly spans: readonly {
    readonly start: number;
    readonly end: number;
    readonly label: string;
    readonly concept: string;
  }[];
  readonly relations?: readonly {
    readonly type: string;
    readonly chemical: string;
    readonly disease: string;
  }[];
}

const readRows = (path: string): Row[] =>
  readFileSync(join(corpora, path), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);

async function readAll(format: CorpusFormat, path: string) {
  const losses: Record<string, number> = {};
  const documents: CorpusDocument[] = [];
  const onLoss = (kind: string, _: string, count = 1) => {
    losses[kind] = (losses[kind] ?? 0) + count;
  };
  for await (const document of format.read!(join(corpora, path), { onLoss })) documents.push(document);
  return { documents, losses };
}

const concepts = (field: string) =>
  field
    .split(/[|+]/)
    .map((one) => one.trim())
    .filter((one) => one !== "-1")
    .join("|");
const mentionsOfRow = ({ spans }: Row) =>
  spans.map(({ start, end, label, concept }) => `${start} ${end} ${label} ${concepts(concept)}`).sort();
const mentionsOf = ({ mentions }: CorpusDocument) =>
  mentions
    .map(
      ({ spans, label, concepts: own = [] }) =>
        `${spans[0]!.start} ${spans.at(-1)!.end} ${label} ${own.join("|")}`,
    )
    .sort();
const relationsOfRow = ({ relations = [] }: Row) =>
  relations.map(({ type, chemical, disease }) => ({
    type,
    head: { concept: chemical },
    tail: { concept: disease },
  }));
const withoutNames = ({ relations }: CorpusDocument) =>
  relations.map(({ type, head, tail }) => ({ type, head, tail }));

withCorpora.each([
  ["bc5cdr/raw/CDR_DevelopmentSet.PubTator.txt", "bc5cdr/docs_dev.jsonl"],
  ["ncbi-disease/raw/NCBIdevelopset_corpus.txt", "ncbi-disease/docs_dev.jsonl"],
])("%s is its JSON lines, and nothing is lost", async (raw, rows) => {
  const { documents, losses } = await readAll(pubtatorFormat, raw);
  const expected = readRows(rows);
  expect(losses).toEqual({});
  expect(documents.map(({ id, text }) => [id, text])).toEqual(expected.map(({ id, text }) => [id, text]));
  expect(documents.map(mentionsOf)).toEqual(expected.map(mentionsOfRow));
  expect(documents.map(withoutNames)).toEqual(expected.map(relationsOfRow));
});

withCorpora(
  "the BioC XML of BC5CDR is its JSON lines, with the parts of composite mentions beside",
  async () => {
    const { documents, losses } = await readAll(biocXmlFormat, "bc5cdr/raw/CDR_DevelopmentSet.BioC.xml.gz");
    const expected = readRows("bc5cdr/docs_dev.jsonl");
    expect(losses).toEqual({});
    expect(documents.map(({ text }) => text)).toEqual(expected.map(({ text }) => text));
    const isPart = ({ attributes }: CorpusDocument["mentions"][number]) =>
      attributes?.CompositeRole === "IndividualMention";
    const whole = documents.map((document) => ({
      ...document,
      mentions: document.mentions.filter((mention) => !isPart(mention)),
    }));
    expect(whole.map(mentionsOf)).toEqual(expected.map(mentionsOfRow));
    expect(documents.map(withoutNames)).toEqual(expected.map(relationsOfRow));
    expect(documents[0]?.relations[0]).toEqual({
      type: "CID",
      head: { concept: "D016651" },
      tail: { concept: "D003490" },
      roles: ["Chemical", "Disease"],
      id: "R0",
    });
    expect(documents.flatMap(({ mentions }) => mentions.filter(isPart)).length).toBe(182);
    expect(documents[0]?.passages?.map(({ type }) => type)).toEqual(["title", "abstract"]);
  },
);

withCorpora(
  "MACCROBAT is read with its fragments, relations through events, and what is lost is counted",
  async () => {
    const { documents, losses } = await readAll(bratFormat, "maccrobat/brat");
    const mentions = documents.flatMap((document) => document.mentions);
    expect([documents.length, mentions.length]).toEqual([12, 1240]);
    expect(mentions.filter(({ spans }) => spans.length > 1).length).toBe(6);
    expect(documents.flatMap((document) => document.relations).length).toBe(902); // 872 R, 30 equivalences of two
    expect(losses).toEqual({ event: 693, note: 18, "relation-arity": 75 });
    const [first] = documents;
    const pairs = first?.relations
      .slice(0, 1)
      .map(({ head, tail }) =>
        [head, tail].map((part) => ("mention" in part ? first.mentions[part.mention]?.id : undefined)),
      );
    expect(pairs).toEqual([["T6", "T5"]]); // R1: T6 and E3, whose trigger is T5
  },
);
