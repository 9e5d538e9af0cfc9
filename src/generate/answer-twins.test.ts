/** @file Tests of readers against ideal answers: relation lines and JSON give back the items they were made of. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Mention } from "../task/example.ts";
import { parseRelationLine } from "../task/relation-markup.ts";
import { createRelationSpec } from "../testing/prompt-specs.ts";
import { type AnswerItems, renderAnswer } from "./answer-shape.ts";
import { parseJsonExamples, parseJsonRelations } from "./parse-json-answer.ts";
import { parseRelations } from "./parse-relations.ts";

const spec = createRelationSpec({ sets: [{ name: "one", prompts: 1 }] });
const relation = spec.relation!;
const LABELS = Object.keys(spec.labels);

const PIECES = [
  "gout",
  "DMD",
  "5-FU",
  "p<0.05",
  "IL-2<IL-4",
  "a&b",
  "𝛼-synuclein",
  "😷",
  "βx",
  '"so"',
  "\\n",
];
/** A sentence in which each piece stands once: what is marked has one place, as prompts for JSON ask for pairs. */
const sentence = fc
  .tuple(
    fc.shuffledSubarray(PIECES, { minLength: 5 }),
    fc.array(fc.constantFrom(undefined, ...LABELS), { minLength: 11, maxLength: 11 }),
  )
  .map(([pieces, labels]): { text: string; mentions: Mention[]; places: Mention[] } => {
    let text = "There was";
    const places: Mention[] = [];
    for (const [index, piece] of pieces.entries()) {
      const start = text.length + 1;
      text += ` ${piece}`;
      const label = labels[index];
      if (/[\p{L}\p{N}]/u.test(piece) && label !== undefined) places.push({ start, end: text.length, label });
    }
    return { text: `${text} here.`, mentions: places, places };
  });
const pair = fc
  .tuple(sentence, fc.boolean(), fc.constantFrom("yes", "no"))
  .filter(([{ places }]) => places.length > 1)
  .map(([{ text, places }, swapped, name]): AnswerItems["relation"] => {
    const [first, second] = places as [Mention, Mention];
    return {
      text,
      relation: name,
      head: { ...(swapped ? second : first), label: relation.head },
      tail: { ...(swapped ? first : second), label: relation.tail },
    };
  });
const pick = ({ text, head, tail, relation }: AnswerItems["relation"]) => ({ text, head, tail, relation });

test("a relation line gives its pair back", () => {
  fc.assert(
    fc.property(pair, (item) => {
      const read = parseRelationLine(renderAnswer([item], "markup", "relation"), relation, LABELS);
      if ("rejected" in read) throw new Error(read.rejected);
      expect(pick(read)).toEqual(item);
    }),
  );
});

test.each([
  ["markup", parseRelations],
  ["json", parseJsonRelations],
] as const)("an answer of pairs in %s gives them back", (format, parse) => {
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 5 }), (items) => {
      const text = renderAnswer(items, format, "relation");
      const { examples, rejections } = parse({ promptId: "p", text }, relation, LABELS);
      expect(rejections).toEqual([]);
      expect(examples.map(pick)).toEqual(items);
    }),
  );
});

test.each(["sentences", "documents"] as const)("JSON of %s gives its mentions back", (form) => {
  const passages = fc.array(fc.array(sentence, { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(passages, (list) => {
      const items = list.flatMap((group, passage) =>
        group.map(({ text, mentions }) => ({ text, mentions, passage: form === "documents" ? passage : 0 })),
      );
      const text = renderAnswer(items, "json", "ner", form);
      const { examples, rejections } = parseJsonExamples({ promptId: "p", text }, LABELS);
      expect(rejections).toEqual([]);
      expect(examples.map(({ text, mentions, passage }) => ({ text, mentions, passage }))).toEqual(items);
    }),
  );
});
