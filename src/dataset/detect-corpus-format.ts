/** @file A path -> the format of the corpus there, told by content for reading and by name for writing. */
import { InputError } from "../util/errors.ts";
import { CORPUS_FORMATS, type CorpusFormat, type CorpusFormatName } from "./formats/corpus-format.ts";
import { readFormatSample } from "./formats/format-sample.ts";
import { FORMATS } from "./formats/formats.ts";

/** Formats that ask little of a file: one that asks more and says yes too is meant. */
const GENERAL: readonly CorpusFormatName[] = ["jsonl", "conll2003", "csv"];

/** In the order of {@link CORPUS_FORMATS}. */
const known = (): readonly CorpusFormat[] => CORPUS_FORMATS.map((name) => FORMATS[name]);
const READABLE = () => known().filter(({ read }) => read !== undefined);
const WRITABLE = () => known().filter(({ write }) => write !== undefined);
const listNames = (formats: readonly CorpusFormat[]) => formats.map(({ name }) => name).join(", ");

/**
 * Looks at the first 64 KiB, or at the names in a folder.
 * @throws InputError `corpus-format` when it looks like no format, or like several; `corpus-empty`
 */
export async function detectCorpusFormat(path: string): Promise<CorpusFormat> {
  const sample = await readFormatSample(path);
  if (!sample.isFolder && sample.text.trim() === "")
    throw new InputError("corpus-empty", `The file "${path}" is empty.`);
  const alike = known().filter((format) => format.looksLike(sample));
  const special = alike.filter(({ name }) => !GENERAL.includes(name));
  const meant = special.length > 0 ? special : alike;
  const [first, second] = meant;
  if (first !== undefined && second === undefined) return first;
  const looks =
    first === undefined ? "like no format that is known" : `like ${listNames(meant)}, each of them possible`;
  throw new InputError("corpus-format", `Cannot tell the format of "${path}": it looks ${looks}.`, {
    hint: `Name it (--from, --format, or format in a task file): ${listNames(READABLE())}.`,
  });
}

/** Endings of names that belong to one format. */
const ENDINGS: readonly (readonly [RegExp, CorpusFormatName])[] = [
  [/\.(?:bioc\.)?xml$/i, "bioc-xml"],
  [/\.bioc\.json$/i, "bioc-json"],
  [/\.pubtator(?:\.txt)?$/i, "pubtator"],
  [/\.parquet$/i, "hf-parquet"],
  [/\.csv$/i, "csv"],
  [/\.(?:tsv|iob2?)$/i, "iob2"],
  [/\.conll$/i, "conll2003"],
  [/\.(?:jsonl|ndjson)$/i, "jsonl"],
  [/\.ann$|[/\\]$/i, "brat"],
];

/** The format that the name of a new file asks for. @throws InputError `corpus-format` when its ending says none */
export function chooseCorpusFormat(path: string): CorpusFormat {
  const bare = path.replace(/\.gz$/i, "");
  const name = ENDINGS.find(([ending]) => ending.test(bare))?.[1];
  const format = name === undefined ? undefined : FORMATS[name];
  if (format?.write !== undefined) return format;
  throw new InputError("corpus-format", `The name "${path}" does not say which format to write.`, {
    hint: `Name it with --to: ${listNames(WRITABLE())}.`,
  });
}

/** A format that can be read. @throws InputError `corpus-format` */
export function requireReader(format: CorpusFormat): NonNullable<CorpusFormat["read"]> {
  if (format.read !== undefined) return format.read;
  throw new InputError("corpus-format", `${format.title} is only written, not read.`, {
    hint: `Formats that are read: ${listNames(READABLE())}.`,
  });
}

/** A format that can be written. @throws InputError `corpus-format` */
export function requireWriter(format: CorpusFormat): NonNullable<CorpusFormat["write"]> {
  if (format.write !== undefined) return format.write;
  throw new InputError("corpus-format", `${format.title} is only read, not written.`, {
    hint: `Formats that are written: ${listNames(WRITABLE())}.`,
  });
}
