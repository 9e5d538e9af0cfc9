/** @file A JSON document of any size -> the elements at some paths of it, one by one. */
import { JSONParser } from "@streamparser/json";
import { readTextPieces } from "./text-source.ts";

/** How a document is walked. */
interface ElementOptions {
  /** The error for a document that is no JSON, or ends too early, after so many elements. It must not quote the file. */
  readonly fail: (count: number, isCut: boolean) => Error;
  /** Several documents may stand one after the other. Default: one. */
  readonly several?: boolean;
  /** Of the file, where it is open already. */
  readonly pieces?: AsyncIterable<string>;
}

/**
 * Memory for one element, or for those of a piece of the file. Elements before a fault are given.
 * @param paths `$.*`: the items of an array
 * @throws what `fail` makes
 */
export async function* readJsonElements(
  path: string,
  paths: readonly string[],
  { fail, several = false, pieces = readTextPieces(path) }: ElementOptions,
): AsyncGenerator<{ readonly number: number; readonly value: unknown }> {
  const parser = new JSONParser({
    paths: [...paths],
    keepStack: false,
    ...(several ? { separator: "" } : {}),
  });
  const found: unknown[] = [];
  let number = 0;
  let isEnded = false;
  let isFaulty = false;
  parser.onValue = ({ value }) => {
    found.push(value);
  };
  parser.onEnd = () => {
    isEnded = true;
  };
  // The parser's own message quotes the file: it is dropped.
  parser.onError = () => {
    isFaulty = true;
  };
  const take = () => found.splice(0).map((value) => ({ number: ++number, value }));
  for await (const piece of pieces) {
    if (isEnded && piece.trim() === "") continue;
    parser.write(piece);
    yield* take();
    if (isFaulty) break;
  }
  if (several && !isFaulty) {
    parser.end();
    yield* take();
  }
  if (isFaulty || !isEnded) throw fail(number, !isFaulty);
}
