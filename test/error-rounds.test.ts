/** @file Tests of rounds from real evaluations: no text of an evaluated document enters a prompt. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { errorKinds } from "../src/evaluate/error-list.ts";
import { evaluate } from "../src/evaluate/evaluate.ts";
import { evaluateRelations } from "../src/evaluate/evaluate-relations.ts";
import { classifyErrors, ERROR_KINDS } from "../src/generate/error-classes.ts";
import { classifyRelationErrors } from "../src/generate/error-classes-re.ts";
import { addErrorRound } from "../src/generate/error-round.ts";
import { writePrompts } from "../src/generate/write-prompts.ts";
import { createNerSpec, createRelationSpec } from "../src/testing/prompt-specs.ts";

const spec = createNerSpec({
  topics: ["t0", "t1"],
  sets: [{ name: "one", prompts: 2, styles: ["s0"], rules: ["Own rule."] }],
});

test("rounds know the kinds of error that evaluations have", () => {
  expect(ERROR_KINDS).toEqual(errorKinds);
});

// Letters that no prompt of ours has: one of them in a prompt is a text that got out.
const CANARY = [..."ЖЗИЛФЦШЩЫЭЮЯжзилфцшщыэюя"];
const word = fc.string({ unit: fc.constantFrom(...CANARY), minLength: 4, maxLength: 9 });
/** A document of canary words, and marks on some of them: by a human, by a model, and labels that are a canary too. */
const document = fc.record({
  words: fc.array(word, { minLength: 1, maxLength: 8 }),
  marks: fc.array(
    fc.record({
      from: fc.nat(7),
      length: fc.integer({ min: 1, max: 5 }),
      shift: fc.integer({ min: -2, max: 2 }),
      by: fc.constantFrom("gold", "model"),
    }),
    { maxLength: 5 },
  ),
});

test("no text of an evaluated document enters a prompt", () => {
  let rounds = 0;
  fc.assert(
    fc.property(
      fc.array(document, { minLength: 1, maxLength: 6 }),
      word,
      fc.boolean(),
      (documents, name, withTexts) => {
        const texts = documents.map(({ words }) => words.join(" "));
        const marksOf = (index: number, by: string) =>
          documents[index]!.marks.filter((mark) => mark.by === by)
            .map(({ from, length, shift }) => {
              const { words } = documents[index]!;
              const first = from % words.length;
              const start = words.slice(0, first).join(" ").length + (first > 0 ? 1 : 0);
              const end = start + words.slice(first, first + length).join(" ").length;
              return { start: Math.max(0, start + shift), end: Math.max(1, end), label: "Disease", score: 1 };
            })
            .filter(({ start, end }) => start < end);
        const gold = texts.map((text, index) => ({
          id: text,
          text,
          document: text,
          mentions: marksOf(index, "gold"),
        }));
        const predictions = texts.map((_, index) => marksOf(index, "model"));
        const evaluation = evaluate(gold, predictions, {
          labels: ["Disease"],
          bootstrap: { samples: 2, seed: 1 },
        });
        // A file may hold anything: texts beside the errors, labels and names that are texts.
        const stranger = {
          kind: "missed",
          gold: { start: 0, end: 4, label: texts[0], text: texts[0] },
          index: 0,
        };
        const errors = [
          ...evaluation.errors.map((error, index) => ({ ...error, text: texts[index % texts.length] })),
          stranger,
        ];
        const run = { sets: [{ kind: "gold", name, evaluation: { errors, text: texts[0] } }] };
        const classes = classifyErrors(JSON.parse(JSON.stringify(run)), {
          labels: ["Disease"],
          ...(withTexts && { textOf: (index: number) => texts[index] }),
        });
        if (classes.length === 0) return;
        rounds++;
        const round = addErrorRound(spec, classes, { round: 2, prompts: 12, classes: 12 });
        const written = JSON.stringify([classes, round, ...writePrompts(round)]);
        expect(written).not.toMatch(new RegExp(`[${CANARY.join("")}]`, "u"));
        for (const text of texts) for (const piece of text.split(" ")) expect(written).not.toContain(piece);
      },
    ),
    { numRuns: 200 },
  );
  expect(rounds).toBeGreaterThan(100);
});

/** Words that are told apart as cues stand in the documents: that they are there may get out, what they are not. */
const pairDocument = fc.record({
  words: fc.array(fc.oneof(word, word, fc.constantFrom("not", "may", "without", "suggests")), {
    minLength: 2,
    maxLength: 24,
  }),
  head: fc.nat(),
  tail: fc.nat(),
  gold: fc.constantFrom("yes", "no", "other"),
  predicted: fc.constantFrom("yes", "no", "other"),
});

test("no text of an evaluated pair enters a prompt", () => {
  const label = { definition: "d" };
  const relationSpec = createRelationSpec(
    { topics: ["t0", "t1"], sets: [{ name: "one", prompts: 2, styles: ["s0"] }] },
    { classes: { yes: label, no: label, other: label } },
  );
  const relation = relationSpec.relation!;
  let rounds = 0;
  fc.assert(
    fc.property(
      fc.array(pairDocument, { minLength: 1, maxLength: 8 }),
      word,
      fc.boolean(),
      (documents, name, withTexts) => {
        const golds = documents.map(({ words, head, tail, gold }) => {
          const text = words.join(" ");
          const at = (place: number, label: string) => {
            const start = words.slice(0, place).join(" ").length + (place > 0 ? 1 : 0);
            return { start, end: start + words[place]!.length, label };
          };
          const first = head % words.length;
          const second = (first + 1 + (tail % (words.length - 1))) % words.length;
          return {
            id: text,
            text,
            document: text,
            head: at(first, "Gene"),
            tail: at(second, "Disease"),
            relation: gold,
          };
        });
        const evaluation = evaluateRelations(
          golds,
          documents.map(({ predicted }) => ({ relation: predicted })),
          { classes: ["yes", "no", "other"], negative: "no", bootstrap: { samples: 2, seed: 1 } },
        );
        // A file may hold anything: texts beside the errors, classes and names that are texts.
        const [{ text, head, tail }] = golds as [(typeof golds)[0]];
        const strangers = [
          { pair: text, index: 0, head, tail, gold: text, predicted: "yes" },
          { pair: text, index: 0, head, tail, gold: "yes", predicted: text, cue: text },
        ];
        const errors = [
          ...evaluation.errors.map((error, place) => ({
            ...error,
            text,
            cue: golds[place % golds.length]!.text,
          })),
          ...strangers,
        ];
        const run = { sets: [{ kind: "gold", name, evaluation: { errors, text } }] };
        const classes = classifyRelationErrors(JSON.parse(JSON.stringify(run)), {
          relation,
          ...(withTexts && { pairOf: (index: number) => golds[index] }),
        });
        expect(classes.reduce((sum, { count }) => sum + count, 0)).toBe(evaluation.errors.length);
        if (classes.length === 0) return;
        rounds++;
        const round = addErrorRound(relationSpec, classes, { round: 2, prompts: 12, classes: 12 });
        const written = JSON.stringify([classes, round, ...writePrompts(round)]);
        expect(written).not.toMatch(new RegExp(`[${CANARY.join("")}]`, "u"));
      },
    ),
    { numRuns: 200 },
  );
  expect(rounds).toBeGreaterThan(100);
});
