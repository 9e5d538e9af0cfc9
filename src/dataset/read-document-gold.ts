/** @file Documents with relations between concepts -> gold of the task's labels and classes, and what was left out. */
import type {
  CorpusArgument,
  CorpusDocument,
  CorpusMention,
  CorpusRelation,
} from "../task/corpus-document.ts";
import type { RelationSpec } from "../task/relation-spec.ts";
import { InputError } from "../util/errors.ts";
import { detectCorpusFormat, requireReader } from "./detect-corpus-format.ts";
import type { LossKind } from "./formats/corpus-format.ts";
import { createLossCounter } from "./formats/loss-counter.ts";

/** What to take. */
export interface DocumentGoldOptions {
  readonly relation: Pick<RelationSpec, "head" | "tail" | "classes" | "negative">;
  /** The file's type of relation -> the task's class; others are left out and counted. Absent: types have the classes' names. */
  readonly classes?: Readonly<Record<string, string>>;
  /** The file's label -> the task's; others are left out and counted. Absent: they have the task's names, in any case. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Something that was left out. */
export interface CountedInDocuments {
  /** `label`: mentions of another label; `class`: relations of another type; `argument`: relations with a mention that was left out; or what the reader of the format could not carry over. */
  readonly reason: "label" | "class" | "argument" | LossKind;
  /** The label or the type. Absent for others. */
  readonly label?: string;
  readonly count: number;
}

/** Gold documents whose labels and relation types are the task's. */
export interface DocumentGold {
  readonly documents: CorpusDocument[];
  readonly skipped: CountedInDocuments[];
}

/**
 * Reads documents in any format that has relations: JSON lines, PubTator, BioC, BRAT ...
 * @throws InputError when the file is absent, of no known format, broken (with the line), or has no relation of the classes asked for
 * @example await readDocumentGold("docs_dev.jsonl", { relation: spec.relation, classes: { CID: "yes" } })
 */
export async function readDocumentGold(path: string, options: DocumentGoldOptions): Promise<DocumentGold> {
  const { onLoss, counted } = createLossCounter();
  const read = requireReader(await detectCorpusFormat(path));
  const gold = await takeDocumentGold(read(path, { onLoss }), path, options);
  const lost = counted().map(({ kind, count }): CountedInDocuments => ({ reason: kind, count }));
  return { ...gold, skipped: [...gold.skipped, ...lost] };
}

/**
 * Gold from documents that any corpus format gave.
 * @param source the file's name, for messages
 * @throws InputError `gold-classes` when no document has a relation of the classes asked for, `gold-labels` when none has a
 * mention of the head's label, or of the tail's
 */
export async function takeDocumentGold(
  documents: AsyncIterable<CorpusDocument> | Iterable<CorpusDocument>,
  source: string,
  options: DocumentGoldOptions,
): Promise<DocumentGold> {
  const { head, tail, classes: own, negative } = options.relation;
  const left = new Map<string, CountedInDocuments>();
  const leaveOut = (reason: CountedInDocuments["reason"], label?: string) => {
    const key = `${reason} ${label ?? ""}`;
    left.set(key, {
      reason,
      ...(label === undefined ? {} : { label }),
      count: (left.get(key)?.count ?? 0) + 1,
    });
  };
  const toLabel = (label: string) =>
    options.labels === undefined
      ? [head, tail].find((name) => name.toLowerCase() === label.toLowerCase())
      : Object.hasOwn(options.labels, label)
        ? options.labels[label]
        : undefined;
  const classes = options.classes ?? Object.fromEntries(Object.keys(own).map((name) => [name, name]));
  const taken: CorpusDocument[] = [];
  let relations = 0;
  for await (const document of documents) {
    const places = new Map<number, number>();
    const mentions: CorpusMention[] = [];
    for (const [index, mention] of document.mentions.entries()) {
      const label = toLabel(mention.label);
      if (label === undefined) leaveOut("label", mention.label);
      else places.set(index, mentions.push({ ...mention, label }) - 1);
    }
    const move = (argument: CorpusArgument): CorpusArgument | undefined => {
      if ("concept" in argument) return argument;
      const mention = places.get(argument.mention);
      return mention === undefined ? undefined : { mention };
    };
    const kept = document.relations.flatMap((relation): CorpusRelation[] => {
      const type = Object.hasOwn(classes, relation.type) ? classes[relation.type] : undefined;
      if (type === undefined) leaveOut("class", relation.type);
      if (type === undefined || type === negative) return [];
      const [from, to] = orient(move(relation.head), move(relation.tail), mentions, tail);
      if (from !== undefined && to !== undefined) return [{ ...relation, type, head: from, tail: to }];
      leaveOut("argument");
      return [];
    });
    relations += kept.length;
    taken.push({ ...document, mentions, relations: kept });
  }
  const skipped = [...left.values()];
  if (relations > 0) {
    requireLabels(taken, source, { head, tail, skipped });
    return { documents: taken, skipped };
  }
  const found = skipped.flatMap(({ reason, label }) => (reason === "class" ? [label] : []));
  throw new InputError(
    "gold-classes",
    `The gold file "${source}" has no relation of ${Object.keys(classes).join(", ")} in its documents. Its types: ${found.slice(0, 20).join(", ") || "none"}.`,
    {
      hint: "Map the file's types to the task's classes with classes: { CID: yes } under gold (on the command line: --classes CID=yes).",
    },
  );
}

/** Without heads, or without tails, there is no pair to judge: the gold is of another task, or names its labels otherwise. */
function requireLabels(
  documents: readonly CorpusDocument[],
  source: string,
  { head, tail, skipped }: { head: string; tail: string; skipped: readonly CountedInDocuments[] },
): void {
  const taken = new Set(documents.flatMap(({ mentions }) => mentions.map(({ label }) => label)));
  const absent = [...new Set([head, tail])].filter((label) => !taken.has(label));
  if (absent.length === 0) return;
  const others = skipped.flatMap(({ reason, label }) => (reason === "label" ? [label!] : []));
  const found = [...taken, ...others].slice(0, 20).join(", ") || "none";
  throw new InputError(
    "gold-labels",
    `The gold file "${source}" has no mention of ${absent.join(" and none of ")}. Its labels: ${found}. The relation is from ${head} to ${tail}.`,
    {
      hint: "Is the gold of another task? If only the names differ, map the file's labels to the task's with labels: { <file's>: <task's> } under gold (on the command line: --labels FILE=MODEL).",
    },
  );
}

/** A file may name the two in the other order than the task: where both are mentions, their labels tell. */
function orient(
  from: CorpusArgument | undefined,
  to: CorpusArgument | undefined,
  mentions: readonly CorpusMention[],
  tail: string,
): readonly [CorpusArgument | undefined, CorpusArgument | undefined] {
  const labelOf = (argument: CorpusArgument | undefined) =>
    argument !== undefined && "mention" in argument ? mentions[argument.mention]!.label : undefined;
  const isSwapped = labelOf(from) === tail && labelOf(to) !== undefined && labelOf(to) !== tail;
  return isSwapped ? [to, from] : [from, to];
}
