/** @file Documents whose ids are those of OMOP notes -> rows of the table NOTE_NLP (CDM 5.4). Offsets are code points. */
import { stringify } from "csv-stringify/sync";
import type { CorpusDocument, CorpusMention } from "../../task/corpus-document.ts";
import type { Span } from "../../util/span.ts";
import { toCodePoints } from "./code-point-span.ts";
import { createCodePointMap } from "./code-points.ts";
import type { CorpusFormat, ReportLoss } from "./corpus-format.ts";
import { hullOf } from "./keep-outermost.ts";
import { type Holding, reportUnheld } from "./report-unheld.ts";
import { writePieces } from "./text-sink.ts";

const COLUMNS = [
  "note_nlp_id",
  "note_id",
  "section_concept_id",
  "snippet",
  "offset",
  "lexical_variant",
  "note_nlp_concept_id",
  "note_nlp_source_concept_id",
  "nlp_system",
  "nlp_date",
  "nlp_date_time",
  "term_exists",
  "term_temporal",
  "term_modifiers",
];
/** Width of `snippet` and `lexical_variant`, in characters. */
const WIDTH = 250;
/** Characters before and after a mention in its snippet. */
const AROUND = 60;
/** Concepts of the document's own terminologies cannot stand in the table; one of OMOP is written `OMOP:4329847`. */
const OMOP = /^OMOP:(\d+)$/;
const HELD: readonly Holding[] = ["mention", "overlap", "score", "attribute", "concept"];

/** At most `width` code points. */
const cut = (text: string, width: number) => {
  const characters = [...text.slice(0, 2 * width)];
  return characters.slice(0, width).join("");
};

/** The words around a mention, whole characters. */
function snippetOf(text: string, { start, end }: Span): string {
  const before = [...text.slice(Math.max(0, start - 2 * AROUND), start)].slice(-AROUND).join("");
  return cut(
    before.replace(/^[\udc00-\udfff]/, "") + text.slice(start, end) + cut(text.slice(end), AROUND),
    WIDTH,
  );
}

/** `label=Disease;score=0.93`; a semicolon, an equals sign or a per cent sign in a value is written as in a URL. */
function renderModifiers({ label, score, attributes = {} }: CorpusMention): string {
  const quote = (value: string) => value.replace(/[%;=]/g, encodeURIComponent);
  const facts = [
    ["label", label],
    ...(score === undefined ? [] : [["score", String(score)]]),
    ...Object.entries(attributes),
  ];
  return facts.map((fact) => fact.map(quote).join("=")).join(";");
}

const isNegated = ({ attributes = {} }: CorpusMention) =>
  Object.entries(attributes).some(
    ([name, value]) => /^negat/i.test(name) && !/^(?:false|no|0)$/i.test(value),
  );

async function* render(documents: AsyncIterable<CorpusDocument>, onLoss: ReportLoss, now: Date) {
  yield stringify([COLUMNS]);
  const time = now.toISOString();
  let number = 0;
  for await (const document of documents) {
    const { id, text } = document;
    reportUnheld(document, HELD, onLoss);
    const map = createCodePointMap(text);
    const rows = document.mentions.map((mention) => {
      const hull = hullOf(mention);
      const found = text.slice(hull.start, hull.end);
      const variant = cut(found, WIDTH);
      if (variant !== found) onLoss("character", id);
      const concepts = mention.concepts ?? [];
      const concept = concepts.map((name) => OMOP.exec(name)?.[1]).find((name) => name !== undefined);
      onLoss("concept", id, concepts.length - (concept === undefined ? 0 : 1));
      return [
        ++number,
        id,
        0,
        snippetOf(text, hull),
        toCodePoints(hull, map).start,
        variant,
        concept ?? 0,
        0,
        "textphantom",
        time.slice(0, 10),
        time.slice(0, 19).replace("T", " "),
        isNegated(mention) ? "N" : "Y",
        "",
        renderModifiers(mention),
      ];
    });
    if (rows.length > 0) yield stringify(rows, { quoted_match: /[\r\n]|^\s|\s$/ });
  }
}

/** The table NOTE_NLP. A text without a mention has no row; the texts themselves stand in NOTE. */
export const omopNoteNlpFormat: CorpusFormat = {
  name: "omop-note-nlp",
  title: "OMOP NOTE_NLP",
  looksLike: ({ isFolder, text }) => !isFolder && /^"?note_nlp_id"?[,;\t]/i.test(text),
  write: (documents, path, { onLoss }) => writePieces(path, render(documents, onLoss, new Date())),
};
