/** @file Relations of whole documents: values by hand, end to end, the rows beside. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CorpusDocument, CorpusMention } from "../task/corpus-document.ts";
import { createScoreRelationPredictor, createWordPredictor, showPair } from "../testing/word-predictors.ts";
import { type EvaluateDocumentsOptions, evaluateDocumentRelations } from "./evaluate-documents.ts";

const relation = { head: "Chemical", tail: "Disease", negative: "no", directed: true };
const options: EvaluateDocumentsOptions = { relation, bootstrap: { samples: 50, seed: 1 } };
const labels: Readonly<Record<string, string>> = { C: "Chemical", D: "Disease" };

/** `Iron[C1] and gout[D1].`: the word before a bracket is a mention of that concept; `[C]` has none. */
function read(id: string, marked: string, ...relations: string[]): CorpusDocument {
  let text = "";
  const mentions: CorpusMention[] = [];
  for (const part of marked.split(/(\w+\[[CD0-9|]*\])/)) {
    const [, word, concept] = /^(\w+)\[(.+)\]$/.exec(part) ?? [];
    if (word !== undefined) {
      const span = { start: text.length, end: text.length + word.length };
      const concepts = concept!.length > 1 ? { concepts: concept!.split("|") } : {};
      mentions.push({ label: labels[concept![0]!]!, spans: [span], ...concepts });
    }
    text += word ?? part;
  }
  return {
    id,
    text,
    mentions,
    relations: relations.map((pair) => {
      const [type, head, tail] = pair.split(" ") as [string, string, string];
      return { type, head: { concept: head }, tail: { concept: tail } };
    }),
  };
}
const byVerb = () => createScoreRelationPredictor(({ text }) => (text.includes("causes") ? 0.75 : 0.25));

const gold = [
  read(
    "a",
    "Iron[C1] causes gout[D1]. With iron[C1] or lead[C2], gout[D1] and pain[D2]. The asthma[D3] came.",
    "yes C1 D1",
    "yes C2 D2",
    "yes C1 D3",
  ),
  read("b", "Zinc[C9] causes pain[D2]. No HD[D].", "yes C9 D9"),
];

test("counts each two concepts once a document, and says what was missed and why", async () => {
  const scores = await evaluateDocumentRelations(byVerb(), gold, options);
  expect(scores.micro).toMatchObject({
    tp: 1,
    fp: 1,
    fn: 3,
    support: 4,
    precision: 1 / 2,
    recall: 1 / 4,
    f1: 1 / 3,
  });
  expect(scores.classes).toEqual({ yes: scores.micro });
  expect(scores.misses).toEqual({ mention: 1, window: 1, judgement: 1 });
  expect(scores).toMatchObject({
    documents: 2,
    mentions: "gold",
    window: 0,
    acrossSentences: 1,
    unknownNames: 0,
  });
  // a: C1-D1, C1-D2, C2-D1, C2-D2; b: C9-D2
  expect(scores.candidates).toEqual({ pairs: 6, relations: 5 });
  expect(scores.baselines.relation).toBe("yes");
  expect(scores.baselines.coOccurrence).toMatchObject({ tp: 2, fp: 3, fn: 2 });
  expect(scores.baselines.alwaysPositive).toEqual(scores.baselines.coOccurrence);
  // a: C1, C2 by D1, D2, D3; b: C9 by D2 and the disease without a concept
  expect(scores.baselines.documentCoOccurrence).toMatchObject({ tp: 3, fp: 5, fn: 1 });
});

test("with a window, always positive goes beyond co-occurrence, and less is beyond it", async () => {
  const scores = await evaluateDocumentRelations(byVerb(), gold, {
    ...options,
    relation: { ...relation, window: 1 },
  });
  expect(scores.misses.window).toBe(0);
  expect(scores.acrossSentences).toBe(1);
  expect(scores.baselines.coOccurrence.tp).toBe(2);
  expect(scores.baselines.alwaysPositive.tp).toBe(3);
});

test("end to end, a name stands for the concepts that gold gives it there, and any other for itself", async () => {
  const ner = createWordPredictor({
    Chemical: ["Iron", "iron", "Zinc", "or"],
    Disease: ["gout", "HD", "causes pain"],
  });
  const scores = await evaluateDocumentRelations(byVerb(), gold, { ...options, ner });
  // found: C1-D1; "zinc"-"causes pain"
  expect(scores.micro).toMatchObject({ tp: 1, fp: 1, fn: 3 });
  expect(scores).toMatchObject({ mentions: "predicted", unknownNames: 1, acrossSentences: 0 });
  expect(scores.misses).toEqual({ mention: 3, window: 0, judgement: 0 });
});

