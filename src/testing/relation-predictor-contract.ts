/** @file What every RelationPredictor must do, as checks that any test runner can run. */
import assert from "node:assert/strict";
import type { MarkedPair, RelationPredictor } from "../task/relation-example.ts";

/** One rule of the contract. */
export interface RelationContractCheck {
  readonly name: string;
  /** @throws AssertionError when the predictor breaks the rule. */
  check(predictor: RelationPredictor): Promise<void>;
}

/** Emoji, line breaks, the tail before the head, placeholders, tags in the text, mentions at both ends, a long text. */
function nastyPairs(head: string, tail: string): MarkedPair[] {
  const pair = (
    before: string,
    first: string,
    between: string,
    second: string,
    after: string,
  ): MarkedPair => {
    const start = before.length + first.length + between.length;
    return {
      text: before + first + between + second + after,
      head: { start: before.length, end: before.length + first.length, label: head },
      tail: { start, end: start + second.length, label: tail },
    };
  };
  const swap = ({ text, head: a, tail: b }: MarkedPair): MarkedPair => ({
    text,
    head: { ...b, label: head },
    tail: { ...a, label: tail },
  });
  return [
    pair("", "APOE", " ", "gout", ""),
    pair("😀 ", "𝛼-synuclein", "\r\n\r\n", "Parkinson’s\ndisease", "…"),
    swap(pair("In ", "asthma", ", ", "IL4", " was <b>silent</b> & p < 0.05.")),
    pair("", "@GENE$", " and ", "@DISEASE$", "."),
    pair("word ".repeat(600), "APOE", " in ", "gout", " word".repeat(600)),
  ];
}

/** @param pairs real pairs of the task, whose labels are taken for the hard ones too */
export function relationPredictorContract(pairs: readonly MarkedPair[]): RelationContractCheck[] {
  const all = [...pairs, ...nastyPairs(pairs[0]?.head.label ?? "Head", pairs[0]?.tail.label ?? "Tail")];
  return [
    {
      name: "names its classes, each once, and at least two",
      async check({ classes }) {
        assert.ok(classes.length >= 2);
        assert.equal(new Set(classes).size, classes.length);
      },
    },
    {
      name: "gives one known class a pair with a score in [0, 1], and nothing for nothing",
      async check(predictor) {
        assert.deepEqual(await predictor.predict([]), []);
        const answers = await predictor.predict(all);
        assert.equal(answers.length, all.length);
        for (const { relation, score } of answers) {
          assert.ok(predictor.classes.includes(relation));
          assert.ok(score >= 0 && score <= 1);
        }
      },
    },
    {
      name: "gives probabilities of all classes that sum to 1, the score among them, or none at all",
      async check(predictor) {
        for (const { relation, score, probabilities } of await predictor.predict(all)) {
          if (probabilities === undefined) continue;
          assert.equal(probabilities.length, predictor.classes.length);
          assert.ok(probabilities.every((value) => value >= 0 && value <= 1));
          assert.ok(Math.abs(probabilities.reduce((sum, value) => sum + value, 0) - 1) < 1e-4);
          assert.ok(Math.abs(probabilities[predictor.classes.indexOf(relation)]! - score) < 1e-6);
        }
      },
    },
    {
      name: "gives the same for the same pair: again, alone, and in other company",
      async check(predictor) {
        const classesOf = async (some: readonly MarkedPair[]) =>
          (await predictor.predict(some)).map(({ relation }) => relation);
        const together = await classesOf(all);
        assert.deepEqual(await classesOf(all), together);
        assert.deepEqual((await classesOf([...all].reverse())).reverse(), together);
        for (const [i, pair] of all.entries()) assert.deepEqual(await classesOf([pair]), [together[i]]);
      },
    },
  ];
}
