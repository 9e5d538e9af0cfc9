/** @file Gold texts and predicted mentions -> strict and relaxed scores, intervals, and every error. */
import type { DiscontinuousMention, GoldExample, Mention } from "../task/example.ts";
import { InputError } from "../util/errors.ts";
import { type BootstrapOptions, bootstrapF1 } from "./bootstrap.ts";
import { type ErrorKind, errorKinds, listErrors, type MentionError } from "./error-list.ts";
import type { Evaluation, SchemeScore, StrictScore } from "./evaluation.ts";
import { countInexpressible, type MentionSet, splitByMatch, toMentionSet } from "./mention-sets.ts";
import { scoreReachable } from "./reachable.ts";
import { countScheme, createSchemeCounts, type SchemeName, schemeNames, schemeRates } from "./schemes.ts";
import { toRates } from "./scores.ts";

export interface EvaluateOptions {
  /** Labels to score; mentions of others are set aside and counted in `outside`. */
  readonly labels: readonly string[];
  /** Default 1,000 samples, seed 1. */
  readonly bootstrap?: BootstrapOptions;
}

/**
 * Scores predictions, one list a gold text, in order. Discontinuous gold mentions are missed, each. With nothing to divide by, scores are 0 (look at `support`).
 * @throws InputError when the lists do not fit together, a span is not in its text, or gold has only other labels.
 * @example evaluate(gold, await predictor.predict(gold.map(({ text }) => text)), { labels: predictor.labels })
 */
export function evaluate(
  gold: readonly GoldExample[],
  predicted: readonly (readonly Mention[])[],
  { labels: asked, bootstrap = { samples: 1000, seed: 1 } }: EvaluateOptions,
): Evaluation {
  const labels = [...new Set(asked)];
  const pairs = pairUp(gold, predicted, labels);
  const matches = pairs.map((pair) => splitByMatch(pair.gold.mentions, pair.predicted.mentions));
  const errors = matches.flatMap(({ missed, spurious }, index) =>
    [...listErrors(missed, spurious), ...missedAsWhole(pairs[index]!.discontinuous)].map((error) => ({
      example: gold[index]!.id,
      index,
      ...error,
    })),
  );
  const documents = groupByDocument(gold, pairs, matches, labels);
  return {
    texts: gold.length,
    documents: documents.length,
    strict: scoreStrict(documents, labels, bootstrap),
    schemes: scoreSchemes(pairs, labels),
    errorCounts: countBy(
      errors.map(({ kind }) => kind),
      errorKinds,
    ) as Record<ErrorKind, number>,
    errors,
    inexpressible: sum(pairs.map((pair) => countInexpressible(pair.gold.mentions))),
    ...scoreReachable(
      pairs.map(({ gold, predicted, discontinuous }) => ({
        gold: gold.mentions,
        predicted: predicted.mentions,
        discontinuous: discontinuous.length,
      })),
    ),
    duplicates: {
      gold: sum(pairs.map((pair) => pair.gold.duplicates)),
      predicted: sum(pairs.map((pair) => pair.predicted.duplicates)),
    },
    outside: {
      gold: countBy(pairs.flatMap((pair) => pair.gold.outside)),
      predicted: countBy(pairs.flatMap((pair) => pair.predicted.outside)),
    },
    bootstrap,
  };
}

interface Pair {
  readonly gold: MentionSet;
  readonly predicted: MentionSet;
  /** Of the labels asked for. */
  readonly discontinuous: readonly DiscontinuousMention[];
}

/** An error of its own each: nothing that is predicted can be paired with it. */
function missedAsWhole(mentions: readonly DiscontinuousMention[]): MentionError[] {
  return mentions.map(({ label, spans }) => {
    return { kind: "missed", gold: { start: spans[0]!.start, end: spans.at(-1)!.end, label, spans } };
  });
}

