/** @file A file of text or JSON lines with `text` -> the texts in it, to compare a corpus with; they never leave the room. */
import { createReadStream } from "node:fs";
import { splitSentences } from "../tokenize/sentences.ts";
import { InputError } from "../util/errors.ts";
import { decodeUtf8, splitLines } from "../util/read-lines.ts";

/** Texts that a corpus is compared with. */
export interface Reference {
  readonly name: string;
  /** N-grams do not reach from one into another. */
  readonly texts: readonly string[];
}

/**
 * JSON lines where the first line that is not blank begins with `{`; else plain text, a text up to each blank line.
 * @throws InputError when the file is absent, not UTF-8, empty, or a line of JSON has no string `text`
 */
export async function readReference(name: string, path: string): Promise<Reference> {
  const texts: string[] = [];
  let paragraph: string[] = [];
  let isJson: boolean | undefined;
  const endParagraph = () => {
    if (paragraph.length > 0) texts.push(paragraph.join("\n"));
    paragraph = [];
  };
  for await (const { line, text } of splitLines(decodeUtf8(createReadStream(path), path))) {
    const row = line === 1 ? text.replace(/^\uFEFF/, "") : text;
    if (row.trim() === "") {
      endParagraph();
      continue;
    }
    isJson ??= row.trimStart().startsWith("{");
    if (isJson) texts.push(readText(row, `${path}:${line}`));
    else paragraph.push(row);
  }
  endParagraph();
  if (texts.length > 0) return { name, texts };
  throw new InputError("reference-empty", `The reference "${name}" ("${path}") holds no text.`, {
    hint: "It must be plain text, or JSON lines that have a `text` each.",
  });
}

function readText(row: string, where: string): string {
  let value: unknown;
  try {
    value = JSON.parse(row);
  } catch (cause) {
    // The parser's own message quotes the line, which may be note text: it is not repeated.
    throw new InputError("json-invalid", `${where}: not a JSON value on one line.`, { cause });
  }
  const text = (value as { text?: unknown } | null)?.text;
  if (typeof text === "string") return text;
  throw new InputError("reference-invalid", `${where}: no string under "text".`, {
    hint: 'A reference is plain text, or JSON lines such as {"id": "1", "text": "..."}.',
  });
}

/** Its sentences, which compare with the texts of a corpus in length. */
export function sentencesOf({ texts }: Reference): string[] {
  return texts.flatMap((text) => splitSentences(text).map(({ start, end }) => text.slice(start, end)));
}
