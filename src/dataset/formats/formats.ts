/** @file The name of a format -> what reads and writes it. */

import { biocJsonFormat } from "./bioc-json.ts";
import { biocXmlFormat } from "./bioc-xml.ts";
import { bioesFormat } from "./bioes.ts";
import { bratFormat } from "./brat.ts";
import { conll2003Format } from "./conll2003.ts";
import type { CorpusFormat, CorpusFormatName } from "./corpus-format.ts";
import { csvFormat } from "./csv.ts";
import { doccanoFormat } from "./doccano.ts";
import { fhirFormat } from "./fhir.ts";
import { glinerFormat } from "./gliner.ts";
import { hfJsonlFormat } from "./hf-jsonl.ts";
import { hfParquetFormat } from "./hf-parquet.ts";
import { iob1Format } from "./iob1.ts";
import { iob2Format } from "./iob2.ts";
import { jsonlFormat } from "./jsonl.ts";
import { labelStudioFormat } from "./label-studio.ts";
import { maskedJsonlFormat, maskedTsvFormat } from "./masked.ts";
import { omopNoteFormat } from "./omop-note.ts";
import { omopNoteNlpFormat } from "./omop-note-nlp.ts";
import { prodigyFormat } from "./prodigy.ts";
import { pubtatorFormat } from "./pubtator.ts";
import { relationJsonlFormat } from "./relation-jsonl.ts";
import { spacyFormat } from "./spacy.ts";

/** Every format. */
export const FORMATS: { readonly [K in CorpusFormatName]: CorpusFormat } = {
  jsonl: jsonlFormat,
  "relation-jsonl": relationJsonlFormat,
  iob2: iob2Format,
  iob1: iob1Format,
  bioes: bioesFormat,
  conll2003: conll2003Format,
  brat: bratFormat,
  pubtator: pubtatorFormat,
  "bioc-xml": biocXmlFormat,
  "bioc-json": biocJsonFormat,
  "hf-jsonl": hfJsonlFormat,
  "hf-parquet": hfParquetFormat,
  gliner: glinerFormat,
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
