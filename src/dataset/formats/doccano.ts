/** @file doccano: a text a line with labels, or with entities and relations <-> documents. Offsets are code points. */
import { z } from "zod";
import type { CorpusDocument, CorpusMention, CorpusRelation } from "../../task/corpus-document.ts";
import { toCodePoints } from "./code-point-span.ts";
import { createCodePointMap } from "./code-points.ts";
import type { CorpusFormat, ReadOptions, ReportLoss } from "./corpus-format.ts";
import { mentionPairs } from "./draft-document.ts";
import { isPipe } from "./is-pipe.ts";
import { readLinesOf } from "./json-rows.ts";
import { hullOf } from "./keep-outermost.ts";
import { reportUnheld } from "./report-unheld.ts";
import { sampleRows } from "./sample-rows.ts";
import { createTextSink } from "./text-sink.ts";
import { anyId, HELD_BY_TOOLS, readToolText, textRow, toToolDocument } from "./tool-text.ts";

const label = z.tuple([z.int(), z.int(), z.string().min(1)]);
const schema = textRow.extend({
  label: z.array(label).nullish(),
  labels: z.array(label).nullish(),
  entities: z
    .array(
      z.looseObject({
        id: anyId,
        start_offset: z.int(),
        end_offset: z.int(),
        label: z.string().min(1),
      }),
    )
    .nullish(),
  relations: z.array(z.looseObject({ from_id: anyId, to_id: anyId, type: z.string().min(1) })).nullish(),
  Comments: z.array(z.unknown()).nullish(),
  comments: z.array(z.unknown()).nullish(),
});
const KNOWN = new Set(Object.keys(schema.shape).concat("meta"));
const form = {
  schema,
  what: "a text of doccano",
  hint: 'A line is {"text": "...", "label": [[0, 2, "ORG"]]}, or has "entities" and "relations".',
};

async function* read(path: string, { onLoss }: ReadOptions): AsyncGenerator<CorpusDocument> {
  for await (const { place, data } of readLinesOf(path, form)) {
    const row = readToolText(data, { path, place }, onLoss);
    if (row === undefined) continue;
    const { id } = row;
    const entities = data.entities ?? [];
    const found = [
      ...(data.label ?? data.labels ?? []).map(([start, end, label]) => ({ start, end, label })),
      ...entities.map(({ start_offset: start, end_offset: end, label }) => ({ start, end, label })),
    ];
    const mentions = found.map(
      ({ label, ...offsets }, index): CorpusMention => ({
        label,
        spans: [row.toSpan(offsets, `label ${index}`)],
      }),
    );
    const first = mentions.length - entities.length;
    const places = new Map(entities.map((entity, index) => [entity.id, first + index]));
    const relations = (data.relations ?? []).flatMap(({ from_id, to_id, type }): CorpusRelation[] => {
      const [head, tail] = [places.get(from_id), places.get(to_id)];
      if (head !== undefined && tail !== undefined)
        return [{ type, head: { mention: head }, tail: { mention: tail } }];
      onLoss("argument", id);
      return [];
    });
    onLoss("note", id, (data.Comments ?? data.comments ?? []).length);
    yield toToolDocument(data, row, { mentions, relations }, KNOWN, onLoss);
  }
}

/** Both layouts of a text: a project without relations takes the first, one with relations the second. */
function renderLayouts(document: CorpusDocument, onLoss: ReportLoss) {
  reportUnheld(document, HELD_BY_TOOLS, onLoss);
  const { id, text, document: doc, meta } = document;
  const map = createCodePointMap(text);
  const entities = document.mentions.map((mention, index) => {
    const { start, end } = toCodePoints(hullOf(mention), map);
    return { id: index, start_offset: start, end_offset: end, label: mention.label };
  });
  const relations = mentionPairs(document.relations).map(({ relation, pair }, index) => ({
    id: index,
    from_id: pair[0],
    to_id: pair[1],
    type: relation.type,
  }));
  const head = { id, text };
  const rest = { ...(doc === undefined ? {} : { doc }), ...(meta === undefined ? {} : { meta }) };
  const label = entities.map((entity) => [entity.start_offset, entity.end_offset, entity.label]);
  return {
    labels: `${JSON.stringify({ ...head, label, ...rest })}\n`,
    relations: `${JSON.stringify({ ...head, entities, relations, ...rest })}\n`,
    hasRelations: relations.length > 0,
  };
}

/** Every row in the layout with relations if one has any: a project of doccano reads one layout. */
async function write(
  documents: AsyncIterable<CorpusDocument>,
  path: string,
  { onLoss }: { readonly onLoss: ReportLoss },
): Promise<void> {
  // Both are written until one relation is seen. A pipe gets the layout that holds everything.
  const isOpen = await isPipe(path);
  let hasRelations = isOpen;
  const relations = await createTextSink(path);
  const sinks = { relations, labels: isOpen ? relations : await createTextSink(path) };
  try {
    for await (const document of documents) {
      const rows = renderLayouts(document, onLoss);
      if (rows.hasRelations && !hasRelations) {
        hasRelations = true;
        await sinks.labels.abort();
      }
      if (!hasRelations) await sinks.labels.write(rows.labels);
      await sinks.relations.write(rows.relations);
    }
    await sinks[hasRelations ? "relations" : "labels"].commit();
  } finally {
    await sinks.labels.abort();
    await sinks.relations.abort();
  }
}

const isLabel = (value: unknown) =>
  Array.isArray(value) && typeof value[0] === "number" && typeof value[2] === "string";

/** JSON lines of doccano, of both kinds of project; older exports say `labels`. */
export const doccanoFormat: CorpusFormat = {
  name: "doccano",
  title: "doccano",
  looksLike: (sample) => {
    const rows = sampleRows(sample).filter(({ text }) => typeof text === "string");
    const lists = rows.flatMap(({ label, labels }) => [label, labels].filter(Array.isArray));
    const hasEntities = rows.some(
      ({ entities, relations }) =>
        Array.isArray(entities) &&
        Array.isArray(relations) &&
        entities.every((entity) => typeof entity?.start_offset === "number"),
    );
    return hasEntities || (lists.length > 0 && lists.flat().every(isLabel));
  },
  read,
  write,
};
