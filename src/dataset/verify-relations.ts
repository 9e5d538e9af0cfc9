/** @file Labelled pairs and the classes that somebody else gives them -> agreement of the two, doubts, and the corpus after an action. */
import type { DoubtAction } from "../task/curation-spec.ts";
import type { RelationDoubt, RelationReading } from "../task/label-doubt.ts";
import type { RelationExample } from "../task/relation-example.ts";
import { applyDoubtsBy } from "./apply-doubts.ts";
import { matchReadings, type ReadingOutcome } from "./match-readings.ts";
import { type Agreement, toAgreement } from "./verify-examples.ts";

/** How far two readings of the same pairs agree. */
export interface ClassAgreement extends Agreement {
  /** Cohen's kappa (1960): agreement above that of two readers who know the shares alone, at most 1; 0 where nothing is divided. */
  readonly kappa: number;
}

/** What a second reading came to. */
export interface RelationVerification extends ReadingOutcome<RelationExample, RelationDoubt> {
  /** Over the examples that were read a second time; all classes together, `f1` is the share of equal answers. */
  readonly agreement: ClassAgreement & { readonly byClass: Readonly<Record<string, Agreement>> };
}

/**
 * Compares the class of each example with its second reading and does with the examples that differ what is asked.
 * With `relabel` the second class takes the place of the first.
 * @param readings of these examples; others are passed over, and of two for one example the first counts
 * @example verifyRelations(examples, readings, "drop").agreement.kappa
 */
export function verifyRelations(
  examples: readonly RelationExample[],
  readings: readonly RelationReading[],
  action: DoubtAction,
): RelationVerification {
  const read = matchReadings(examples, readings).map(({ example, reading }) => ({
    id: example.id,
    first: example.relation,
    second: reading.relation,
  }));
  const doubts = read
    .filter(({ first, second }) => first !== second)
    .map(({ id, first, second }): RelationDoubt => {
      return { id, kind: "class", given: first, suggested: second, score: 1 };
    });
  const classes = [...new Set(read.flatMap(({ first, second }) => [first, second]))].sort();
  const agreed = read.length - doubts.length;
  const byClass = Object.fromEntries(
    classes.map((name) => {
      const firsts = read.filter(({ first }) => first === name);
      const seconds = read.filter(({ second }) => second === name).length;
      const both = firsts.filter(({ second }) => second === name).length;
      return [name, toAgreement(firsts.length, seconds, both)];
    }),
  );
  const chance = Object.values(byClass).reduce(
    (sum, { first, second }) => sum + (first / read.length) * (second / read.length),
    0,
  );
  const kappa = read.length === 0 || chance === 1 ? 0 : (agreed / read.length - chance) / (1 - chance);
  return {
    ...applyDoubtsBy(examples, doubts, action, relabel),
    agreement: { ...toAgreement(read.length, read.length, agreed), kappa, byClass },
    doubts,
    unread: examples.length - read.length,
  };
}

const relabel = (example: RelationExample, [doubt]: readonly RelationDoubt[]): RelationExample =>
  doubt === undefined ? example : { ...example, relation: doubt.suggested };
