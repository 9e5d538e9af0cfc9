/** @file A table: one row a mention, or one row a note <-> documents. Offsets are code points. */
import { stringify } from "csv-stringify/sync";
import type { CorpusDocument, CorpusMention } from "../../task/corpus-document.ts";
import { fromCodePoints, toCodePoints } from "./code-point-span.ts";
import { createCodePointMap } from "./code-points.ts";
import { corpusError } from "./corpus-error.ts";
import type { CorpusFormat, ReadOptions, ReportLoss } from "./corpus-format.ts";
import { parseHeader, readTable, type TableRow } from "./csv-rows.ts";
import { inReadingOrder, readScore } from "./draft-document.ts";
import { readFormatSample } from "./format-sample.ts";
import { hullOf } from "./keep-outermost.ts";
import { reportUnheld } from "./report-unheld.ts";
import { writePieces } from "./text-sink.ts";

/** Names of columns by what they hold, in any case; the first that is there is taken. */
const NAMES = {
  text: ["text", "note_text", "note", "body"],
  id: ["id", "note_id", "doc_id", "document_id"],
  document: ["doc"],
  start: ["start"],
  end: ["end"],
  label: ["label"],
  concept: ["concept"],
  score: ["score"],
} as const;
type Part = keyof typeof NAMES;
const WRITTEN = ["id", "text", "start", "end", "label", "concept", "score", "doc"] as const;

/** Which column holds what. */
function findColumns(columns: readonly string[]): { readonly [K in Part]?: string } {
  const found = (Object.entries(NAMES) as [Part, readonly string[]][]).map(([part, names]) => {
    const name = names.flatMap((name) => columns.filter((column) => column.toLowerCase() === name))[0];
    return [part, name];
  });
  return Object.fromEntries(found.filter(([, name]) => name !== undefined));
}

async function* read(path: string, { onLoss }: ReadOptions): AsyncGenerator<CorpusDocument> {
  const { columns, delimiter } = parseHeader((await readFormatSample(path)).text);
  const at = findColumns(columns);
  if (at.text === undefined) {
    const hint = `Name the column of the texts one of: ${NAMES.text.join(", ")}.`;
    throw corpusError(path, 1, `no column of texts among the ${columns.length} there are.`, hint);
  }
  const cell = ({ cells }: TableRow, part: Part) => (at[part] === undefined ? "" : (cells[at[part]] ?? ""));
  const isLong = at.start !== undefined && at.end !== undefined && at.label !== undefined;
  const known = new Set(isLong ? Object.values(at) : [at.text, at.id, at.document]);
  let number = 0;
  let rows: TableRow[] = [];
  const finish = (): CorpusDocument => {
    const [first] = rows as [TableRow];
    const id = cell(first, "id") || String(number);
    const text = cell(first, "text");
    const map = createCodePointMap(text);
    const mentions = rows.flatMap((row): CorpusMention[] => {
      if (!isLong || (cell(row, "start") === "" && cell(row, "end") === "")) return [];
      const fail = (what: string, hint?: string) => corpusError(path, row.line, what, hint);
      const [start, end] = [cell(row, "start"), cell(row, "end")].map((offset) =>
        /^\d+$/.test(offset) ? Number(offset) : Number.NaN,
      ) as [number, number];
      const label = cell(row, "label");
      if (Number.isNaN(start) || Number.isNaN(end) || label === "")
        throw fail("start and end must be whole numbers, and the label not empty.");
      const concepts = cell(row, "concept").split("|").filter(Boolean);
      const score = cell(row, "score");
      return [
        {
          label,
          spans: [fromCodePoints({ start, end }, text, map, "the mention", fail)],
          ...(concepts.length === 0 ? {} : { concepts }),
          ...readScore(score === "" ? undefined : Number(score), id, onLoss),
        },
      ];
    });
    const doc = cell(first, "document");
    const meta = Object.entries(first.cells).filter(([name, value]) => !known.has(name) && value !== "");
    return {
      id,
      text,
      ...inReadingOrder(mentions, []),
      ...(doc === "" ? {} : { document: doc }),
      ...(meta.length === 0 ? {} : { meta: Object.fromEntries(meta) }),
    };
  };
  for await (const row of readTable(path, { delimiter })) {
    const [first] = rows;
    const id = cell(row, "id");
    const text = cell(row, "text");
    const goesOn =
      isLong &&
      first !== undefined &&
      id === cell(first, "id") &&
      (text === "" || (id !== "" && text === cell(first, "text")));
    if (!goesOn) {
      if (rows.length > 0) yield finish();
      rows = [];
      number++;
    }
    rows.push(row);
  }
  if (rows.length > 0) yield finish();
}

async function* render(documents: AsyncIterable<CorpusDocument>, onLoss: ReportLoss) {
  let facts: readonly string[] | undefined;
  for await (const document of documents) {
    const { id, text, mentions, meta = {} } = document;
    if (facts === undefined) {
      // The columns of a table are known from its first row on.
      const taken = Object.values(NAMES).flat() as readonly string[];
      facts = Object.keys(meta).filter((name) => !taken.includes(name.toLowerCase()));
      yield stringify([[...WRITTEN, ...facts]]);
    }
    reportUnheld(document, ["mention", "overlap", "concept", "score", "document", "meta"], onLoss);
    const columns = facts;
    onLoss("meta", id, Object.keys(meta).filter((name) => !columns.includes(name)).length);
    const map = createCodePointMap(text);
    const rest = [document.document ?? "", ...columns.map((name) => meta[name] ?? "")];
    const empty = rest.map(() => "");
    const rows = mentions.map((mention, index) => {
      const { start, end } = toCodePoints(hullOf(mention), map);
      const { label, concepts = [], score = "" } = mention;
      const isFirst = index === 0;
      return [
        id,
        isFirst ? text : "",
        start,
        end,
        label,
        concepts.join("|"),
        score,
        ...(isFirst ? rest : empty),
      ];
    });
    yield stringify(rows.length > 0 ? rows : [[id, text, "", "", "", "", "", ...rest]], {
      quoted_match: /[\r\n]|^\s|\s$/,
    });
  }
  if (facts === undefined) yield stringify([[...WRITTEN]]);
}

/**
 * `id,text,start,end,label,concept,score,doc`, one row a mention, the text in the first row of each id only; a text without
 * a mention has one row. A table without start, end and label is one of notes.
 */
export const csvFormat: CorpusFormat = {
  name: "csv",
  title: "CSV",
  looksLike: ({ isFolder, text }) => {
    if (isFolder || /^\s*[[{<]/.test(text)) return false;
    const { columns } = parseHeader(text);
    const isOmop = ["note_id", "note_text"].every((name) =>
      columns.some((column) => column.toLowerCase() === name),
    );
    return columns.length > 1 && !isOmop && findColumns(columns).text !== undefined;
  },
  read,
  write: (documents, path, { onLoss }) => writePieces(path, render(documents, onLoss)),
};
