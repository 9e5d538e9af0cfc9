/** @file A place in a gold file and what is wrong there -> an error that never quotes the text. */
import { InputError } from "../util/errors.ts";

/** `gold-invalid`: `dev.tsv:12: ...`. */
export function goldError(source: string, line: number, what: string, hint?: string): InputError {
  return new InputError("gold-invalid", `${source}:${line}: ${what}`, hint === undefined ? {} : { hint });
}
