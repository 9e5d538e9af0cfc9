/** @file What stands beside a file of numbered tags -> their names. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { InputError } from "../../util/errors.ts";

/** The file of names that is written beside a file: a JSON array, index is number. */
export const namesPath = (path: string) => `${path}.labels.json`;

const NEIGHBOURS = ["features.json", "dataset_info.json", "dataset_infos.json", "README.md"];

/**
 * Looks in `<file>.labels.json`, then in what `datasets` leaves in the folder: `features.json`, `dataset_info.json`,
 * `dataset_infos.json`, the head of `README.md`. Undefined: none of them names the tags.
 * @throws InputError `json-invalid` when `<file>.labels.json` is no JSON array of strings
 */
export async function readTagNames(path: string): Promise<string[] | undefined> {
  const own = await readText(namesPath(path));
  if (own !== undefined) {
    const value = tryParse(JSON.parse, own);
    const names = toNames(value) ?? findNames(value);
    if (names !== undefined) return names;
    throw new InputError("json-invalid", `"${namesPath(path)}" holds no names of tags.`, {
      hint: 'It is ["O", "B-Disease", "I-Disease"].',
    });
  }
  for (const name of NEIGHBOURS) {
    const text = await readText(join(dirname(path), name));
    if (text === undefined) continue;
    const value = name.endsWith(".md")
      ? tryParse(parse, /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? "")
      : tryParse(JSON.parse, text);
    const names = findNames(value);
    if (names !== undefined) return names;
  }
  return undefined;
}

const readText = (path: string) => readFile(path, "utf8").catch(() => undefined);

function tryParse(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** `["O", ...]`, or `{"0": "O", ...}` as README.md has them. */
function toNames(value: unknown): string[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const names = Array.isArray(value)
    ? (value as unknown[])
    : Object.keys(value).map((_, index) => (value as Record<string, unknown>)[index]);
  return names.length > 0 && names.every((name) => typeof name === "string")
    ? (names as string[])
    : undefined;
}

/** Names of `ner_tags`, wherever in the value features are listed: as keys, or as items with a `name`. */
export function findNames(value: unknown): string[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const record = value as Record<string, unknown>;
  const feature = record.name === "ner_tags" ? record : record.ner_tags;
  const inside = feature === undefined ? undefined : findNested(feature);
  if (inside !== undefined) return inside;
  for (const item of Object.values(record)) {
    const names = findNames(item);
    if (names !== undefined) return names;
  }
  return undefined;
}

function findNested(feature: unknown): string[] | undefined {
  if (typeof feature !== "object" || feature === null) return undefined;
  const own = toNames((feature as Record<string, unknown>).names);
  if (own !== undefined) return own;
  for (const item of Object.values(feature)) {
    const names = findNested(item);
    if (names !== undefined) return names;
  }
  return undefined;
}
