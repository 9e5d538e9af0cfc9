/** @file The lines of one PubTator document -> title, abstract, mentions, relations of concepts. */
import type { CorpusDocument, CorpusMention, CorpusRelation, Passage } from "../../task/corpus-document.ts";
import type { TextLine } from "../../util/read-lines.ts";
import { fromCodePoints } from "./code-point-span.ts";
import { createCodePointMap } from "./code-points.ts";
import { parseConcepts } from "./concept-list.ts";
import { corpusError } from "./corpus-error.ts";
import type { ReportLoss } from "./corpus-format.ts";
import { inReadingOrder } from "./draft-document.ts";

/** The attribute that holds the seventh column: the names that a composite mention stands for. */
export const COMPOSITE = "composite";

/** `26094|t|`: document, part, and what follows. */
export const TEXT_LINE = /^([^\t|]+)\|([ta])\|(.*)$/s;

const HINT = "Offsets are Unicode code points of title + one space + abstract, half-open.";

/** Lines of one document, without blank ones. @throws InputError `corpus-invalid` with the line, never with text */
export function parsePubtator(lines: readonly TextLine[], path: string, onLoss: ReportLoss): CorpusDocument {
  const first = lines[0]!;
  const fail = (line: number, what: string, hint?: string) => corpusError(path, line, what, hint);
  const title = TEXT_LINE.exec(first.text);
  if (title?.[2] !== "t")
    throw fail(
      first.line,
      "a document does not begin with its title.",
      'The first line is "<id>|t|<title>", the second "<id>|a|<abstract>".',
    );
  const id = title[1]!;
  const second = TEXT_LINE.exec(lines[1]?.text ?? "");
  if (second !== null && second[1] !== id)
    throw fail(lines[1]!.line, "another document begins without a blank line before it.");
  const abstract = second?.[2] === "a" ? second[3]! : "";
  const text = abstract === "" ? title[3]! : `${title[3]} ${abstract}`;
  const passages: Passage[] = [];
  if (title[3] !== "") passages.push({ type: "title", start: 0, end: title[3]!.length });
  if (abstract !== "")
    passages.push({ type: "abstract", start: text.length - abstract.length, end: text.length });

  const map = createCodePointMap(text);
  const mentions: CorpusMention[] = [];
  const relations: CorpusRelation[] = [];
  for (const { line, text: row } of lines.slice(second?.[2] === "a" ? 2 : 1)) {
    if (TEXT_LINE.test(row))
      throw fail(line, "a document has its title and its abstract once each, at its beginning.");
    const [document, ...columns] = row.split("\t");
    if (document !== id) throw fail(line, "the line is of another document, or no line of PubTator.");
    const [from = "", to = "", words = "", label = "", concept = "", composite = "", ...further] = columns;
    if (/^\d+$/.test(from) && /^\d+$/.test(to) && columns.length >= 4) {
      const range = { start: Number(from), end: Number(to) };
      const span = fromCodePoints(range, text, map, "the mention", (what, hint) => fail(line, what, hint));
      if (collapse(text.slice(span.start, span.end)) !== collapse(words))
        throw fail(line, `the words are not those at ${from}-${to}.`, HINT);
      if (label === "") throw fail(line, "a mention without a type.");
      const concepts = parseConcepts(concept);
      if (further.length > 0) onLoss("column", id, further.length);
      mentions.push({
        label,
        spans: [span],
        ...(concepts.length === 0 ? {} : { concepts }),
        ...(composite === "" ? {} : { attributes: { [COMPOSITE]: composite } }),
      });
    } else if (/^\d+$/.test(from) && columns.length >= 4)
      throw fail(line, "a mention whose end is no whole number.", HINT);
    else if (columns.length >= 3 && from !== "" && to.trim() !== "" && words.trim() !== "") {
      if (columns.length > 3) onLoss("column", id, columns.length - 3);
      relations.push({ type: from, head: { concept: to.trim() }, tail: { concept: words.trim() } });
    } else
      throw fail(
        line,
        `neither a mention nor a relation: ${columns.length + 1} columns.`,
        "A mention has document, start, end, words, type, concept; a relation has document, type, concept, concept.",
      );
  }
  return { id, text, ...inReadingOrder(mentions, relations), ...(passages.length === 0 ? {} : { passages }) };
}

const collapse = (text: string) => text.replace(/\s+/g, " ").trim();
