/** @file The name of a format -> what reads and writes it. */
import type { CorpusFormat, CorpusFormatName } from "./corpus-format.ts";
import { csvFormat } from "./csv.ts";
import { doccanoFormat } from "./doccano.ts";
import { fhirFormat } from "./fhir.ts";
import { labelStudioFormat } from "./label-studio.ts";
import { maskedJsonlFormat, maskedTsvFormat } from "./masked.ts";
import { omopNoteFormat } from "./omop-note.ts";
import { omopNoteNlpFormat } from "./omop-note-nlp.ts";
import { prodigyFormat } from "./prodigy.ts";
import { spacyFormat } from "./spacy.ts";

/** Every format. */
export const FORMATS: { readonly [K in CorpusFormatName]?: CorpusFormat } = {
  prodigy: prodigyFormat,
  "label-studio": labelStudioFormat,
  doccano: doccanoFormat,
  spacy: spacyFormat,
  "masked-tsv": maskedTsvFormat,
  "masked-jsonl": maskedJsonlFormat,
  csv: csvFormat,
  fhir: fhirFormat,
  "omop-note": omopNoteFormat,
  "omop-note-nlp": omopNoteNlpFormat,
};
