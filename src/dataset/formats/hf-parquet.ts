/** @file Hugging Face token classification as Parquet, columns `id`, `tokens`, `ner_tags` <-> documents; names of tags in the metadata. */
import { stat } from "node:fs/promises";
import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { InputError } from "../../util/errors.ts";
import { createFileSink } from "../../util/file-sink.ts";
import type { CorpusFormat, ReportLoss } from "./corpus-format.ts";
import { findNames, readTagNames } from "./hf-names.ts";
import { createTagNumbers, fromHfRow, type HfRow, hfFeatures } from "./hf-rows.ts";

/** Rows in memory at a time, when written. */
const ROWS_A_GROUP = 2000;

const list = (name: string, element: Omit<SchemaElement, "name">): SchemaElement[] => [
  {
    name,
    converted_type: "LIST",
    logical_type: { type: "LIST" },
    repetition_type: "OPTIONAL",
    num_children: 1,
  },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  { name: "element", repetition_type: "OPTIONAL", ...element },
];
const STRING = { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } } as const;
const SCHEMA: SchemaElement[] = [
  { name: "schema", num_children: 3 },
  { name: "id", repetition_type: "OPTIONAL", ...STRING },
  ...list("tokens", STRING),
  ...list("ner_tags", { type: "INT64" }),
];

/** Read a row group at a time; Snappy, gzip, zstd, Brotli and LZ4 are unpacked, Snappy is written. */
export const hfParquetFormat: CorpusFormat = {
  name: "hf-parquet",
  title: "Hugging Face ner_tags Parquet",
  looksLike: ({ isFolder, text }) => !isFolder && text.startsWith("PAR1"),
  async *read(path, { onLoss }) {
    const { file, metadata } = await openParquet(path);
    const names = namesIn(metadata) ?? (await readTagNames(path));
    let rowStart = 0;
    for (const { num_rows: count } of metadata.row_groups) {
      const rowEnd = rowStart + Number(count);
      const rows = await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd }).catch(
        (cause) => {
          throw new InputError(
            "file-unreadable",
            `Cannot read "${path}": row ${rowStart + 1} and after are damaged.`,
            { cause },
          );
        },
      );
      for (const [index, row] of rows.entries()) {
        const number = rowStart + index + 1;
        yield fromHfRow(row, { path, place: `row ${number}`, number }, names, onLoss);
      }
      rowStart = rowEnd;
    }
  },
  async write(documents, path, { onLoss, labels = [] }) {
    const numbers = createTagNumbers(labels, onLoss);
    const sink = await createFileSink(path);
    const bytes = new ByteWriter();
    // Keeps what is encoded only until the group is on disk; `offset` goes on counting.
    const flush = async () => {
      await sink.write(bytes.getBytes().slice());
      bytes.index = 0;
    };
    const parquet = new ParquetWriter({ writer: bytes, schema: SCHEMA, createdBy: "textphantom" });
    let rows: HfRow[] = [];
    const writeGroup = async () => {
      if (rows.length === 0) return;
      await parquet.write({
        rowGroupSize: rows.length,
        columnData: [
          { name: "id", data: rows.map(({ id }) => id), offsetIndex: false },
          { name: "tokens", data: rows.map(({ tokens }) => tokens), offsetIndex: false },
          { name: "ner_tags", data: rows.map(({ tags }) => tags.map(BigInt)), offsetIndex: false },
        ],
      });
      rows = [];
      await flush();
    };
    try {
      for await (const document of documents) {
        rows.push(wellFormed(numbers.toRow(document), onLoss));
        if (rows.length >= ROWS_A_GROUP) await writeGroup();
      }
      await writeGroup();
      const info = { info: { features: hfFeatures(numbers.names()) } };
      parquet.kvMetadata = [{ key: "huggingface", value: JSON.stringify(info) }];
      await parquet.finish();
      await flush();
      await sink.commit();
    } finally {
      await sink.abort();
    }
  },
};

/** Parquet holds UTF-8: half a character is written as U+FFFD. */
function wellFormed(row: HfRow, onLoss: ReportLoss): HfRow {
  const broken = row.tokens.filter((token) => /\p{Cs}/u.test(token)).length;
  if (broken === 0) return row;
  onLoss("character", row.id, broken);
  return { ...row, tokens: row.tokens.map((token) => token.replace(/\p{Cs}/gu, "\ufffd")) };
}

async function openParquet(path: string) {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    const what = found === undefined ? "no such file" : "it is a folder";
    throw new InputError("file-unreadable", `Cannot read "${path}": ${what}.`);
  }
  try {
    const file = await asyncBufferFromFile(path);
    return { file, metadata: await parquetMetadataAsync(file) };
  } catch (cause) {
    throw new InputError("file-unreadable", `Cannot read "${path}": it is no Parquet file, or cut off.`, {
      cause,
    });
  }
}

function namesIn({ key_value_metadata: entries = [] }: FileMetaData): string[] | undefined {
  const value = entries.find(({ key }) => key === "huggingface")?.value;
  if (value === undefined) return undefined;
  try {
    return findNames(JSON.parse(value));
  } catch {
    return undefined;
  }
}
