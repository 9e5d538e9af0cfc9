/** @file A place in a gold file and what is wrong there -> an error that never quotes the text. */
import type { z } from "zod";
import { InputError } from "../util/errors.ts";
import { parseJsonLines } from "../util/files.ts";

/** `gold-invalid`: `dev.tsv:12: ...`. */
export function goldError(source: string, line: number, what: string, hint?: string): InputError {
  return new InputError("gold-invalid", `${source}:${line}: ${what}`, hint === undefined ? {} : { hint });
}

/**
 * The lines of a gold file in JSON, each of the form that `schema` says.
 * @param what a line is to be: `a gold example`
 * @param hint shows such a line
 * @throws InputError `gold-invalid` with the line and the key
 */
export function parseGoldRows<T>(
  text: string,
  source: string,
  schema: z.ZodType<T>,
  { what, hint }: { readonly what: string; readonly hint: string },
): { readonly line: number; readonly data: T }[] {
  return parseJsonLines(text, source).map(({ line, value }) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { line, data: parsed.data };
    const issue = parsed.error.issues[0]!;
    const where = issue.path.length === 0 ? "the line" : issue.path.join(".");
    throw goldError(source, line, `not ${what}: ${where}: ${issue.message}.`, hint);
  });
}
