/** @file Tests of ideal answers: the readers give back the items they were made of. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Mention } from "../task/example.ts";
import { parseMarkup } from "../task/markup.ts";
import { TextphantomError } from "../util/errors.ts";
import { type AnswerItems, renderAnswer } from "./answer-shape.ts";
import { parseCompletion } from "./parse-completion.ts";

const LABELS = ["Chemical", "Disease"];

const piece = fc.constantFrom(
  "gout",
  "DMD",
  "5-FU",
  "p<0.05",
  "IL-2<IL-4",
  "&lt;",
  "a&b",
  "𝛼-synuclein",
  "😷",
  "β",
);
/** Sentences of 5 to 12 pieces, some of them marked; a letter stands before, so that no line looks like numbering. */
const sentence = fc
  .array(fc.tuple(piece, fc.constantFrom(undefined, undefined, ...LABELS)), { minLength: 5, maxLength: 12 })
  .map((pieces): Omit<AnswerItems["ner"], "passage"> => {
    let text = "Here";
    const mentions: Mention[] = [];
    for (const [words, label] of pieces) {
      text += " ";
      if (label !== undefined && words !== "😷") {
        mentions.push({ start: text.length, end: text.length + words.length, label });
      }
      text += words;
    }
    return { text, mentions };
  });
const documents = fc
  .array(fc.array(sentence, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
  .map((list) => list.flatMap((group, passage) => group.map((item) => ({ ...item, passage }))));

test("gives marked sentences back, documents apart", () => {
  fc.assert(
    fc.property(documents, (items) => {
      const text = renderAnswer(items, "markup", "ner");
      const { examples, rejections } = parseCompletion({ promptId: "p", text }, LABELS);
      expect(rejections).toEqual([]);
      expect(examples.map(({ text, mentions, passage }) => ({ text, mentions, passage }))).toEqual(items);
    }),
  );
});

test("writes JSON with the strings of the mentions, flat or by document", () => {
  fc.assert(
    fc.property(documents, (items) => {
      const object = ({ text, mentions }: AnswerItems["ner"]) => ({
        text,
        mentions: mentions.map(({ start, end, label }) => ({ text: text.slice(start, end), label })),
      });
      expect(JSON.parse(renderAnswer(items, "json", "ner"))).toEqual(items.map(object));
      const grouped = JSON.parse(renderAnswer(items, "json", "ner", "documents")) as unknown[];
      expect(grouped).toEqual(
        [...new Set(items.map(({ passage }) => passage))].map((passage) => ({
          sentences: items.filter((item) => item.passage === passage).map(object),
        })),
      );
    }),
  );
});

const RELATION: AnswerItems["relation"] = {
  text: "In mice DMD is tied to dystrophin.",
  head: { start: 23, end: 33, label: "Gene" },
  tail: { start: 8, end: 11, label: "Disease" },
  relation: "yes",
};

test("writes a pair as class, tab and sentence, and as an object", () => {
  const line = "yes\tIn mice <Disease>DMD</Disease> is tied to <Gene>dystrophin</Gene>.";
  expect(renderAnswer([RELATION, RELATION], "markup", "relation")).toBe(`${line}\n${line}`);
  expect(JSON.parse(renderAnswer([RELATION], "json", "relation"))).toEqual([
    { relation: "yes", text: RELATION.text, head: "dystrophin", tail: "DMD" },
  ]);
});

test("gives marked pairs back, whichever comes first", () => {
  const pairs = sentence.filter(({ mentions }) => mentions.length > 1);
  fc.assert(
    fc.property(
      pairs,
      fc.boolean(),
      fc.constantFrom("yes", "no"),
      ({ text, mentions }, swapped, relation) => {
        const [first, second] = mentions as [Mention, Mention];
        const head = { ...(swapped ? second : first), label: "Gene" };
        const tail = { ...(swapped ? first : second), label: "Disease" };
        const line = renderAnswer([{ text, head, tail, relation }], "markup", "relation");
        const [name, marked] = line.split("\t") as [string, string];
        const parsed = parseMarkup(marked, ["Gene", "Disease"]);
        if ("rejected" in parsed) throw new Error(parsed.rejected);
        expect([name, parsed.text]).toEqual([relation, text]);
        expect(parsed.mentions.find(({ label }) => label === "Gene")).toEqual(head);
        expect(parsed.mentions.find(({ label }) => label === "Disease")).toEqual(tail);
      },
    ),
  );
});

test("refuses a text with a line break, which no line can say", () => {
  const items = [{ text: "a\nb", mentions: [], passage: 0 }];
  expect(() => renderAnswer(items, "markup", "ner")).toThrow(TextphantomError);
});
