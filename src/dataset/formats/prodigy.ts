/** @file Prodigy: a task a line with spans, tokens and relations <-> documents. Offsets are code points. */
import { z } from "zod";
import type { CorpusDocument, CorpusMention, CorpusRelation } from "../../task/corpus-document.ts";
import { toCodePoints } from "./code-point-span.ts";
import { createCodePointMap } from "./code-points.ts";
import type { CorpusFormat, ReadOptions, ReportLoss } from "./corpus-format.ts";
import { mentionPairs, readScore } from "./draft-document.ts";
import { readLinesOf } from "./json-rows.ts";
import { hullOf } from "./keep-outermost.ts";
import { coverTokens, tokensAtBorders } from "./prodigy-tokens.ts";
import { reportUnheld } from "./report-unheld.ts";
import { sampleRows } from "./sample-rows.ts";
import { writePieces } from "./text-sink.ts";
import { HELD_BY_TOOLS, readToolText, type ToolText, textRow, toToolDocument } from "./tool-text.ts";

const offsets = { start: z.int(), end: z.int() };
const span = z.looseObject({ ...offsets, label: z.string().min(1) });
const token = z.looseObject({ ...offsets, id: z.int() });
const end = z.looseObject({ ...offsets, label: z.string().nullish() }).nullish();
const schema = textRow.extend({
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
const HELD = [...HELD_BY_TOOLS, "score", "token"] as const;

async function* read(path: string, { onLoss }: ReadOptions): AsyncGenerator<CorpusDocument> {
  for await (const { place, data } of readLinesOf(path, form)) {
    if (data.answer != null && data.answer !== "accept") {
      onLoss("rejected", data.id ?? String(place));
      continue;
    }
    const found = readToolText(data, { path, place }, onLoss);
    if (found !== undefined) yield readTask(data, found, onLoss);
  }
}

function readTask(data: z.infer<typeof schema>, found: ToolText, onLoss: ReportLoss): CorpusDocument {
  const { id, text, toSpan } = found;
  const mentions = (data.spans ?? []).map(
    (span, index): CorpusMention => ({
      label: span.label,
      spans: [toSpan(span, `span ${index}`)],
      ...readScore(span.score, id, onLoss),
    }),
  );
  const tokens = (data.tokens ?? [])
    .filter(({ start, end }) => start < end)
    .map((token) => ({ number: token.id, ...toSpan(token, `token ${token.id}`) }));
  /** The mention that is meant: by its span where the file has it, else the first around the token. */
  const find = (number: number | null | undefined, given: z.infer<typeof end>, name: string) => {
    if (given != null) {
      const { start, end } = toSpan(given, name);
      const alike = mentions.map(({ spans: [one], label }, index) => ({ ...one!, label, index }));
      const same = alike.filter((other) => other.start === start && other.end === end);
      return (same.find(({ label }) => label === given.label) ?? same[0])?.index ?? -1;
    }
    const at = tokens.find((other) => other.number === number);
    return at === undefined
      ? -1
      : mentions.findIndex(({ spans: [one] }) => one!.start <= at.start && at.end <= one!.end);
  };
  const relations = (data.relations ?? []).flatMap((relation, index): CorpusRelation[] => {
    const head = find(relation.head, relation.head_span, `head of relation ${index}`);
    const tail = find(relation.child, relation.child_span, `child of relation ${index}`);
    if (head >= 0 && tail >= 0)
      return [{ type: relation.label, head: { mention: head }, tail: { mention: tail } }];
    onLoss("argument", id);
    return [];
  });
  const visible = tokens
    .map(({ start, end }) => ({ start, end }))
    .filter((token) => /\S/u.test(text.slice(token.start, token.end)));
  return {
    ...toToolDocument(data, found, { mentions, relations }, KNOWN, onLoss),
    ...(data.tokens == null ? {} : { tokens: visible }),
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
