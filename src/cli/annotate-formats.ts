/** @file Notes in any format that is read -> texts to annotate; annotated texts -> any format that is written. */
import { requireReader, requireWriter } from "../dataset/detect-corpus-format.ts";
import type { CorpusFormatName, ReportLoss } from "../dataset/formats/corpus-format.ts";
import { FORMATS } from "../dataset/formats/formats.ts";
import { type Annotated, toCorpusDocument } from "../dataset/to-corpus-document.ts";
import type { TextDocument } from "../task/annotate-documents.ts";
import type { CorpusDocument } from "../task/corpus-document.ts";

/** What a file says of the text beside it: goes by the annotation, in order, to where it is written. */
export type Facts = Partial<Pick<CorpusDocument, "document" | "meta">>;

export interface NotesOptions {
  readonly from: CorpusFormatName;
  readonly onLoss: ReportLoss;
  /** Takes the facts of each text that is read. */
  readonly facts: Facts[];
  readonly onSourceEnd: (source: string, documents: number) => void;
}

/** The texts only: mentions and relations that a file has already are not looked at. @throws InputError as the format does */
export async function* readNotes(
  sources: readonly string[],
  { from, onLoss, facts, onSourceEnd }: NotesOptions,
): AsyncGenerator<TextDocument> {
  const read = requireReader(FORMATS[from]);
  for (const source of sources) {
    let documents = 0;
    for await (const { id, text, document, meta } of read(source, { onLoss })) {
      documents++;
      facts.push({
        ...(document === undefined ? {} : { document }),
        ...(meta === undefined ? {} : { meta }),
      });
      yield { id, text };
    }
    onSourceEnd(source, documents);
  }
}

/** Writes whole or not at all. @param facts of the texts, in order; each is taken once. Empty: there are none */
export async function writeAnnotated(
  annotated: AsyncIterable<Annotated>,
  output: string,
  {
    to,
    onLoss,
    facts,
  }: { readonly to: CorpusFormatName; readonly onLoss: ReportLoss; readonly facts: Facts[] },
): Promise<void> {
  async function* documents() {
    for await (const document of annotated) yield toCorpusDocument(document, facts.shift());
  }
  await requireWriter(FORMATS[to])(documents(), output, { onLoss });
}
