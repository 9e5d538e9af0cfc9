/** @file Tags of tokens (IOB1, IOB2, BIOES, BILOU) <-> the runs of tokens that they mark. */

/** Schemes that are written; all are read, BILOU too. */
export type TagScheme = "iob2" | "iob1" | "bioes";

/** A mention on tokens, both ends included. */
export interface TokenRun {
  readonly first: number;
  readonly last: number;
  readonly label: string;
}

/** `B`: begins, `I`: goes on, `E`: ends, `S`: is alone. */
export type Tag =
  | { readonly position: "O" }
  | { readonly position: "B" | "I" | "E" | "S"; readonly label: string };

const POSITIONS = { B: "B", I: "I", E: "E", S: "S", L: "E", U: "S" } as const;

/** Shown where a tag is none of these. */
export const TAG_HINT = "Tags: O, B-<label>, I-<label>; in BIOES also E-, S-, in BILOU L-, U-.";

/** A tag in any scheme and either case: `B-Disease`, `u-Disease`, `o`. Undefined: it is none. */
export function parseTag(tag: string): Tag | undefined {
  if (tag === "O" || tag === "o") return { position: "O" };
  const position = POSITIONS[tag[0]?.toUpperCase() as keyof typeof POSITIONS];
  return position === undefined || tag[1] !== "-" || tag.length < 3
    ? undefined
    : { position, label: tag.slice(2) };
}

/**
 * Any sequence of tags has a reading: what goes on or ends a mention that is not open begins one, as conlleval reads it.
 * @returns `unopened`: how many began so
 */
export function readTags(tags: readonly Tag[]): { runs: TokenRun[]; unopened: number } {
  const runs: TokenRun[] = [];
  let open: { first: number; last: number; label: string } | undefined;
  let unopened = 0;
  for (const [index, tag] of tags.entries()) {
    if (tag.position === "O") {
      open = undefined;
      continue;
    }
    const { position, label } = tag;
    const begins = position === "B" || position === "S";
    if (!begins && open?.label === label) open.last = index;
    else {
      if (!begins) unopened++;
      open = { first: index, last: index, label };
      runs.push(open);
    }
    if (position === "E" || position === "S") open = undefined;
  }
  return { runs, unopened };
}

/** The inverse of {@link readTags}. @param runs in order, disjoint */
export function renderTags(length: number, runs: readonly TokenRun[], scheme: TagScheme): string[] {
  const tags = new Array<string>(length).fill("O");
  for (const [index, { first, last, label }] of runs.entries()) {
    const before = runs[index - 1];
    const touches = before !== undefined && before.last === first - 1 && before.label === label;
    for (let token = first; token <= last; token++) tags[token] = `I-${label}`;
    if (scheme !== "iob1" || touches) tags[first] = `B-${label}`;
    if (scheme === "bioes") tags[last] = `${first === last ? "S" : "E"}-${label}`;
  }
  return tags;
}
