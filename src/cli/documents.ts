/** @file Paths of files, and standard input -> the documents in them, one after the other. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { TextDocument } from "../task/annotate-documents.ts";
import { InputError } from "../util/errors.ts";
import { decodeUtf8, splitLines } from "../util/read-lines.ts";
import { isSameFile } from "../util/same-file.ts";

/** `text`: the whole is one document; `jsonl`: an object a line with `text` and, if it likes, `id`. */
export type InputKind = "text" | "jsonl";

/** By its name. */
export const isJsonLines = (source: string): boolean => /\.(jsonl|ndjson)$/i.test(source);

export interface ReadDocumentsOptions {
  /** What every source is. Default: `.jsonl` and `.ndjson` are JSON lines, standard input is told by its beginning. */
  readonly input?: InputKind;
  /** Stands for the path `-`. */
  readonly stdin: AsyncIterable<unknown>;
  /** Called when a source has been read to its end. */
  readonly onSourceEnd?: (source: string, documents: number) => void;
}

/** @throws InputError when a file is absent or a folder, or standard input is named twice */
export async function checkSources(sources: readonly string[]): Promise<void> {
  for (const source of sources) {
    if (source === "-") continue;
    const found = await stat(source).catch((cause: NodeJS.ErrnoException) => {
      const what = cause.code === "ENOENT" ? "no such file" : `${cause.code}`;
      throw new InputError("file-unreadable", `Cannot read "${source}": ${what}.`, { cause });
    });
    if (found.isDirectory()) {
      throw new InputError("file-unreadable", `Cannot read "${source}": it is a folder.`, {
        hint: `Name the files: ${source}/*.txt`,
      });
    }
  }
  if (sources.filter((source) => source === "-").length > 1) {
    throw new InputError("stdin-twice", 'Standard input ("-") can be named once only.');
  }
}

/** @throws InputError `output-same` when what is written would replace a file that is read */
export async function checkOutput(
  flag: string,
  output: string | undefined,
  inputs: readonly string[],
): Promise<void> {
  if (output === undefined) return;
  for (const input of inputs) {
    const isFile = input !== "-" && (await stat(input).catch(() => undefined))?.isFile(); // no device, as a terminal
    if (!isFile || !(await isSameFile(input, output))) continue;
    throw new InputError(
      "output-same",
      `${flag} "${output}" is the same file as "${input}", which is read.`,
      {
        hint: "Write to another name: what is read would be gone.",
      },
    );
  }
}

/**
 * A plain text keeps its own line ends and byte order mark, so offsets are those of the file. Its id is the path as given;
 * a JSON line without an id gets `path:line`.
 * @throws InputError naming file and line for whatever is no document; nothing is passed over
 */
export async function* readDocuments(
  sources: readonly string[],
  { input, stdin, onSourceEnd }: ReadDocumentsOptions,
): AsyncGenerator<TextDocument> {
  for (const source of sources) {
    let pieces = decodeUtf8(source === "-" ? stdin : createReadStream(source), source);
    let kind = input;
    if (kind === undefined && source === "-") {
      const told = await tellKind(pieces);
      pieces = told.pieces;
      kind = told.kind;
    }
    kind ??= isJsonLines(source) ? "jsonl" : "text";
    let documents = 0;
    for await (const document of kind === "jsonl"
      ? readJsonLines(pieces, source)
      : readText(pieces, source)) {
      documents++;
      yield document;
    }
    onSourceEnd?.(source, documents);
  }
}

async function* readText(pieces: AsyncIterable<string>, id: string): AsyncGenerator<TextDocument> {
  const all: string[] = [];
  for await (const piece of pieces) all.push(piece);
  yield { id, text: all.join("") };
}

async function* readJsonLines(pieces: AsyncIterable<string>, source: string): AsyncGenerator<TextDocument> {
  for await (const { line, text } of splitLines(pieces)) {
    const row = line === 1 ? text.replace(/^\ufeff/, "") : text;
    if (row.trim() !== "") yield parseDocument(row, `${source}:${line}`);
  }
}

function parseDocument(row: string, where: string): TextDocument {
  const invalid = (found: string) =>
    new InputError("document-invalid", `${where}: not a document: ${found}.`, {
      hint: 'A line is {"id": "1", "text": "..."}; the id may be left out.',
    });
  const value = parseObject(row);
  if (value === undefined) throw invalid("not a JSON object on one line");
  const { id = where, text } = value;
  if (typeof text !== "string") {
    throw invalid(
      text === undefined
        ? `no "text" among its keys: ${Object.keys(value).join(", ")}`
        : '"text" is no string',
    );
  }
  if (typeof id !== "string" && typeof id !== "number")
    throw invalid('"id" is neither a string nor a number');
  return { id: String(id), text };
}

/** Undefined when it is anything else; the parser's own message quotes the text and is dropped. */
function parseObject(json: string): { readonly [key: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** JSON lines if the first line that is not blank is an object with a text; else one text. Gives the pieces back whole. */
async function tellKind(pieces: AsyncGenerator<string>) {
  const taken: string[] = [];
  const begun: string[] = []; // of the first line that is not blank
  for (;;) {
    const { done, value } = await pieces.next();
    if (done) break;
    taken.push(value);
    const piece = begun.length === 0 ? value.replace(/^[\s\ufeff]+/, "") : value;
    if (piece !== "") begun.push(piece);
    if (piece.includes("\n")) break;
  }
  const line = begun.join("").split("\n", 1)[0]!;
  const kind: InputKind = typeof parseObject(line)?.text === "string" ? "jsonl" : "text";
  async function* whole(): AsyncGenerator<string> {
    yield* taken;
    yield* pieces;
  }
  return { kind, pieces: whole() };
}
