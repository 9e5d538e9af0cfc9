/** @file Two paths -> whether writing to one would replace what is read from the other. */
import { realpath } from "node:fs/promises";
import { resolve } from "node:path";

/** Links are followed. A path that is not there yet is its own place. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  return (await placeOf(one)) === (await placeOf(other));
}

const placeOf = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));
