/** @file A file of human-annotated pairs, its format told by content -> gold pairs of the task, and what was left out. */
import type { Mention } from "../task/example.ts";
import type { GoldRelation } from "../task/relation-example.ts";
import type { RelationSpec } from "../task/relation-spec.ts";
import { didYouMean } from "../util/did-you-mean.ts";
import { InputError } from "../util/errors.ts";
import { readTextFile } from "../util/files.ts";
import { type MaskedSentence, parseMaskedJsonl, parseMaskedTsv } from "./formats/masked-relations.ts";
import { parseRelationJsonl } from "./formats/relation-jsonl.ts";

/** `relation-jsonl`: with offsets; `masked-*`: with `@GENE$` in place of the names. */
export type RelationFormat = "relation-jsonl" | "masked-jsonl" | "masked-tsv";

/** What to read. */
export interface RelationGoldOptions {
  readonly relation: Pick<RelationSpec, "head" | "tail" | "classes">;
  /** The file's class -> the task's; others are left out and counted. Absent: classes have the task's names. */
  readonly classes?: Readonly<Record<string, string>>;
  /** The file's label, or placeholder without `@` and `$`, -> the task's. Absent: they have the task's names, in any case. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Pairs that were left out. */
export interface CountedPairs {
  /**
   * `class`: a class that was not asked for; `label`: mentions of other labels; `placeholders`: not one placeholder for
   * the head and one for the tail; `overlap`: head and tail overlap.
   */
  readonly reason: "class" | "label" | "placeholders" | "overlap";
  /** The class, where the reason is one. */
  readonly label?: string;
  readonly count: number;
}

/** A gold corpus of pairs. */
export interface RelationGold {
  readonly format: RelationFormat;
  readonly pairs: GoldRelation[];
  readonly skipped: CountedPairs[];
}

function detectRelationFormat(text: string, path: string): RelationFormat {
  const rows = text.split(/\r?\n/, 50).filter((row) => row.trim() !== "");
  const first = rows[0]?.trim() ?? "";
  if (first.startsWith("{")) return /"head"\s*:/.test(first) ? "relation-jsonl" : "masked-jsonl";
  if (rows.some((row) => /@[A-Za-z][\w-]*\$.*\t/.test(row))) return "masked-tsv";
  throw new InputError(
    "gold-format",
    `Cannot read the gold file "${path}": it looks like no known format of relations. Formats: JSON lines, TSV with placeholders.`,
    {
      hint: '{"id", "text", "head": {"start", "end", "label"}, "tail", "relation"} a line; or "@GENE$ ... @DISEASE$", tab, class.',
    },
  );
}

/** Head and tail of a masked sentence; undefined where it has not exactly one of each. */
function unmask(
  { placeholders, ...rest }: MaskedSentence,
  { head, tail }: Pick<RelationSpec, "head" | "tail">,
  toLabel: (name: string) => string | undefined,
): GoldRelation | undefined {
  const named = placeholders.map(({ start, end, label }) => ({ start, end, label: toLabel(label) ?? "" }));
  const [heads, tails] = [head, tail].map((name) => named.filter(({ label }) => label === name)) as [
    Mention[],
    Mention[],
  ];
  if (head === tail) return heads.length === 2 ? { ...rest, head: heads[0]!, tail: heads[1]! } : undefined;
  return heads.length === 1 && tails.length === 1 ? { ...rest, head: heads[0]!, tail: tails[0]! } : undefined;
}

/**
 * Reads a file of pairs. In masked sentences the placeholder itself is the mention.
 * @throws InputError when it is absent, in another format, broken (with the line), or without any pair of the classes
 * and labels asked for
 * @example await readRelationGold("gad.jsonl", { relation: spec.relation, classes: { "1": "yes", "0": "no" } })
 */
export async function readRelationGold(path: string, options: RelationGoldOptions): Promise<RelationGold> {
  const { relation: spec } = options;
  const text = await readTextFile(path, "gold file");
  if (text.trim() === "") throw new InputError("gold-empty", `The gold file "${path}" is empty.`);
  const format = detectRelationFormat(text, path);
  const left = new Map<string, CountedPairs>();
  const leaveOut = (reason: CountedPairs["reason"], label?: string) => {
    const key = `${reason} ${label ?? ""}`;
    const count = (left.get(key)?.count ?? 0) + 1;
    left.set(key, { reason, ...(label === undefined ? {} : { label }), count });
  };
  const toLabel = (name: string): string | undefined => {
    if (options.labels !== undefined && Object.hasOwn(options.labels, name)) return options.labels[name];
    return [spec.head, spec.tail].find((label) => label.toLowerCase() === name.toLowerCase());
  };
  const classes =
    options.classes ?? Object.fromEntries(Object.keys(spec.classes).map((name) => [name, name]));
  const pairs: GoldRelation[] = [];
  const take = (pair: GoldRelation) => {
    if (!Object.hasOwn(classes, pair.relation)) leaveOut("class", pair.relation);
    else if (pair.head.start < pair.tail.end && pair.tail.start < pair.head.end) leaveOut("overlap");
    else pairs.push({ ...pair, relation: classes[pair.relation]! });
  };
  if (format === "relation-jsonl") {
    for (const pair of parseRelationJsonl(text, path)) {
      const [head, tail] = [toLabel(pair.head.label), toLabel(pair.tail.label)];
      if (head !== spec.head || tail !== spec.tail) leaveOut("label");
      else take({ ...pair, head: { ...pair.head, label: head }, tail: { ...pair.tail, label: tail } });
    }
  } else {
    const parse = format === "masked-tsv" ? parseMaskedTsv : parseMaskedJsonl;
    for (const sentence of parse(text, path)) {
      const pair = unmask(sentence, spec, toLabel);
      if (pair === undefined) leaveOut("placeholders");
      else take(pair);
    }
  }
  const skipped = [...left.values()];
  if (pairs.length === 0) failEmpty(path, Object.keys(classes), spec, skipped);
  return { format, pairs, skipped };
}

function failEmpty(
  path: string,
  asked: readonly string[],
  { head, tail }: Pick<RelationSpec, "head" | "tail">,
  skipped: readonly CountedPairs[],
): never {
  const found = skipped.flatMap(({ reason, label }) => (reason === "class" ? [label!] : []));
  if (found.length > 0) {
    throw new InputError(
      "gold-classes",
      `The gold file "${path}" has no pair of class ${asked.join(", ")}.${didYouMean(asked[0] ?? "", found)} Its classes: ${found.slice(0, 20).join(", ")}.`,
      {
        hint: "Map the file's classes to the task's with classes: { <file's>: <task's> } under gold (on the command line: --classes FILE=MODEL).",
      },
    );
  }
  throw new InputError("gold-labels", `The gold file "${path}" has no pair of one ${head} and one ${tail}.`, {
    hint: "Map the file's labels or placeholders to the task's with labels: { <file's>: <task's> } under gold (on the command line: --labels FILE=MODEL).",
  });
}
