/** @file Label Studio: an array of tasks with annotations or predictions <-> documents. Offsets are UTF-16 units. */
import { z } from "zod";
import type { CorpusDocument, CorpusMention, CorpusRelation } from "../../task/corpus-document.ts";
import { checkSpan } from "./check-span.ts";
import { corpusError } from "./corpus-error.ts";
import type { CorpusFormat, ReadOptions, ReportLoss } from "./corpus-format.ts";
import { inReadingOrder, mentionPairs, readMeta, readScore } from "./draft-document.ts";
import { isPipe } from "./is-pipe.ts";
import { readJsonElements } from "./json-elements.ts";
import { parseRow } from "./json-rows.ts";
import { hullOf } from "./keep-outermost.ts";
import { FROM_NAME, renderLabelingConfig, TO_NAME } from "./label-studio-config.ts";
import { reportUnheld } from "./report-unheld.ts";
import { createTextSink } from "./text-sink.ts";
import { anyId, HELD_BY_TOOLS } from "./tool-text.ts";

const region = z.looseObject({
  id: z.string().nullish(),
  type: z.string(),
  value: z
    .looseObject({
      start: z.int().nullish(),
      end: z.int().nullish(),
      labels: z.array(z.string().min(1)).nullish(),
    })
    .nullish(),
  from_id: z.string().nullish(),
  to_id: z.string().nullish(),
  direction: z.string().nullish(),
  labels: z.array(z.string().min(1)).nullish(),
});
type Region = z.infer<typeof region>;
const reading = z.looseObject({ result: z.array(region), was_cancelled: z.boolean().nullish() });
const schema = z.looseObject({
  id: anyId.nullish(),
  data: z.looseObject({}),
  meta: z.looseObject({}).nullish(),
  annotations: z.array(reading).nullish(),
  completions: z.array(reading).nullish(),
  predictions: z.array(reading).nullish(),
});
const form = {
  schema,
  what: "a task of Label Studio",
  hint: 'Export as "JSON" (not JSON-MIN): [{"data": {"text": "..."}, "annotations": [{"result": [...]}]}].',
};
const HELD = [...HELD_BY_TOOLS, "score"] as const;

async function* read(path: string, { onLoss }: ReadOptions): AsyncGenerator<CorpusDocument> {
  const broken = (count: number) => corpusError(path, `after element ${count}`, "not valid JSON.");
  const tasks = readJsonElements(path, ["$.*"], { fail: broken, several: true });
  for await (const { number, value } of tasks) {
    const place = `task ${number}`;
    const task = parseRow(path, { place, value }, form);
    const { text } = task.data;
    const id = parseId(task.data.id) ?? task.id ?? String(number);
    if (typeof text !== "string") {
      onLoss("no-text", id);
      continue;
    }
    const annotations = task.annotations ?? task.completions ?? [];
    const readings = [
      ...annotations.filter((annotation) => annotation.was_cancelled !== true),
      ...(task.predictions ?? []),
    ];
    onLoss("rejected", id, annotations.filter((annotation) => annotation.was_cancelled === true).length);
    onLoss("reading", id, Math.max(0, readings.length - 1));
    if (annotations.length > 0 && readings.length === 0) continue;
    const fail = (what: string, hint?: string) => corpusError(path, place, what, hint);
    const document = parseId(task.data.doc);
    const facts = { ...task.data, meta: task.meta };
    yield {
      id,
      text,
      ...readResult(readings[0]?.result ?? [], text, id, onLoss, fail),
      ...(document === undefined ? {} : { document }),
      ...readMeta(facts, new Set(["text", "id", "doc", "meta"]), (count) => onLoss("meta", id, count)),
    };
  }
}

const parseId = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

