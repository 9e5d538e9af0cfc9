/** @file Prodigy: a task a line with spans, tokens and relations <-> documents. Offsets are code points. */
import { z } from "zod";
import type { CorpusDocument, CorpusMention, CorpusRelation } from "../../task/corpus-document.ts";
import type { Span } from "../../util/span.ts";
import { fromCodePoints, toCodePoints } from "./code-point-span.ts";
import { createCodePointMap } from "./code-points.ts";
import { corpusError } from "./corpus-error.ts";
import type { CorpusFormat, ReadOptions, ReportLoss } from "./corpus-format.ts";
import { inReadingOrder, mentionPairs, readMeta, readScore } from "./draft-document.ts";
import { anyId, readJsonRows } from "./json-values.ts";
import { hullOf } from "./keep-outermost.ts";
import { coverTokens, tokensAtBorders } from "./prodigy-tokens.ts";
import { type Holding, reportUnheld } from "./report-unheld.ts";
import { sampleRows } from "./sample-rows.ts";
import { writePieces } from "./text-sink.ts";

const offsets = { start: z.int(), end: z.int() };
const span = z.looseObject({ ...offsets, label: z.string().min(1) });
const token = z.looseObject({ ...offsets, id: z.int() });
const end = z.looseObject({ ...offsets, label: z.string().nullish() }).nullish();
const schema = z.looseObject({
  text: z.string().nullish(),
  id: anyId.nullish(),
  doc: anyId.nullish(),
  spans: z.array(span).nullish(),
  tokens: z.array(token).nullish(),
  relations: z
    .array(
      z.looseObject({
        head: z.int().nullish(),
        child: z.int().nullish(),
        head_span: end,
        child_span: end,
        label: z.string().min(1),
      }),
    )
    .nullish(),
  answer: z.string().nullish(),
});
const KNOWN = new Set([..."text id doc spans tokens relations answer meta options accept config".split(" ")]);
const form = {
  schema,
  what: "a task of Prodigy",
  hint: 'A line is {"text": "...", "spans": [{"start": 0, "end": 5, "label": "ORG"}], "answer": "accept"}.',
};
const HELD: readonly Holding[] = [
  "mention",
  "overlap",
  "score",
  "relation",
  "relation-mentions",
  "document",
  "meta",
  "token",
];

async function* read(path: string, { onLoss }: ReadOptions): AsyncGenerator<CorpusDocument> {
  for await (const { line, data } of readJsonRows(path, form)) {
    const id = data.id ?? String(line);
    const { text } = data;
    if (data.answer != null && data.answer !== "accept") onLoss("rejected", id);
    else if (text == null) onLoss("no-text", id);
    else yield readTask(data, text, id, onLoss, (what, hint) => corpusError(path, line, what, hint));
  }
}

function readTask(
  data: z.infer<typeof schema>,
  text: string,
  id: string,
  onLoss: ReportLoss,
  fail: (what: string, hint?: string) => Error,
): CorpusDocument {
  const map = createCodePointMap(text);
  const place = (offsets: Span, name: string) => fromCodePoints(offsets, text, map, name, fail);
  const mentions = (data.spans ?? []).map(
    (found, index): CorpusMention => ({
      label: found.label,
      spans: [place(found, `span ${index}`)],
      ...readScore(found.score, id, onLoss),
    }),
  );
  const tokens = (data.tokens ?? [])
    .filter(({ start, end }) => start < end)
    .map((found) => ({ number: found.id, ...place(found, `token ${found.id}`) }));
  /** The mention that is meant: by its span where the file has it, else the first around the token. */
  const find = (number: number | null | undefined, given: z.infer<typeof end>, name: string) => {
    if (given != null) {
      const { start, end } = place(given, name);
      const alike = mentions.map(({ spans: [one], label }, index) => ({ ...one!, label, index }));
      const same = alike.filter((other) => other.start === start && other.end === end);
      return (same.find(({ label }) => label === given.label) ?? same[0])?.index ?? -1;
    }
    const at = tokens.find((other) => other.number === number);
    return at === undefined
      ? -1
      : mentions.findIndex(({ spans: [one] }) => one!.start <= at.start && at.end <= one!.end);
  };
  const relations = (data.relations ?? []).flatMap((found, index): CorpusRelation[] => {
    const head = find(found.head, found.head_span, `head of relation ${index}`);
    const tail = find(found.child, found.child_span, `child of relation ${index}`);
    if (head >= 0 && tail >= 0)
      return [{ type: found.label, head: { mention: head }, tail: { mention: tail } }];
    onLoss("argument", id);
    return [];
  });
  const visible = tokens
    .map(({ start, end }) => ({ start, end }))
    .filter((token) => /\S/u.test(text.slice(token.start, token.end)));
  return {
    id,
    text,
    ...inReadingOrder(mentions, relations),
    ...(data.doc == null ? {} : { document: data.doc }),
    ...(data.tokens == null ? {} : { tokens: visible }),
    ...readMeta(data, KNOWN, (count) => onLoss("meta", id, count)),
  };
}

