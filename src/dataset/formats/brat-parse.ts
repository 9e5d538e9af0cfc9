/** @file An .ann file and its text -> a document: mentions, relations of two, attributes, normalisations; the rest counted. */
import type { CorpusDocument, CorpusMention, CorpusRelation } from "../../task/corpus-document.ts";
import type { Span } from "../../util/span.ts";
import { fromCodePoints } from "./code-point-span.ts";
import { createCodePointMap } from "./code-points.ts";
import { corpusError } from "./corpus-error.ts";
import type { ReportLoss } from "./corpus-format.ts";
import { inReadingOrder } from "./draft-document.ts";

/** Before an identifier without a terminology, because brat asks for `terminology:identifier`. */
export const BARE_CONCEPT = "ID:";

interface AnnLine {
  readonly line: number;
  readonly id: string;
  readonly data: string;
  readonly rest: string | undefined;
}

interface Draft {
  readonly label: string;
  readonly spans: readonly Span[];
  readonly id: string;
  readonly concepts: string[];
  readonly attributes: Map<string, string>;
}

/** Lines are read twice: what a line refers to may stand after it. @throws InputError `corpus-invalid` with the line, never with text */
export function parseAnn(
  annotation: string,
  text: string,
  { path, id, onLoss }: { readonly path: string; readonly id: string; readonly onLoss: ReportLoss },
): CorpusDocument {
  const lines = [...splitAnn(annotation, path)];
  const map = createCodePointMap(text);
  const drafts: Draft[] = [];
  const placeOf = new Map<string, number>(); // of mentions, and of events by their triggers
  const known = new Set<string>();
  const fail = (line: number, what: string, hint?: string) => corpusError(path, line, what, hint);

  const place = (line: number, target: string | undefined): number | undefined => {
    const found = placeOf.get(target ?? "");
    if (found === undefined && !known.has(target ?? ""))
      throw fail(line, "it refers to something that is not in the file.");
    return found;
  };

  for (const { line, id: name, data, rest } of lines) {
    if (name === "*" || name.startsWith("#")) continue;
    if (known.has(name)) throw fail(line, `${name} is there twice.`);
    known.add(name);
    if (!name.startsWith("T")) continue;
    const found = /^(\S+) (\d+ \d+(?:;\d+ \d+)*)$/.exec(data);
    if (found === null)
      throw fail(line, "no mention.", 'A mention is "T1<TAB>Disease 0 4;16 22<TAB>lung cancer".');
    const fragments = found[2]!.split(";").map((pair) => {
      const [start = 0, end = 0] = pair.split(" ").map(Number);
      return fromCodePoints({ start, end }, text, map, name, (what, hint) => fail(line, what, hint));
    });
    const words = fragments.map(({ start, end }) => text.slice(start, end)).join(" ");
    if (rest !== undefined && collapse(rest) !== collapse(words))
      throw fail(
        line,
        `the words of ${name} are not those at its offsets.`,
        "brat counts Unicode code points of the .txt file.",
      );
    const spans = joinLines(fragments, text);
    if (spans === undefined) throw fail(line, `the fragments of ${name} overlap.`);
    placeOf.set(name, drafts.length);
    drafts.push({ label: found[1]!, spans, id: name, concepts: [], attributes: new Map() });
  }

  for (const { line, id: name, data } of lines) {
    if (!name.startsWith("E")) continue;
    const trigger = place(line, /^[^\s:]+:(\S+)/.exec(data)?.[1]);
    if (trigger !== undefined) placeOf.set(name, trigger);
    onLoss("event", id);
  }

  const relations: CorpusRelation[] = [];
  for (const { line, id: name, data, rest } of lines) {
    const [type = "", target, ...further] = data.split(/ +/);
    if (name === "*") {
      const members = data.split(/ +/).slice(1);
      const [head, tail] = members.map((member) => place(line, member));
      if (members.length !== 2) onLoss("relation-arity", id);
      else if (head === undefined || tail === undefined) onLoss("event", id);
      else relations.push({ type, head: { mention: head }, tail: { mention: tail } });
    } else if (name.startsWith("R")) {
      const parts = data
        .split(/ +/)
        .slice(1)
        .map((argument) => {
          const colon = argument.indexOf(":");
          return { role: argument.slice(0, colon), place: place(line, argument.slice(colon + 1)) };
        });
      if (parts[0]?.role === "Arg2" && parts[1]?.role === "Arg1") parts.reverse();
      const [head, tail] = parts;
      if (parts.length !== 2) onLoss("relation-arity", id);
      else if (head?.place === undefined || tail?.place === undefined) onLoss("event", id);
      else {
        const isPlain = head.role === "Arg1" && tail.role === "Arg2";
        const roles = isPlain ? {} : { roles: [head.role, tail.role] as const };
        const pair = { head: { mention: head.place }, tail: { mention: tail.place } };
        relations.push({ type, ...pair, ...roles, id: name });
      }
    } else if (name.startsWith("A") || name.startsWith("M")) {
      const draft = drafts[place(line, target) ?? -1];
      if (draft === undefined || draft.attributes.has(type)) onLoss("attribute", id);
      else
        draft.attributes.set(
          type,
          further.length === 0 ? "true" : data.slice(type.length + target!.length + 2),
        );
    } else if (name.startsWith("N")) {
      const draft = drafts[place(line, target) ?? -1];
      const concept = further.join(" ").replace(BARE_CONCEPT, (prefix, at) => (at === 0 ? "" : prefix));
      if (draft === undefined || concept === "") onLoss("concept", id);
      else draft.concepts.push(concept);
      if (draft !== undefined && rest !== undefined && collapse(rest) !== collapse(wordsOf(draft, text)))
        onLoss("column", id); // the terminology's own name
    } else if (name.startsWith("#")) onLoss("note", id);
  }
  return { id, text, ...inReadingOrder(drafts.map(toMention), relations) };
}

