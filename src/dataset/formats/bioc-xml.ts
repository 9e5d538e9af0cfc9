/** @file BioC XML <-> documents. */
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { fromCorpusDocument } from "./bioc-from-corpus.ts";
import { toCorpusDocument } from "./bioc-to-corpus.ts";
import { createBiocXmlParser } from "./bioc-xml-parse.ts";
import { renderXmlDocument, XML_FOOT, XML_HEAD } from "./bioc-xml-render.ts";
import type { CorpusFormat, ReportLoss } from "./corpus-format.ts";
import { writePieces } from "./text-sink.ts";
import { readTextPieces } from "./text-source.ts";

/**
 * Offsets and lengths are Unicode code points, as Python's `bioc` counts them (the specification says bytes or characters).
 * Infons of an annotation: `type` is the label, `identifier`, `MESH` and the like are concepts, `score` is the score, others
 * are attributes. A relation has two nodes, or two infons beside its type, which name concepts. Infons of a document are `meta`.
 */
export const biocXmlFormat: CorpusFormat = {
  name: "bioc-xml",
  title: "BioC XML",
  looksLike: ({ isFolder, text }) =>
    !isFolder &&
    /^\s*</.test(text.replace(/^\ufeff/, "")) &&
    /<collection[\s>]/.test(text) &&
    /<(?:source|date|key|infon|document)[\s>/]/.test(text),
  async *read(path, { onLoss }) {
    const parser = createBiocXmlParser(path, () => onLoss("meta", ""));
    let number = 0;
    const take = () =>
      parser.take().map((placed) => toCorpusDocument(placed, String(++number), path, onLoss));
    for await (const piece of readTextPieces(path)) {
      parser.write(piece);
      yield* take();
    }
    parser.end();
    yield* take();
  },
  write: (documents, path, { onLoss }) => writePieces(path, renderXml(documents, onLoss)),
};

async function* renderXml(
  documents: AsyncIterable<CorpusDocument>,
  onLoss: ReportLoss,
): AsyncGenerator<string> {
  yield XML_HEAD;
  for await (const document of documents)
    yield renderXmlDocument(fromCorpusDocument(document, onLoss), () => onLoss("character", document.id));
  yield XML_FOOT;
}
