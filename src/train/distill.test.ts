/** @file A teacher's scores come to the words they are of, softened, in the order of the student's tags. */
import { expect, it } from "vitest";
import type { NerPredictor, ScoredText } from "../model/ner-predictor.ts";
import type { LabelledSequence } from "../model/sequence.ts";
import { addSoftTargets } from "./distill.ts";

/** Scores word i of a text of n letters: its tags have ln(n), ln(n + 1), ... + i. */
const teacher: Pick<NerPredictor, "labels" | "scoreWords"> = {
  labels: ["B", "A"],
  scoreWords: async (texts) =>
    texts.map((text) => {
      const words = text.split(" ").map(() => ({ start: 0, end: 1 }));
      const rows = words.flatMap((_, word) =>
        [0, 1, 2, 3, 4].map((tag) => word + Math.log(text.length + tag)),
      );
      return { words, sequences: [], cutWords: 0, scores: Float32Array.from(rows) } satisfies ScoredText;
    }),
};
const sequence = (ownStart: number, ownEnd: number) => ({ ownStart, ownEnd }) as LabelledSequence;

it("gives each sequence the rows of its own words", async () => {
  const sources = [
    { text: "a", sequences: [sequence(0, 1)] },
    { text: "a b c", sequences: [sequence(0, 2), sequence(2, 3)] },
  ];
  const [first, second] = await addSoftTargets(sources, teacher, { labels: ["A", "B"], temperature: 1 });
  // the teacher's O, B-B, I-B, B-A, I-A are the student's O, B-B.., with A's columns first
  const row = (letters: number) => {
    const powers = [0, 3, 4, 1, 2].map((tag) => letters + tag);
    return powers.map((x) => x / powers.reduce((sum, y) => sum + y, 0));
  };
  expect(first!.map(({ softTargets }) => softTargets!.length)).toEqual([5]);
  expect(second!.map(({ softTargets }) => softTargets!.length)).toEqual([10, 5]);
  for (const [i, x] of row(1).entries()) expect(first![0]!.softTargets![i]).toBeCloseTo(x, 6);
  for (const [i, x] of [...row(5), ...row(5)].entries())
    expect(second![0]!.softTargets![i]).toBeCloseTo(x, 6);
});

it("softens by the temperature", async () => {
  const sources = [{ text: "a", sequences: [sequence(0, 1)] }];
  const [[only]] = (await addSoftTargets(sources, teacher, { labels: ["B", "A"], temperature: 2 })) as [
    [LabelledSequence],
  ];
  const powers = [1, 2, 3, 4, 5].map(Math.sqrt); // exp(ln(x) / 2)
  const total = powers.reduce((sum, power) => sum + power, 0);
  for (const [i, power] of powers.entries()) expect(only.softTargets![i]).toBeCloseTo(power / total, 6);
});

it("refuses a teacher of other labels", async () => {
  const asked = addSoftTargets([], teacher, { labels: ["A", "C"], temperature: 1 });
  await expect(asked).rejects.toThrow(
    "The teacher has labels B, A; the task has A, C. They must be the same.",
  );
});
