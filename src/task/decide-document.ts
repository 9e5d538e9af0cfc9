/** @file Judged pairs of a document's mentions, and what each mention names -> the relations that the whole document speaks for. */
import { combineScores, scoreOf } from "./combine-scores.ts";
import { type DocumentThing, selectByEvidence } from "./document-evidence.ts";
import type { Mention, Span } from "./example.ts";
import type { JudgedCandidate, NameRelation } from "./judged-pairs.ts";
import type { EvidenceSpec, RelationSpec } from "./relation-spec.ts";

/** A document whose pairs were judged. */
export interface JudgedDocument {
  readonly text: string;
  readonly mentions: readonly Mention[];
  /** The first one counts as the title. */
  readonly sentences: readonly Span[];
  readonly judged: readonly JudgedCandidate[];
  /** What a mention names: its name, or concepts of a terminology. */
  thingsOf(mention: number): readonly string[];
}

/** How it is decided. */
export interface DecideOptions extends Pick<RelationSpec, "head" | "tail" | "negative" | "directed"> {
  readonly classes: readonly string[];
  readonly evidence: EvidenceSpec;
  /** Least score of a relation. Default: 0.5. */
  readonly threshold?: number;
}

/**
 * One relation a class and two things, the highest score first. One that the title alone speaks for has score 0: no model
 * has looked at it.
 */
export function decideDocument(document: JudgedDocument, options: DecideOptions): NameRelation[] {
  const { classes, negative, directed, evidence, threshold = 0.5 } = options;
  const heads = collectThings(document, options.head);
  const tails = collectThings(document, options.tail);
  return classes
    .filter((name) => name !== negative)
    .flatMap((relation) => {
      const scored = scoreThings(document, classes, relation, evidence);
      return selectByEvidence({ heads, tails, scored }, { ...evidence, threshold }).map(
        ({ head, tail, score = 0 }): NameRelation => {
          const isSwapped = !directed && head > tail;
          return { head: isSwapped ? tail : head, tail: isSwapped ? head : tail, relation, score };
        },
      );
    })
    .sort((a, b) => b.score - a.score);
}

function collectThings(
  { text, mentions, sentences, thingsOf }: JudgedDocument,
  label: string,
): DocumentThing[] {
  const title = sentences[0];
  const found = new Map<string, { id: string; names: string[]; mentions: number; isInTitle: boolean }>();
  for (const [index, { start, end, label: own }] of mentions.entries()) {
    if (own !== label) continue;
    const isInTitle = title !== undefined && start >= title.start && end <= title.end;
    for (const id of thingsOf(index)) {
      const thing = found.get(id) ?? { id, names: [], mentions: 0, isInTitle: false };
      found.set(id, thing);
      thing.names.push(text.slice(start, end));
      thing.mentions++;
      thing.isInTitle ||= isInTitle;
    }
  }
  return [...found.values()];
}

function scoreThings(
  { judged, thingsOf }: JudgedDocument,
  classes: readonly string[],
  relation: string,
  { combine }: EvidenceSpec,
) {
  const found = new Map<string, { head: string; tail: string; scores: number[] }>();
  for (const { head, tail, answer } of judged) {
    for (const from of thingsOf(head)) {
      for (const to of thingsOf(tail)) {
        if (from === to) continue;
        const key = JSON.stringify([from, to]);
        const pair = found.get(key) ?? { head: from, tail: to, scores: [] };
        found.set(key, pair);
        pair.scores.push(scoreOf(answer, classes, relation));
      }
    }
  }
  return [...found.values()].map(({ head, tail, scores }) => ({
    head,
    tail,
    score: combineScores(scores, combine),
    pairs: scores.length,
  }));
}