function renderTask(document: CorpusDocument, onLoss: ReportLoss): string {
  reportUnheld(document, HELD, onLoss);
  const { id, text, document: doc, meta } = document;
  const map = createCodePointMap(text);
  const covers = document.mentions.map(hullOf);
  const pairs = mentionPairs(document.relations);
  // Relations name tokens, so there must be some.
  const tokens = document.tokens ?? (pairs.length === 0 ? undefined : tokensAtBorders(text, covers));
  const written = tokens === undefined ? undefined : coverTokens(text, tokens);
  const ends = covers.map((cover) => {
    const first = written?.findIndex(({ start }) => start === cover.start) ?? -1;
    const last = written?.findIndex(({ end }) => end === cover.end) ?? -1;
    const at = first < 0 || last < first ? {} : { token_start: first, token_end: last };
    const inside = written?.findLastIndex(({ start, end }) => start < cover.end && cover.start < end);
    return { offsets: toCodePoints(cover, map), at, inside };
  });
  const spanAt = (index: number) => ({
    ...ends[index]!.offsets,
    ...ends[index]!.at,
    label: document.mentions[index]!.label,
  });
  const task = {
    text,
    id,
    ...(doc === undefined ? {} : { doc }),
    spans: document.mentions.map(({ score }, index) => ({
      ...spanAt(index),
      ...(score === undefined ? {} : { score }),
    })),
    ...(written === undefined
      ? {}
      : {
          tokens: written.map(({ start, end, ws }, number) => ({
            text: text.slice(start, end),
            ...toCodePoints({ start, end }, map),
            id: number,
            ws,
          })),
        }),
    ...(pairs.length === 0
      ? {}
      : {
          relations: pairs.map(({ pair: [head, tail], relation }) => ({
            head: ends[head]!.inside,
            child: ends[tail]!.inside,
            head_span: spanAt(head),
            child_span: spanAt(tail),
            label: relation.type,
          })),
        }),
    ...(meta === undefined ? {} : { meta }),
    answer: "accept",
  };
  return `${JSON.stringify(task)}\n`;
}

async function* render(documents: AsyncIterable<CorpusDocument>, onLoss: ReportLoss) {
  for await (const document of documents) yield renderTask(document, onLoss);
}

/** JSON lines of Prodigy. Only rows that were accepted, or not judged, are read. */
export const prodigyFormat: CorpusFormat = {
  name: "prodigy",
  title: "Prodigy",
  looksLike: (sample) =>
    sampleRows(sample).some(
      (row) =>
        typeof row.text === "string" &&
        ["_task_hash", "_input_hash", "answer", "_view_id"].some((key) => key in row) &&
        ["spans", "relations", "tokens", "answer"].some((key) => key in row),
    ),
  read,
  write: (documents, path, { onLoss }) => writePieces(path, render(documents, onLoss)),
};
