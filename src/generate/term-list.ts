/** @file Text of a file of names (.txt, .tsv, .csv, .obo) -> the names, and what was left out. */
import { didYouMean } from "../util/did-you-mean.ts";
import { InputError } from "../util/errors.ts";
import { parseCsvRows, parseTabRows, splitLines } from "./separated-rows.ts";

const MAX_CHARACTERS = 80;

/** Why a name was left out. */
const TERM_FAULTS = {
  empty: "no name, or one without a letter",
  "too-long": `more than ${MAX_CHARACTERS} characters`,
  repeated: "a name that was there already; case does not count",
  obsolete: "a name of a term that the ontology calls obsolete",
} as const;
export type TermFault = keyof typeof TERM_FAULTS;

/** Names of a file. `names` + all counts of `left` = the names that the file holds. */
export interface TermList {
  /** In the order of the file, white space collapsed. */
  readonly names: string[];
  readonly left: { readonly reason: TermFault; readonly count: number }[];
}

export interface TermListOptions {
  /** Its ending tells the format; it stands in messages. */
  readonly path: string;
  /** `.tsv`, `.csv`: name of the column, in the first row. Absent: the first column, and there is no row of names. */
  readonly column?: string;
}

interface FoundName {
  readonly name: string;
  readonly obsolete?: boolean;
}

function pickColumn(rows: string[][], { path, column }: TermListOptions): FoundName[] {
  if (column === undefined) return rows.map(([name = ""]) => ({ name }));
  const [header = [], ...rest] = rows;
  const names = header.map((name) => name.trim());
  const place = names.indexOf(column);
  if (place < 0) {
    throw new InputError(
      "column-unknown",
      `No column "${column}" in ${path}.${didYouMean(column, names)} Its first row has ${names.length} columns.`,
      { hint: "prompts.terms: column is a name in the first row; without it the first column is read." },
    );
  }
  return rest.map((row) => ({ name: row[place] ?? "" }));
}

/** Backslash escapes of OBO 1.4: `\n`, `\W` and `\t` are white space, any other letter stands for itself. */
const unescapeObo = (text: string) =>
  text.replace(/\\(.)/g, (_, letter: string) => ("nWt".includes(letter) ? " " : letter));

/** Names and exact synonyms of the `[Term]` stanzas. Other stanzas (`[Typedef]`) hold no names of things. */
function parseObo(text: string): FoundName[] {
  const found: FoundName[] = [];
  let stanza: { names: string[]; obsolete: boolean } | undefined;
  const end = () => {
    for (const name of stanza?.names ?? []) found.push({ name, obsolete: stanza!.obsolete });
  };
  for (const line of splitLines(text)) {
    if (/^\[.*\]/.test(line)) {
      end();
      stanza = line.startsWith("[Term]") ? { names: [], obsolete: false } : undefined;
    }
    if (stanza === undefined) continue;
    // Trailing modifiers, `{source="x"}`, are no part of a name.
    const name = /^name:\s*(.*?)(?:\s*(?<!\\)\{[^{}]*\})?\s*$/.exec(line)?.[1];
    const synonym = /^synonym:\s*"((?:[^"\\]|\\.)*)"\s+EXACT\b/.exec(line)?.[1];
    if (name !== undefined) stanza.names.push(unescapeObo(name));
    if (synonym !== undefined) stanza.names.push(unescapeObo(synonym));
    if (/^is_obsolete:\s*true\b/.test(line)) stanza.obsolete = true;
  }
  end();
  return found;
}

const READERS: Readonly<Record<string, (text: string, options: TermListOptions) => FoundName[]>> = {
  txt: (text) => splitLines(text).map((name) => ({ name })),
  tsv: (text, options) => pickColumn(parseTabRows(text), options),
  csv: (text, options) => pickColumn(parseCsvRows(text), options),
  obo: parseObo,
};

/**
 * Reads a file of names.
 * @throws InputError `terms-format` for another ending, `column-unknown`, `csv-invalid`, `terms-empty` if no name is left
 * @example parseTermList("gout\nDMD\n", { path: "diseases.txt" }).names // ["gout", "DMD"]
 */
export function parseTermList(text: string, options: TermListOptions): TermList {
  const { path } = options;
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  const reader = Object.hasOwn(READERS, ending) ? READERS[ending] : undefined;
  if (reader === undefined) {
    throw new InputError("terms-format", `Cannot tell the format of the names in "${path}".`, {
      hint: "Endings that are read: .txt (a name a line), .tsv and .csv (a column), .obo (names and exact synonyms).",
    });
  }
  const names: string[] = [];
  const seen = new Set<string>();
  const counts: Record<TermFault, number> = { empty: 0, "too-long": 0, repeated: 0, obsolete: 0 };
  for (const { name, obsolete = false } of reader(text, options)) {
    const clean = name.replace(/[\s\p{Cc}]+/gu, " ").trim();
    const key = clean.normalize("NFC").toLowerCase();
    if (obsolete) counts.obsolete++;
    else if (!/\p{L}/u.test(clean)) counts.empty++;
    else if (clean.length > MAX_CHARACTERS) counts["too-long"]++;
    else if (seen.has(key)) counts.repeated++;
    else {
      seen.add(key);
      names.push(clean);
    }
  }
  const left = (Object.keys(counts) as TermFault[])
    .filter((reason) => counts[reason] > 0)
    .map((reason) => ({ reason, count: counts[reason] }));
  if (names.length === 0) {
    const why = left.map(({ reason, count }) => `${count} left out: ${TERM_FAULTS[reason]}`).join("; ");
    throw new InputError("terms-empty", `No name in "${path}"${why === "" ? ": it is empty" : ` (${why})`}.`);
  }
  return { names, left };
}
