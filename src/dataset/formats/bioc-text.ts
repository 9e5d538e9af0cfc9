/** @file The passages of a document of BioC -> its text, and the passages that have a name. */
import type { Passage } from "../../task/corpus-document.ts";
import { type BiocDocument, type BiocPassage, fillGap } from "./bioc-document.ts";
import type { ReportLoss } from "./corpus-format.ts";

/** The most code points between two passages: more is a damaged file, and would fill the memory. */
const LONGEST_GAP = 1 << 20;

const PASSAGE_NAMES = ["type", "section_type", "section"];

const countCodePoints = (text: string) =>
  text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);

/** @throws what `fail` makes: passages overlap, or are too far apart */
export function layText(
  document: BiocDocument,
  fail: (what: string, hint?: string) => Error,
  lose: (kind: Parameters<ReportLoss>[0], count?: number) => void,
): { readonly text: string; readonly passages: Passage[] } {
  const pieces: string[] = [];
  const passages: Passage[] = [];
  let [units, codePoints] = [0, 0];
  let before: string | undefined;
  const lay = (text: string) => {
    pieces.push(text);
    units += text.length;
    codePoints += countCodePoints(text);
  };
  for (const [index, passage] of document.passages.entries()) {
    const name = PASSAGE_NAMES.find((key) => passage.infons.has(key));
    const type = name === undefined ? undefined : passage.infons.get(name);
    lose("passage", passage.infons.size - (name === undefined ? 0 : 1) + passage.sentences.length);
    lose(
      "attribute",
      passage.sentences.reduce((sum, { infons }) => sum + infons.size, 0),
    );
    const words = layPassage(passage, fail);
    if (words === "") {
      lose("passage", type === undefined ? 0 : 1);
      continue;
    }
    const gap = passage.offset - codePoints;
    checkGap(gap, `passage ${index + 1}`, passage.offset, codePoints, fail);
    lay(fillGap(before, type, gap));
    const start = units;
    lay(words);
    if (type !== undefined) passages.push({ type, start, end: units });
    before = type;
  }
  return { text: pieces.join(""), passages };
}

/** The text of a passage, or those of its sentences with spaces between, as Python's bioc joins them. */
function layPassage(
  { offset, text = "", sentences }: BiocPassage,
  fail: (what: string, hint?: string) => Error,
): string {
  if (text !== "" || sentences.length === 0) return text;
  let [joined, end] = ["", offset];
  for (const [index, sentence] of sentences.entries()) {
    const words = sentence.text ?? "";
    checkGap(sentence.offset - end, `sentence ${index + 1} of a passage`, sentence.offset, end, fail);
    joined += " ".repeat(sentence.offset - end) + words;
    end = sentence.offset + countCodePoints(words);
  }
  return joined;
}

function checkGap(
  gap: number,
  name: string,
  offset: number,
  end: number,
  fail: (what: string, hint?: string) => Error,
): void {
  if (gap >= 0 && gap <= LONGEST_GAP) return;
  const what = gap < 0 ? "before" : "far after";
  throw fail(
    `${name} begins at ${offset}, ${what} the end of the text so far (${end}).`,
    "Offsets are Unicode code points, from the start of the document; passages stand in their order.",
  );
}
