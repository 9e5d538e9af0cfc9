/** @file Parts of a document <-> their JSON in our own formats: mentions, relations, passages, tokens, facts. */
import { z } from "zod";
import type {
  CorpusArgument,
  CorpusDocument,
  CorpusMention,
  CorpusRelation,
  Passage,
} from "../../task/corpus-document.ts";
import type { Span } from "../../util/span.ts";

/** Ids and documents may be numbers. */
export const identifier = z.union([z.string(), z.number()], "a string or a number").transform(String);
const score = z.number().min(0).max(1).nullish();
const offsets = z.tuple([z.int(), z.int()]);

/** A mention: `fragments` where it has several spans; then `start` and `end` are its borders. */
export const mentionRow = z.looseObject({
  start: z.int(),
  end: z.int(),
  label: z.string().min(1),
  text: z.string().optional(),
  fragments: z.array(offsets).min(2).optional(),
  id: identifier.nullish(),
  concept: identifier.nullish(),
  concepts: z.array(z.string()).optional(),
  attributes: z.record(z.string(), z.string()).optional(),
  score,
});
type MentionRow = z.infer<typeof mentionRow>;

const argument = z.union([z.strictObject({ mention: z.int() }), z.strictObject({ concept: z.string() })]);
const relationRow = z.looseObject({
  type: z.string(),
  head: argument,
  tail: argument,
  roles: z.tuple([z.string(), z.string()]).optional(),
  id: identifier.nullish(),
  score,
});

const passageRows = z.array(z.looseObject({ type: z.string(), start: z.int(), end: z.int() }));

const isScalar = (value: unknown) => ["string", "number", "boolean", "bigint"].includes(typeof value);

/** Scalars as strings, and how many values are none. */
export function takeScalars(
  row: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): { readonly scalars: [string, string][]; readonly others: number } {
  const entries = Object.entries(row).filter(([key, value]) => !known.has(key) && value != null);
  const scalars = entries.filter(([, value]) => isScalar(value));
  return {
    scalars: scalars.map(([key, value]) => [key, String(value)]),
    others: entries.length - scalars.length,
  };
}

const MENTION_KEYS = new Set(Object.keys(mentionRow.shape));

/**
 * @returns the mention, and the number of facts in a form that is not read. Identifiers in one `concept` are split at `|`.
 */
export function parseMention(row: MentionRow): { readonly mention: CorpusMention; readonly others: number } {
  const { label, start, end, fragments, concept, concepts, score } = row;
  const spans = fragments?.map(([start, end]) => ({ start, end })) ?? [{ start, end }];
  const identifiers = concepts ?? (concept == null ? undefined : splitConcepts(concept));
  const { scalars, others } = takeScalars(row, MENTION_KEYS);
  const attributes = row.attributes ?? (scalars.length > 0 ? {} : undefined);
  const mention: CorpusMention = {
    label,
    spans,
    ...(row.id == null ? {} : { id: row.id }),
    ...(identifiers === undefined ? {} : { concepts: identifiers }),
    ...(attributes === undefined
      ? {}
      : { attributes: Object.fromEntries([...Object.entries(attributes), ...scalars]) }),
    ...(score == null ? {} : { score }),
  };
  return { mention, others };
}

const splitConcepts = (concept: string) => {
  const parts = concept.split("|").map((part) => part.trim());
  return parts.filter((part) => part !== "");
};

