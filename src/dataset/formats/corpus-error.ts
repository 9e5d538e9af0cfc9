/** @file A place in a corpus file and what is wrong there -> an error that never quotes the text. */
import { InputError } from "../../util/errors.ts";

/** `corpus-invalid`: `dev.tsv:12: ...`; where there are no lines, `dev.json: item 12: ...`. */
export function corpusError(
  path: string,
  place: number | string,
  what: string,
  hint?: string,
  cause?: unknown,
): InputError {
  const where = typeof place === "number" ? `${path}:${place}` : `${path}: ${place}`;
  return new InputError("corpus-invalid", `${where}: ${what}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}