/** Regions of text are mentions, one for each of their labels; what else stands in a result is counted. */
function readResult(
  result: readonly Region[],
  text: string,
  document: string,
  onLoss: ReportLoss,
  fail: (what: string, hint?: string) => Error,
) {
  const mentions: CorpusMention[] = [];
  const places = new Map<string, number>();
  for (const [index, { id, type, value, score }] of result.entries()) {
    if (type === "relation") continue;
    if (type !== "labels" || value?.start == null || value.end == null) {
      onLoss("note", document); // choices, free text, ratings
      continue;
    }
    const span = { start: value.start, end: value.end };
    checkSpan(span, text, `region ${index}`, fail);
    if (id != null) places.set(id, mentions.length);
    for (const label of value.labels ?? [])
      mentions.push({ label, spans: [span], ...readScore(score, document, onLoss) });
    if ((value.labels ?? []).length === 0) onLoss("mention", document);
  }
  const relations = result.flatMap((found): CorpusRelation[] => {
    if (found.type !== "relation") return [];
    const [from, to] = [places.get(found.from_id ?? ""), places.get(found.to_id ?? "")];
    if (mentions[from ?? -1] === undefined || mentions[to ?? -1] === undefined) {
      onLoss("argument", document);
      return [];
    }
    if (found.direction === "bi") onLoss("direction", document);
    const [head, tail] = found.direction === "left" ? [to!, from!] : [from!, to!];
    const types = (found.labels ?? []).length > 0 ? found.labels! : ["relation"];
    return types.map((type) => ({ type, head: { mention: head }, tail: { mention: tail } }));
  });
  return inReadingOrder(mentions, relations);
}

/** What a model found (mentions with scores) is a prediction, to be corrected; anything else an annotation. */
function renderTask(document: CorpusDocument, onLoss: ReportLoss): string {
  reportUnheld(document, HELD, onLoss);
  const { id, text, mentions, meta, document: doc } = document;
  const result = [
    ...mentions.map((mention, index) => {
      const { start, end } = hullOf(mention);
      return {
        id: `m${index}`,
        from_name: FROM_NAME,
        to_name: TO_NAME,
        type: "labels",
        value: { start, end, text: text.slice(start, end), labels: [mention.label] },
        ...(mention.score === undefined ? {} : { score: mention.score }),
      };
    }),
    ...mentionPairs(document.relations).map(({ pair: [head, tail], relation }) => ({
      type: "relation",
      from_id: `m${head}`,
      to_id: `m${tail}`,
      direction: "right",
      labels: [relation.type],
    })),
  ];
  const isFound = mentions.some(({ score }) => score !== undefined);
  return JSON.stringify({
    data: { text, id, ...(doc === undefined ? {} : { doc }) },
    ...(meta === undefined ? {} : { meta }),
    ...(isFound
      ? { predictions: [{ model_version: "textphantom", result }] }
      : { annotations: [{ result }] }),
  });
}

async function write(
  documents: AsyncIterable<CorpusDocument>,
  path: string,
  { onLoss, labels: given = [] }: { readonly onLoss: ReportLoss; readonly labels?: readonly string[] },
): Promise<void> {
  const labels = new Set(given);
  const types = new Set<string>();
  const tasks = await createTextSink(path);
  const config = (await isPipe(path)) ? undefined : await createTextSink(`${path}.config.xml`);
  try {
    let separator = "[\n";
    for await (const document of documents) {
      for (const { label } of document.mentions) labels.add(label);
      for (const { relation } of mentionPairs(document.relations)) types.add(relation.type);
      await tasks.write(separator + renderTask(document, onLoss));
      separator = ",\n";
    }
    await tasks.write(separator === "[\n" ? "[]\n" : "\n]\n");
    await config?.write(renderLabelingConfig([...labels], [...types]));
    await config?.commit();
    await tasks.commit();
  } finally {
    await tasks.abort();
    await config?.abort();
  }
}

/** Tasks of Label Studio, and beside them `<file>.config.xml`, the labelling interface that they need (beside a file only). */
export const labelStudioFormat: CorpusFormat = {
  name: "label-studio",
  title: "Label Studio",
  looksLike: ({ isFolder, text }) =>
    !isFolder &&
    /^\s*\[\s*\{/.test(text) &&
    /"(?:annotations|predictions|completions)"\s*:\s*\[/.test(text) &&
    /"data"\s*:\s*\{|"from_name"\s*:/.test(text),
  read,
  write,
};
