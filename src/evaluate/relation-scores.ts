/** @file Gold and predicted classes of pairs -> counts, rates, confusion and intervals. Nothing here is ever NaN. */
import { type BootstrapOptions, bootstrapF1, type Interval } from "./bootstrap.ts";
import { type Counts, type Rates, toRates } from "./scores.ts";

/** One class, or several pooled. */
export interface ClassScore extends Rates, Counts {
  /** Gold pairs. */
  readonly support: number;
  /** 95 % interval of `f1`. */
  readonly ci95: Interval;
}

/** Scores as fractions in [0, 1], `mcc` in [-1, 1]; plain JSON. */
export interface RelationScores {
  /** Share of the pairs with the gold class. */
  readonly accuracy: { readonly value: number; readonly ci95: Interval };
  /** Matthews correlation, of several classes: R_K, Gorodkin 2004; 0 where gold or predictions have one class only. */
  readonly mcc: number;
  /** Over all classes but the negative one: with two classes, the F1 of the papers. */
  readonly micro: ClassScore;
  /** Mean over every class, the negative one too, as scikit-learn's `average="macro"`. */
  readonly macro: Rates;
  readonly classes: Readonly<Record<string, ClassScore>>;
  /** Pairs by gold class (row) and predicted class (column), in the order of `classes`. */
  readonly confusion: readonly (readonly number[])[];
}

/** One pair by the numbers of its classes. */
export interface ScoredPair {
  readonly gold: number;
  readonly predicted: number;
  /** Pairs of one document are drawn together. Absent: the pair is its own. */
  readonly document?: string;
}

/** Scores the answers to pairs. `negative` is the number of the class that is in no `micro`. */
export function scoreRelations(
  pairs: readonly ScoredPair[],
  names: readonly string[],
  negative: number,
  bootstrap: BootstrapOptions,
): RelationScores & { readonly documents: number } {
  const rows = groupByDocument(pairs, names.length, negative);
  const [accuracy, micro, ...classes] = scoreColumns(rows, 2 + names.length, bootstrap) as [
    ClassScore,
    ClassScore,
    ...ClassScore[],
  ];
  const mean = (rate: keyof Rates) => classes.reduce((total, score) => total + score[rate], 0) / names.length;
  const confusion = names.map(() => names.map(() => 0));
  for (const { gold, predicted } of pairs) confusion[gold]![predicted]!++;
  return {
    documents: rows.length,
    accuracy: { value: accuracy.f1, ci95: accuracy.ci95 },
    mcc: toMcc(confusion),
    micro,
    macro: { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") },
    classes: Object.fromEntries(names.map((name, index) => [name, classes[index]!])),
    confusion,
  };
}

/** The sums of each column, with an interval over the rows. @param rows `[matched, found, sought]` a column, one a document */
export function scoreColumns(
  rows: readonly (readonly number[])[],
  columns: number,
  bootstrap: BootstrapOptions,
): ClassScore[] {
  return bootstrapF1(rows, columns, bootstrap).map((ci95, column): ClassScore => {
    const [tp, found, support] = [0, 1, 2].map((cell) =>
      rows.reduce((total, row) => total + row[3 * column + cell]!, 0),
    ) as [number, number, number];
    return { ...toRates(tp, found, support), support, tp, fp: found - tp, fn: support - tp, ci95 };
  });
}

/**
 * A row a document: `[matched, found, sought]` over all classes, over all but the negative one, then for each. Over all
 * classes each pair is found once and sought once, so F1 is the accuracy. // [documents, 2 + classes, 3]
 */
function groupByDocument(pairs: readonly ScoredPair[], classes: number, negative: number): number[][] {
  const rows: number[][] = [];
  const rowOf = new Map<string, number[]>();
  for (const { gold, predicted, document } of pairs) {
    let row = document === undefined ? undefined : rowOf.get(document);
    if (row === undefined) {
      row = new Array<number>(3 * (2 + classes)).fill(0);
      rows.push(row);
      if (document !== undefined) rowOf.set(document, row);
    }
    const columnsOf = (index: number) => [0, ...(index === negative ? [] : [1]), 2 + index];
    for (const column of columnsOf(predicted)) row[3 * column + 1]!++;
    for (const column of columnsOf(gold)) row[3 * column + 2]!++;
    if (gold === predicted) for (const column of columnsOf(gold)) row[3 * column]!++;
  }
  return rows;
}

/** Gorodkin 2004, eq. 8, in the form of scikit-learn: covariances of the counts of true and predicted classes. */
export function toMcc(confusion: readonly (readonly number[])[]): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const sought = confusion.map(sum);
  const found = confusion.map((_, column) => sum(confusion.map((row) => row[column]!)));
  const total = sum(sought);
  const correct = sum(confusion.map((row, index) => row[index]!));
  const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((value, i) => value * b[i]!));
  const spread = (total ** 2 - dot(found, found)) * (total ** 2 - dot(sought, sought));
  return spread > 0 ? (correct * total - dot(found, sought)) / Math.sqrt(spread) : 0;
}
