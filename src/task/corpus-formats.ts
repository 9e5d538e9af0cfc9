/** @file The names of the corpus formats: a task file names them, `dataset/formats/` reads and writes them. */

/** Every format, in the order that `convert --help` lists them. */
export const CORPUS_FORMATS = [
  "jsonl",
  "relation-jsonl",
  "iob2",
  "iob1",
  "bioes",
  "conll2003",
  "brat",
  "pubtator",
  "bioc-xml",
  "bioc-json",
  "hf-jsonl",
  "hf-parquet",
  "prodigy",
  "label-studio",
  "doccano",
  "gliner",
  "spacy",
  "masked-tsv",
  "masked-jsonl",
  "csv",
  "fhir",
  "omop-note",
  "omop-note-nlp",
] as const;

export type CorpusFormatName = (typeof CORPUS_FORMATS)[number];