test("two names of one concept are one relation, a name of two concepts is two", async () => {
  const texts = [
    read("a", "Iron[C1] causes gout[D1]. Fe[C1] causes gout[D1]. Ca[C2] causes gout[D1].", "yes C1 D1"),
    read("b", "Lead[C3] causes pain[D5|D6].", "yes C3 D5"),
  ];
  const all = { Chemical: ["Iron", "Fe", "Ca", "Lead"], Disease: ["gout", "pain"] };
  const known = await evaluateDocumentRelations(byVerb(), texts, options);
  const { mentions, ...found } = await evaluateDocumentRelations(byVerb(), texts, { ...options, ner: createWordPredictor(all) }); // biome-ignore format: a row
  expect(known.micro).toMatchObject({ tp: 2, fp: 2, fn: 0 });
  expect({ ...found, mentions: "gold" }).toEqual(known);
});

test("what is judged is shown text and two marks, with the title where it is asked for", async () => {
  const [first] = gold;
  const titled = { ...first!, passages: [{ start: 0, end: 17, type: "title" }] };
  const spy = createScoreRelationPredictor((pair) => {
    expect(Object.keys(pair)).toEqual(["text", "head", "tail"]);
    expect(Object.keys(pair.head)).toEqual(["start", "end", "label"]);
    return 0;
  });
  await evaluateDocumentRelations(spy, [titled], { ...options, withTitle: true });
  expect(spy.calls[0]!.sort().slice(0, 2)).toEqual([
    "Iron causes gout.\nWith [iron] or lead, gout and {pain}.",
    "Iron causes gout.\nWith [iron] or lead, {gout} and pain.",
  ]);
  expect(showPair({ text: "a b", head: { start: 0, end: 1, label: "x" }, tail: { start: 2, end: 3, label: "y" } })).toBe("[a] {b}"); // biome-ignore format: a row
});

test("relations between mentions are those of their concepts", async () => {
  const [first] = gold;
  const pair = { type: "yes", head: { mention: 0 }, tail: { mention: 1 } };
  const scores = await evaluateDocumentRelations(byVerb(), [{ ...first!, relations: [pair, pair] }], options);
  expect(scores.micro).toMatchObject({ tp: 1, fp: 0, fn: 0 });
});

test("a type that is no class, and lists that do not fit, are refused; no document scores 0", async () => {
  const [first] = gold;
  const other = { ...first!, relations: [{ type: "CID", head: { concept: "C1" }, tail: { concept: "D1" } }] };
  await expect(evaluateDocumentRelations(byVerb(), [other], options)).rejects.toThrow(
    'Gold document "a": unknown class "CID". Classes: yes.',
  );
  const none = await evaluateDocumentRelations(byVerb(), [], options);
  expect(none.micro).toMatchObject({ f1: 0, support: 0, ci95: [0, 0] });
});

const drawn = fc.array(
  fc.tuple(
    fc.array(
      fc.constantFrom(
        "iron[C1]",
        "lead[C2]",
        "gout[D1]",
        "pain[D2]",
        "HD[D]",
        "Fe[C1]",
        ". It causes",
        ". No",
      ),
      { maxLength: 14 },
    ),
    fc.array(fc.constantFrom("yes C1 D1", "yes C2 D2", "yes C1 D2", "yes C9 D1"), { maxLength: 3 }),
  ),
  { minLength: 1, maxLength: 5 },
);

test("misses add up, rows hold one another, and a predictor that says yes to all is the row always positive", async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.nat(2), async (texts, window) => {
      const documents = texts.map(([words, relations], index) =>
        read(`d${index}`, `${words.join(" ")}.`, ...relations),
      );
      const asked = { ...options, relation: { ...relation, window } };
      const scores = await evaluateDocumentRelations(byVerb(), documents, asked);
      const { mention, window: beyond, judgement } = scores.misses;
      expect(mention + beyond + judgement).toBe(scores.micro.fn);
      const { coOccurrence, alwaysPositive, documentCoOccurrence } = scores.baselines;
      expect(coOccurrence.tp).toBeLessThanOrEqual(alwaysPositive.tp);
      expect(alwaysPositive.tp).toBeLessThanOrEqual(documentCoOccurrence.tp);
      const { ci95: _, ...row } = alwaysPositive; // the draws are of rows sorted by all columns
      if (window === 0) expect(coOccurrence).toMatchObject(row);
      const yes = await evaluateDocumentRelations(
        createScoreRelationPredictor(() => 1),
        documents,
        asked,
      );
      expect(yes.micro).toMatchObject(row);
    }),
    { numRuns: 60 },
  );
});
