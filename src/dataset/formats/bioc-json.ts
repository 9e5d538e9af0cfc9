/** @file BioC JSON <-> documents: one collection, or a document a line where the path says `.jsonl`. */
import type { CorpusDocument } from "../../task/corpus-document.ts";
import type { BiocDocument, BiocSentence, Infons } from "./bioc-document.ts";
import { fromCorpusDocument } from "./bioc-from-corpus.ts";
import { isLines, parseBiocJson } from "./bioc-json-parse.ts";
import { toCorpusDocument } from "./bioc-to-corpus.ts";
import type { CorpusFormat, ReportLoss } from "./corpus-format.ts";
import { writePieces } from "./text-sink.ts";

/** As `bioc-xml`: code points, the same infons. What it cannot hold is what BioC XML cannot, but it holds every character. */
export const biocJsonFormat: CorpusFormat = {
  name: "bioc-json",
  title: "BioC JSON",
  looksLike: ({ isFolder, text }) =>
    !isFolder &&
    /^\s*[[{]/.test(text.replace(/^\ufeff/, "")) &&
    ((isLines(text) && !/^\s*\{[^\n]*"(?:spans|mentions|head|tokens)"\s*:/.test(text)) ||
      (/"documents"\s*:/.test(text) && /"(?:passages|key|infons)"\s*:/.test(text)) ||
      /"PubTator3"\s*:/.test(text)),
  async *read(path, { onLoss }) {
    let number = 0;
    for await (const placed of parseBiocJson(path))
      yield toCorpusDocument(placed, String(++number), path, onLoss);
  },
  write: (documents, path, { onLoss }) =>
    writePieces(
      path,
      /\.jsonl(?:\.gz)?$/.test(path) ? renderLines(documents, onLoss) : renderCollection(documents, onLoss),
    ),
};

async function* renderLines(
  documents: AsyncIterable<CorpusDocument>,
  onLoss: ReportLoss,
): AsyncGenerator<string> {
  for await (const document of documents) yield `${renderDocument(fromCorpusDocument(document, onLoss))}\n`;
}

async function* renderCollection(
  documents: AsyncIterable<CorpusDocument>,
  onLoss: ReportLoss,
): AsyncGenerator<string> {
  let before =
    '{"bioctype":"BioCCollection","source":"","date":"","key":"","version":"1.0","infons":{},"documents":[\n';
  for await (const document of documents) {
    yield before + renderDocument(fromCorpusDocument(document, onLoss));
    before = ",\n";
  }
  yield before === ",\n" ? "\n]}\n" : `${before}]}\n`;
}

const toFacts = (infons: Infons) => Object.fromEntries(infons);

const toPart = ({ infons, annotations, relations }: Omit<BiocSentence, "offset" | "text">) => ({
  infons: toFacts(infons),
  annotations: annotations.map((annotation) => ({ ...annotation, infons: toFacts(annotation.infons) })),
  relations: relations.map((relation) => ({ ...relation, infons: toFacts(relation.infons) })),
});

function renderDocument({ id, passages, ...parts }: BiocDocument): string {
  return JSON.stringify({
    bioctype: "BioCDocument",
    id,
    passages: passages.map(({ offset, text, ...passage }) => ({
      bioctype: "BioCPassage",
      offset,
      text,
      sentences: [],
      ...toPart(passage),
    })),
    ...toPart(parts),
  });
}
