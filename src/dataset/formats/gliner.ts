/** @file GLiNER training data, one JSON array of `{tokenized_text, ner, relations}` <-> documents. Token numbers, both ends included. */
import { z } from "zod";
import type { CorpusDocument, CorpusRelation } from "../../task/corpus-document.ts";
import { corpusError } from "./corpus-error.ts";
import type { CorpusFormat, ReportLoss } from "./corpus-format.ts";
import { identifier, takeScalars } from "./document-json.ts";
import { type JsonRow, parseRow, readJsonRows } from "./json-rows.ts";
import { orderMentions } from "./order-mentions.ts";
import { reportUnheld } from "./report-unheld.ts";
import { sampleRows } from "./sample-rows.ts";
import { writePieces } from "./text-sink.ts";
import { fromTokens, toTokens } from "./token-documents.ts";

const triples = z.array(z.tuple([z.int().min(0), z.int().min(0), z.string().min(1)]));
const labelList = z.array(z.string());
const glinerRow = z.looseObject({
  tokenized_text: z.array(z.string()),
  ner: triples,
  relations: triples.nullish(),
  id: identifier.nullish(),
});
const ROW = {
  schema: glinerRow,
  what: "a row of GLiNER",
  hint: 'A row is {"tokenized_text": ["Gout", "flares"], "ner": [[0, 0, "disease"]]}; numbers of tokens, both ends included.',
};
const KNOWN = new Set(["tokenized_text", "ner", "relations", "id"]);
/** Facts about the text that are lists: in `meta` as JSON, so that they come back. */
const LABEL_LISTS = ["ner_labels", "ner_negatives"] as const;

/** JSON lines are read too. Overlaps are held; `relations` count in `ner`. `ner_labels` is written where labels are given. */
export const glinerFormat: CorpusFormat = {
  name: "gliner",
  title: "GLiNER JSON",
  looksLike: (sample) => {
    const [row] = sampleRows(sample, { arrays: true });
    return row !== undefined && "tokenized_text" in row && "ner" in row;
  },
  async *read(path, { onLoss }) {
    for await (const row of readJsonRows(path)) yield toDocument(path, row, onLoss);
  },
  write: (documents, path, { onLoss, labels }) => writePieces(path, renderArray(documents, labels, onLoss)),
};

function toDocument(path: string, row: JsonRow, onLoss: ReportLoss): CorpusDocument {
  const data = parseRow(path, row, ROW);
  const { tokenized_text: cells, ner, relations: triples } = data;
  const id = data.id ?? String(row.number);
  // An empty token is none; numbers count it all the same.
  const placeOfToken: number[] = [];
  const words: string[] = [];
  for (const cell of cells) {
    placeOfToken.push(words.length);
    if (cell !== "") words.push(cell);
  }
  placeOfToken.push(words.length);
  if (words.length < cells.length) onLoss("token", id, cells.length - words.length);
  const runs = ner.map(([from, to, label], index) => {
    if (from > to || to >= cells.length)
      throw corpusError(
        path,
        row.place,
        `ner ${index} is ${from} to ${to}, but there are ${cells.length} tokens.`,
        ROW.hint,
      );
    return { first: placeOfToken[from]!, last: placeOfToken[to + 1]! - 1, label };
  });
  const visible = runs.filter(({ first, last }) => first <= last);
  if (visible.length < runs.length) onLoss("no-token", id, runs.length - visible.length);
  const text = fromTokens(words, visible);
  const { mentions, placeOf } = orderMentions(text.mentions);
  const toPlace = runs.map((run) => placeOf[visible.indexOf(run)]);
  const relations = (triples ?? []).flatMap(([head, tail, type]): CorpusRelation[] => {
    const [from, to] = [toPlace[head], toPlace[tail]];
    if (from === undefined || to === undefined) return [];
    return [{ type, head: { mention: from }, tail: { mention: to } }];
  });
  if (relations.length < (triples?.length ?? 0)) onLoss("relation", id, triples!.length - relations.length);
  const lists = LABEL_LISTS.flatMap((key) => {
    const list = labelList.safeParse(data[key]);
    return list.success ? [[key, JSON.stringify(list.data)]] : [];
  });
  const { scalars, others } = takeScalars(data, new Set([...KNOWN, ...lists.map(([key]) => key!)]));
  if (others > 0) onLoss("column", id, others);
  const meta = [...lists, ...scalars];
  return { ...text, id, mentions, relations, ...(meta.length > 0 ? { meta: Object.fromEntries(meta) } : {}) };
}

/** The lists of `meta`, and how many of its facts are none. */
function takeLists({ meta = {} }: CorpusDocument): { lists: [string, string[]][]; others: number } {
  const lists = LABEL_LISTS.flatMap((key): [string, string[]][] => {
    try {
      const list = labelList.safeParse(JSON.parse(meta[key] ?? ""));
      return list.success ? [[key, list.data]] : [];
    } catch {
      return [];
    }
  });
  return { lists, others: Object.keys(meta).length - lists.length };
}

async function* renderArray(
  documents: AsyncIterable<CorpusDocument>,
  labels: readonly string[] | undefined,
  onLoss: ReportLoss,
): AsyncGenerator<string> {
  let written = 0;
  for await (const document of documents) {
    const { id } = document;
    reportUnheld(
      document,
      ["mention", "overlap", "discontinuous", "relation", "relation-mentions", "token", "meta"],
      onLoss,
    );
    const { tokens, runs } = toTokens(document, { overlaps: true }, onLoss);
    const { lists, others } = takeLists(document);
    if (others > 0) onLoss("meta", id, others);
    const placeOf = new Map(runs.map(({ source }, index) => [source, index]));
    let cut = 0;
    const relations = document.relations.flatMap(({ type, head, tail }) => {
      if ("concept" in head || "concept" in tail) return [];
      const [from, to] = [placeOf.get(head.mention), placeOf.get(tail.mention)];
      if (from !== undefined && to !== undefined) return [[from, to, type]];
      cut++;
      return [];
    });
    if (cut > 0) onLoss("relation", id, cut);
    if (id !== String(++written)) onLoss("document-id", id);
    const row = {
      tokenized_text: tokens,
      ner: runs.map(({ first, last, label }) => [first, last, label]),
      ...(relations.length > 0 ? { relations } : {}),
      ...(labels === undefined ? {} : { ner_labels: labels }),
      ...Object.fromEntries(lists),
    };
    yield `${written === 1 ? "[\n" : ",\n"}${JSON.stringify(row)}`;
  }
  yield written === 0 ? "[]\n" : "\n]\n";
}
