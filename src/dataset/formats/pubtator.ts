/** @file PubTator: `<id>|t|<title>`, `<id>|a|<abstract>`, tables of mentions and of relations between concepts <-> documents. */
import type { CorpusDocument, CorpusRelation, Passage } from "../../task/corpus-document.ts";
import type { TextLine } from "../../util/read-lines.ts";
import type { Span } from "../../util/span.ts";
import { toCodePoints } from "./code-point-span.ts";
import { createCodePointMap } from "./code-points.ts";
import { renderConcepts } from "./concept-list.ts";
import type { CorpusFormat, ReportLoss } from "./corpus-format.ts";
import { COMPOSITE, parsePubtator, TEXT_LINE } from "./pubtator-parse.ts";
import { reportUnheld } from "./report-unheld.ts";
import { writePieces } from "./text-sink.ts";
import { readTextLines } from "./text-source.ts";

/**
 * Text is title + one space + abstract. Where a document does not say which is which, its first line is the title, else
 * its first sentence, else all of it. The seventh column is the attribute `composite`.
 */
export const pubtatorFormat: CorpusFormat = {
  name: "pubtator",
  title: "PubTator",
  looksLike: ({ isFolder, text }) =>
    !isFolder && /^[^\t|\r\n]+\|t\|/.test(text.replace(/^\ufeff/, "").trimStart()),
  async *read(path, { onLoss }) {
    let lines: TextLine[] = [];
    for await (const line of readTextLines(path)) {
      const isBlank = line.text.trim() === "";
      if ((isBlank || TEXT_LINE.exec(line.text)?.[2] === "t") && lines.length > 0) {
        yield parsePubtator(lines, path, onLoss);
        lines = [];
      }
      if (!isBlank) lines.push(line);
    }
    if (lines.length > 0) yield parsePubtator(lines, path, onLoss);
  },
  write: (documents, path, { onLoss }) => writePieces(path, renderAll(documents, onLoss)),
};

async function* renderAll(
  documents: AsyncIterable<CorpusDocument>,
  onLoss: ReportLoss,
): AsyncGenerator<string> {
  for await (const document of documents) yield renderPubtator(document, onLoss);
}

/** What the format cannot hold is reported: a line break becomes a space; a mention of several spans becomes one from the first to the last. */
function renderPubtator(document: CorpusDocument, onLoss: ReportLoss): string {
  const { text, mentions, relations } = document;
  const hasParts = isTitleAndAbstract(document.passages ?? [], text);
  reportUnheld(
    document,
    ["mention", "overlap", "concept", "attribute", "relation", "relation-concepts", "relation-mentions", ...(hasParts ? (["passage"] as const) : [])],
    onLoss,
  ); // biome-ignore format: a list
  const lose = (kind: Parameters<ReportLoss>[0], count = 1) => {
    if (count > 0) onLoss(kind, document.id, count);
  };
  const flat = text.replace(/[\r\n]|\p{Surrogate}/gu, (found) => (found < "\u0020" ? " " : "\ufffd"));
  const breaks = [...text.matchAll(/[\r\n]|\p{Surrogate}/gu)].length;
  const cut = hasParts ? titleEnd(document.passages ?? []) : findTitleEnd(text);
  const isGapLost = cut < text.length && !/[ \r\n]/.test(text[cut]!);
  lose("character", breaks + (isGapLost ? 1 : 0));
  const id = plain(document.id).replaceAll("|", "_").replace(/^\s*$/, "_");
  if (id !== document.id) lose("document-id");
  let rows = `${id}|t|${flat.slice(0, cut)}\n${id}|a|${flat.slice(cut + 1)}\n`;
  const map = createCodePointMap(text);
  for (const { spans, label, concepts = [], attributes = {} } of mentions) {
    const hull: Span = { start: spans[0]!.start, end: spans.at(-1)!.end };
    const { start, end } = toCodePoints(hull, map);
    const type = plain(label) || "_";
    if (type !== label) lose("character");
    const { field, lost } = renderConcepts(concepts);
    lose("concept", lost);
    const composite = Object.hasOwn(attributes, COMPOSITE) ? attributes[COMPOSITE]! : "";
    const held = plain(composite);
    lose("attribute", Object.keys(attributes).length - (composite === "" ? 0 : 1));
    if (held !== composite) lose("character");
    const words = plain(flat.slice(hull.start, hull.end));
    rows += `${id}\t${start}\t${end}\t${words}\t${type}\t${field || "-1"}${held === "" ? "" : `\t${held}`}\n`;
  }
  const seen = new Set<string>();
  for (const relation of relations) {
    const pair = conceptsOf(relation, document);
    const isOfMentions = "mention" in relation.head || "mention" in relation.tail;
    if (isOfMentions) lose("relation-mentions");
    if (pair === undefined) continue;
    const cells = [relation.type, ...pair];
    const held = cells.map((cell) => plain(cell).trim() || "_");
    const [type = "", head, tail] = held;
    if (held.some((cell, index) => cell !== cells[index])) lose("character");
    const row = `${id}\t${type}\t${head}\t${tail}\n`;
    if (isOfMentions && seen.has(row)) continue; // the same two concepts, by other mentions
    seen.add(row);
    rows += row;
  }
  return `${rows}\n`;
}

/** What a cell of the table can hold. */
const plain = (cell: string) => cell.replace(/[\t\r\n]/g, " ").replace(/\p{Surrogate}/gu, "\ufffd");

/** The two concepts of a relation; of mentions, where each has just one. */
function conceptsOf(
  { head, tail }: CorpusRelation,
  { mentions }: CorpusDocument,
): [string, string] | undefined {
  const [one, other] = [head, tail].map((argument) => {
    if ("concept" in argument) return argument.concept;
    const { concepts = [] } = mentions[argument.mention]!;
    return concepts.length === 1 ? concepts[0] : undefined;
  });
  return one === undefined || other === undefined ? undefined : [one, other];
}

function isTitleAndAbstract(passages: readonly Passage[], text: string): boolean {
  const [first, second] = passages;
  if (first === undefined || passages.length > 2) return false;
  if (second === undefined) {
    if (first.type === "title") return first.start === 0 && first.end === text.length;
    return first.type === "abstract" && first.start === 1 && first.end === text.length;
  }
  const isInOrder = first.type === "title" && second.type === "abstract" && second.start < second.end;
  return isInOrder && first.start === 0 && second.start === first.end + 1 && second.end === text.length;
}

const titleEnd = ([first]: readonly Passage[]) => (first?.type === "title" ? first.end : 0);

/** The end of the first line, else of the first sentence, where exactly one character is between it and what follows. */
function findTitleEnd(text: string): number {
  const line = /[^\r\n]\n(?=[^\r\n])/.exec(text);
  if (line !== null && line.index <= 1000) return line.index + 1;
  const sentence = /[.?!] (?=\p{Lu})/u.exec(text);
  return sentence === null ? text.length : sentence.index + 1;
}
