/** @file spaCy: a text a line with entities, and the layout of spacy-llm with relations <-> documents. Offsets are code points. */
import { z } from "zod";
import type { CorpusDocument, CorpusMention, CorpusRelation } from "../../task/corpus-document.ts";
import { toCodePoints } from "./code-point-span.ts";
import { createCodePointMap } from "./code-points.ts";
import type { CorpusFormat, ReadOptions, ReportLoss } from "./corpus-format.ts";
import { parseRow, readJsonLines } from "./json-rows.ts";
import { hullOf, keepOutermost } from "./keep-outermost.ts";
import { reportUnheld } from "./report-unheld.ts";
import { sampleRows } from "./sample-rows.ts";
import { writePieces } from "./text-sink.ts";
import { readToolText, textRow, toToolDocument } from "./tool-text.ts";

// [start, end, label], and perhaps an identifier in a knowledge base.
const entity = z
  .array(z.union([z.int(), z.string()]))
  .refine(
    ([start, end, label]) =>
      typeof start === "number" && typeof end === "number" && typeof label === "string",
    "[start, end, label]",
  );
const schema = textRow.extend({
  entities: z.array(entity).nullish(),
  ents: z
    .array(z.looseObject({ start_char: z.int(), end_char: z.int(), label: z.string().min(1) }))
    .nullish(),
  relations: z.array(z.looseObject({ dep: z.int(), dest: z.int(), relation: z.string().min(1) })).nullish(),
});
const KNOWN = new Set(Object.keys(schema.shape).concat("meta"));
const form = {
  schema,
  what: "a text of spaCy",
  hint: 'A line is {"text": "...", "entities": [[0, 8, "Chemical"]]}, or ["...", {"entities": [[0, 8, "Chemical"]]}].',
};

async function* read(path: string, { onLoss }: ReadOptions): AsyncGenerator<CorpusDocument> {
  for await (const { place, value: given } of readJsonLines(path)) {
    // The tuple of spaCy's own examples: [text, {entities}].
    const value =
      Array.isArray(given) && typeof given[1] === "object" ? { ...given[1], text: given[0] } : given;
    const data = parseRow(path, { place, value }, form);
    const row = readToolText(data, { path, place }, onLoss);
    if (row === undefined) continue;
    const found = [
      ...(data.entities ?? []).map(([start, end, label, concept]) => ({
        start: Number(start),
        end: Number(end),
        label: String(label),
        concept: concept === undefined || concept === "" ? {} : { concepts: [String(concept)] },
      })),
      ...(data.ents ?? []).map(({ start_char: start, end_char: end, label }) => ({
        start,
        end,
        label,
        concept: {},
      })),
    ];
    const mentions = found.map(
      ({ label, concept, ...offsets }, index): CorpusMention => ({
        label,
        spans: [row.toSpan(offsets, `entity ${index}`)],
        ...concept,
      }),
    );
    const relations = (data.relations ?? []).flatMap(({ dep, dest, relation }): CorpusRelation[] => {
      if (mentions[dep] !== undefined && mentions[dest] !== undefined)
        return [{ type: relation, head: { mention: dep }, tail: { mention: dest } }];
      onLoss("argument", row.id);
      return [];
    });
    yield toToolDocument(data, row, { mentions, relations }, KNOWN, onLoss);
  }
}

async function* render(documents: AsyncIterable<CorpusDocument>, onLoss: ReportLoss) {
  for await (const document of documents) {
    const { id, text, document: doc, meta } = document;
    reportUnheld(document, ["mention", "document", "meta"], onLoss);
    const map = createCodePointMap(text);
    const entities = keepOutermost(document.mentions).map((mention) => {
      const { start, end } = toCodePoints(hullOf(mention), map);
      return [start, end, mention.label];
    });
    const rest = { ...(doc === undefined ? {} : { doc }), ...(meta === undefined ? {} : { meta }) };
    yield `${JSON.stringify({ id, text, entities, ...rest })}\n`;
  }
}

/** JSON lines of spaCy. `doc.ents` holds no overlap, so the longer of two is written. */
export const spacyFormat: CorpusFormat = {
  name: "spacy",
  title: "spaCy JSONL",
  looksLike: (sample) =>
    sampleRows(sample).some(({ "0": tuple, "1": facts, text, entities, ents, relations }) => {
      if (typeof tuple === "string")
        return typeof facts === "object" && facts !== null && "entities" in facts;
      if (typeof text !== "string") return false;
      if (Array.isArray(ents)) return ents.every((ent) => typeof ent?.start_char === "number");
      return Array.isArray(entities) && relations === undefined && entities.every(Array.isArray);
    }),
  read,
  write: (documents, path, { onLoss }) => writePieces(path, render(documents, onLoss)),
};