function pairUp(
  gold: readonly GoldExample[],
  predicted: readonly (readonly Mention[])[],
  labels: readonly string[],
): Pair[] {
  if (gold.length !== predicted.length) {
    throw new InputError(
      "predictions-unpaired",
      `${gold.length} gold texts but predictions for ${predicted.length}: one list of mentions a text is needed.`,
    );
  }
  const asked = new Set(labels);
  const pairs = gold.map(({ id, text, mentions, discontinuous = [] }, index): Pair => {
    const set = toMentionSet(mentions, text.length, asked, `Gold example "${id}"`);
    const outside = discontinuous.flatMap(({ label }) => (asked.has(label) ? [] : [label]));
    return {
      gold: { ...set, outside: [...set.outside, ...outside] },
      predicted: toMentionSet(predicted[index]!, text.length, asked, `Prediction for "${id}"`),
      discontinuous: discontinuous.filter(({ label }) => asked.has(label)),
    };
  });
  const others = new Set(pairs.flatMap((pair) => pair.gold.outside));
  if (others.size > 0 && pairs.every((pair) => pair.gold.mentions.length + pair.discontinuous.length === 0)) {
    throw new InputError(
      "labels-unlike",
      `No gold mention has a label that is asked for. Asked for: ${labels.join(", ")}. In the gold: ${[...others].sort().join(", ")}.`,
      { hint: "Is the gold of another task?" },
    );
  }
  return pairs;
}

type Match = ReturnType<typeof splitByMatch>;

/** A row a document: `[tp, tp + fp, tp + fn]` over all labels, then for each. // [documents, 1 + labels, 3] */
function groupByDocument(
  gold: readonly GoldExample[],
  pairs: readonly Pair[],
  matches: readonly Match[],
  labels: readonly string[],
): number[][] {
  const columnOf = new Map(labels.map((label, i) => [label, 3 * (1 + i)]));
  const rows: number[][] = [];
  const rowOf = new Map<string, number[]>();
  for (const [index, { document }] of gold.entries()) {
    let row = document === undefined ? undefined : rowOf.get(document);
    if (row === undefined) {
      row = new Array<number>(3 * (1 + labels.length)).fill(0);
      rows.push(row);
      if (document !== undefined) rowOf.set(document, row);
    }
    const add = (mentions: readonly { readonly label: string }[], ...cells: readonly number[]) => {
      for (const { label } of mentions) {
        for (const cell of cells) for (const column of [0, columnOf.get(label)!]) row[column + cell]!++;
      }
    };
    add(matches[index]!.matched, 0, 1, 2);
    add(matches[index]!.spurious, 1);
    add(matches[index]!.missed, 2);
    add(pairs[index]!.discontinuous, 2);
  }
  return rows;
}

function scoreStrict(
  documents: readonly (readonly number[])[],
  labels: readonly string[],
  bootstrap: BootstrapOptions,
): Evaluation["strict"] {
  const intervals = bootstrapF1(documents, 1 + labels.length, bootstrap);
  const scores = intervals.map((ci95, column): StrictScore => {
    const [tp, found, support] = [0, 1, 2].map((cell) =>
      sum(documents.map((row) => row[3 * column + cell]!)),
    );
    const rates = toRates(tp!, found!, support!);
    return { ...rates, support: support!, tp: tp!, fp: found! - tp!, fn: support! - tp!, ci95 };
  });
  return { micro: scores[0]!, labels: Object.fromEntries(labels.map((label, i) => [label, scores[1 + i]!])) };
}

function scoreSchemes(pairs: readonly Pair[], labels: readonly string[]): Evaluation["schemes"] {
  const score = (name: SchemeName, isAsked: (mention: Mention) => boolean): SchemeScore => {
    const counts = createSchemeCounts();
    for (const { gold, predicted } of pairs) {
      countScheme(name, gold.mentions.filter(isAsked), predicted.mentions.filter(isAsked), counts);
    }
    return { ...schemeRates(counts), ...counts };
  };
  const scores = schemeNames.map((name) => [
    name,
    {
      micro: score(name, () => true),
      labels: Object.fromEntries(
        labels.map((label) => [label, score(name, (mention) => mention.label === label)]),
      ),
    },
  ]);
  return Object.fromEntries(scores) as Evaluation["schemes"];
}

function countBy(names: readonly string[], all: readonly string[] = []): Record<string, number> {
  const counts = new Map(all.map((name) => [name, 0]));
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