/** The inverse of {@link parseMention}. */
export function renderMention({ label, spans, id, concepts, attributes, score }: CorpusMention): object {
  const isOne = concepts?.length === 1 && splitConcepts(concepts[0]!)[0] === concepts[0];
  return {
    start: spans[0]!.start,
    end: spans.at(-1)!.end,
    label,
    ...(spans.length > 1 ? { fragments: spans.map(({ start, end }) => [start, end]) } : {}),
    ...(id === undefined ? {} : { id }),
    ...(isOne ? { concept: concepts[0] } : concepts === undefined ? {} : { concepts }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(score === undefined ? {} : { score }),
  };
}

/**
 * A relation as {@link renderRelation} writes it, or `{"type": "CID", "chemical": "D008750", "disease": "D003866"}`: two
 * concepts under the names of their parts. Undefined: neither.
 * @param placeOf where the mentions of the file stand in the document
 */
export function parseRelation(value: unknown, placeOf: readonly number[]): CorpusRelation | undefined {
  const parsed = relationRow.safeParse(value);
  if (!parsed.success) return parseConceptPair(value);
  const { type, roles, id, score } = parsed.data;
  const [head, tail] = [parsed.data.head, parsed.data.tail].map((side): CorpusArgument | undefined => {
    if ("concept" in side) return side;
    const mention = placeOf[side.mention];
    return mention === undefined ? undefined : { mention };
  });
  if (head === undefined || tail === undefined) return undefined;
  return {
    type,
    head,
    tail,
    ...(roles === undefined ? {} : { roles }),
    ...(id == null ? {} : { id }),
    ...(score == null ? {} : { score }),
  };
}

function parseConceptPair(value: unknown): CorpusRelation | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, id, ...parts } = value as Record<string, unknown>;
  const [head, tail, ...more] = Object.entries(parts);
  if (typeof type !== "string" || head === undefined || tail === undefined || more.length > 0)
    return undefined;
  if (typeof head[1] !== "string" || typeof tail[1] !== "string") return undefined;
  return {
    type,
    head: { concept: head[1] },
    tail: { concept: tail[1] },
    roles: [head[0], tail[0]],
    ...(typeof id === "string" ? { id } : {}),
  };
}

/** The inverse of {@link parseRelation}. */
export function renderRelation({ type, head, tail, roles, id, score }: CorpusRelation): object {
  return {
    type,
    head,
    tail,
    ...(roles === undefined ? {} : { roles }),
    ...(id === undefined ? {} : { id }),
    ...(score === undefined ? {} : { score }),
  };
}

/** `[{type, start, end}]`, in order and inside the text; undefined: another form. */
export function parsePassages(value: unknown, text: string): Passage[] | undefined {
  const parsed = passageRows.safeParse(value);
  if (!parsed.success) return undefined;
  const passages = parsed.data.map(({ type, start, end }) => ({ type, start, end }));
  return areInOrder(passages, text) ? passages : undefined;
}

const areInOrder = (spans: readonly Span[], text: string) =>
  spans.every(({ start, end }, index) => {
    return start >= (spans[index - 1]?.end ?? 0) && start <= end && end <= text.length;
  });

/** `[[start, end]]`, or the words themselves, which are looked for in the text one after the other; undefined: another form. */
export function parseTokens(value: unknown, text: string): Span[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const tokens: Span[] = [];
  let from = 0;
  for (const item of value as unknown[]) {
    const pair = offsets.safeParse(item);
    if (pair.success) {
      tokens.push({ start: pair.data[0], end: pair.data[1] });
      continue;
    }
    if (typeof item !== "string") return undefined;
    const start = text.indexOf(item, from);
    if (start < 0 || text.slice(from, start).trim() !== "") return undefined;
    from = start + item.length;
    tokens.push({ start, end: from });
  }
  return areInOrder(tokens, text) ? tokens : undefined;
}

const facts = z.record(z.string(), z.unknown());

/** `{name: value}` of scalars; undefined: another form. */
export function parseFacts(value: unknown): Record<string, string> | undefined {
  const parsed = facts.safeParse(value);
  if (!parsed.success) return undefined;
  const { scalars, others } = takeScalars(parsed.data, new Set());
  return others > 0 ? undefined : Object.fromEntries(scalars);
}

/** What a row says of a document beside its text, mentions and relations. */
export function renderRest({ document, passages, tokens, meta }: CorpusDocument): object {
  return {
    ...(document === undefined ? {} : { doc: document }),
    ...(passages === undefined
      ? {}
      : { passages: passages.map(({ type, start, end }) => ({ type, start, end })) }),
    ...(tokens === undefined ? {} : { tokens: tokens.map(({ start, end }) => [start, end]) }),
    ...(meta === undefined ? {} : { meta }),
  };
}