function* splitAnn(annotation: string, path: string): Generator<AnnLine> {
  for (const [index, row] of annotation.split("\n").entries()) {
    const found = /^([TREAMN]\S*|\*|#\S*)\t([^\t]*)(?:\t(.*))?$/s.exec(row.replace(/\r$/, ""));
    if (found !== null) yield { line: index + 1, id: found[1]!, data: found[2]!.trim(), rest: found[3] };
    else if (row.trim() !== "")
      throw corpusError(
        path,
        index + 1,
        "no line of brat's standoff format.",
        "Lines begin with T, R, E, A, M, N, * or #, and a tab after the name.",
      );
  }
}

const collapse = (text: string) => text.replace(/\s+/g, " ").trim();
const wordsOf = ({ spans }: Draft, text: string) =>
  spans.map(({ start, end }) => text.slice(start, end)).join(" ");

/** Whether nothing but white space with a line break is between two fragments: brat writes a mention of two lines so. */
export const isLineBreak = (gap: string): boolean => /^\s*[\r\n]\s*$/.test(gap);

function joinLines(fragments: readonly Span[], text: string): Span[] | undefined {
  const spans: Span[] = [];
  for (const { start, end } of fragments.toSorted((a, b) => a.start - b.start)) {
    const last = spans.at(-1);
    if (last !== undefined && last.end > start) return undefined;
    if (last !== undefined && isLineBreak(text.slice(last.end, start)))
      spans[spans.length - 1] = { start: last.start, end };
    else spans.push({ start, end });
  }
  return spans;
}

const toMention = ({ label, spans, id, concepts, attributes }: Draft): CorpusMention => ({
  label,
  spans,
  id,
  ...(concepts.length === 0 ? {} : { concepts }),
  ...(attributes.size === 0 ? {} : { attributes: Object.fromEntries(attributes) }),
});
