/** @file Tests of the grammar of answers: ideal answers are admitted, broken ones are not, what is admitted can be read. */
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { admits, parseGbnf } from "../../test/gbnf.ts";
import { renderMarkup } from "../task/markup.ts";
import type { TaskSpec } from "../task/spec.ts";
import { type AnswerRules, createRulesFinder, renderAnswerGrammar } from "./answer-grammar.ts";
import { parseCompletion } from "./parse-completion.ts";

const LABELS = ["Disease", "Chemical-X_1"];
const NER: AnswerRules = {
  kind: "ner",
  labels: LABELS,
  form: "sentences",
  answer: "markup",
  items: 3,
  words: 90,
  sentences: 4,
};
const PAIRS: AnswerRules = {
  ...NER,
  kind: "relation",
  labels: ["Gene", "Disease"],
  relation: { head: "Gene", tail: "Disease", classes: ["yes", 'n"o\\'] },
};

const grammarOf = (rules: AnswerRules) => parseGbnf(renderAnswerGrammar(rules));
const takes = (rules: AnswerRules) => {
  const grammar = grammarOf(rules);
  return (text: string) => admits(grammar, text);
};

describe("sentences in markup", () => {
  const sentence = takes(NER);
  test.each([
    "Old gout.",
    "<Disease>Gout</Disease> in 5 families (p = 0.01): a study.",
    "(<Disease>breast and ovarian cancer</Disease>)-prone, anti-<Chemical-X_1>5-FU</Chemical-X_1>/<Disease>HIT</Disease>-like.",
    "The change 3243A>G, at 5 > 3 in β-thalassaemia & gout:x, 1:200.",
    "One <Disease>(R)-gout</Disease>\nTwo\nThree",
    "大規模な<Disease>糖尿病</Disease>の研究。",
  ])("admits %j", (text) => {
    expect(sentence(text)).toBe(true);
    expect(parseCompletion({ promptId: "p", text }, LABELS).rejections.filter(({ tag }) => tag)).toEqual([]);
  });
  test.each([
    ["", "nothing"],
    ["Old <Disease>gout.", "an open tag"],
    ["Old gout</Disease>.", "a lone closing tag"],
    ["Old <Disease>gout</Chemical-X_1>.", "crossed tags"],
    ["Old <Disease>a <Chemical-X_1>b</Chemical-X_1></Disease>.", "nested tags"],
    ["Old <Disease></Disease>.", "an empty mention"],
    ["Old <Disease>--</Disease>.", "a mention without a letter"],
    ["Old <Disease> gout</Disease>.", "a space just inside a tag"],
    ["Old <Disease>gout </Disease>.", "a space just inside a tag, at the end"],
    ["Old <Gene>F5</Gene>.", "another label"],
    ["Old <disease>gout</disease>.", "another case"],
    ["Old gout, p < 0.05.", "a bracket that begins no tag"],
    ["Old &lt;Disease&gt;gout.", "an entity"],
    ["Old  gout.", "two spaces"],
    ["Old\tgout.", "a tab"],
    ["Old\u2028gout.", "an invisible line break"],
    ["Here they are:", "a line that ends in a colon"],
    ["# Title", "a heading"],
    ["```", "a fence"],
    ["- Old gout.", "a list"],
    ["One.\n\nTwo.", "a blank line"],
    ["One.\n", "a line break at the end"],
    ["One.\nTwo.\nThree.\nFour.", "too many lines"],
  ])("refuses %j: %s", (text) => {
    expect(sentence(text)).toBe(false);
  });

  test("bounds the words of a line", () => {
    const short = takes({ ...NER, words: 3, items: 1 });
    expect(short("One <Disease>two of many</Disease> three")).toBe(true);
    expect(short("One two three four")).toBe(false);
  });
});

describe("documents in markup", () => {
  const documents = takes({ ...NER, form: "documents", items: 2, sentences: 2 });
  test("are parted by one blank line, and bounded", () => {
    expect(documents("Title\nOne.\n\n<Disease>Gout</Disease>\nTwo.")).toBe(true);
    expect(documents("Title\n\n\nOne.")).toBe(false);
    expect(documents("Title\nOne.\nTwo.")).toBe(false);
    expect(documents("One.\n\nTwo.\n\nThree.")).toBe(false);
  });
});

describe("relation lines", () => {
  const pair = takes(PAIRS);
  test.each([
    "yes\t<Gene>F5</Gene> in <Disease>gout</Disease>.",
    'n"o\\\tIn <Disease>old gout</Disease>, we saw (anti-<Gene>F5</Gene>).',
    "yes\t<Gene>F5</Gene>/<Disease>gout</Disease>\nyes\tOf: <Gene>F5</Gene>, <Disease>gout</Disease>",
  ])("admits %j", (text) => expect(pair(text)).toBe(true));
  test.each([
    "no\t<Gene>F5</Gene> in <Disease>gout</Disease>.",
    "yes <Gene>F5</Gene> in <Disease>gout</Disease>.",
    "<Gene>F5</Gene> in <Disease>gout</Disease>.",
    "yes\t<Gene>F5</Gene> in gout.",
    "yes\t<Gene>F5</Gene> in <Disease>gout</Disease> of <Gene>F5</Gene>.",
    "yes\t<Disease>F5</Disease> in <Disease>gout</Disease>.",
    "yes\tA\t<Gene>F5</Gene> in <Disease>gout</Disease>.",
  ])("refuses %j", (text) => expect(pair(text)).toBe(false));

  test("hold two mentions of one label where both arguments have it", () => {
    const same = takes({ ...PAIRS, relation: { head: "Gene", tail: "Gene", classes: ["yes"] } });
    expect(same("yes\t<Gene>A</Gene> binds <Gene>B</Gene>")).toBe(true);
    expect(same("yes\t<Gene>A</Gene> binds")).toBe(false);
  });
});

describe("JSON", () => {
  const admitted: [string, AnswerRules, unknown][] = [
    [
      "sentences",
      { ...NER, answer: "json" },
      [
        { text: 'Old "gout": it\'s <here', mentions: [] },
        { text: "Gout, gout.", mentions: [{ text: "Gout", label: "Disease" }] },
      ],
    ],
    [
      "documents",
      { ...NER, answer: "json", form: "documents" },
      [{ sentences: [{ text: "Title", mentions: [] }] }, { sentences: [{ text: "Title", mentions: [] }] }],
    ],
    [
      "pairs",
      { ...PAIRS, answer: "json" },
      [{ relation: 'n"o\\', text: "F5 in gout.", head: "F5", tail: "gout" }],
    ],
  ];
  test.each(admitted)("%s", (_, rules, value) => {
    const clean = JSON.parse(JSON.stringify(value).replace(" <here", " here"));
    const json = takes(rules);
    expect(json(JSON.stringify(clean))).toBe(true);
    expect(json(`[\n${clean.map((item: unknown) => JSON.stringify(item)).join(",\n")}\n]`)).toBe(true);
    expect(json(JSON.stringify(value))).toBe(!JSON.stringify(value).includes("<"));
    expect(json(JSON.stringify(clean).slice(0, -1))).toBe(false);
    expect(json("[]")).toBe(false);
    expect(json(JSON.stringify(clean).replace(/"(text|relation|sentences)"/, '"other"'))).toBe(false);
    expect(json(JSON.stringify(clean).replace(/"Disease"|"n\\"o\\\\"/, '"Gene"'))).toBe(
      rules.form === "documents",
    );
  });
});

const alnum = grammarOf(NER);
test("what may begin a mention is a letter or a digit, of those that exist", () => {
  const wrong: string[] = [];
  let count = 0;
  for (let code = 0; code < 0x10000; code++) {
    const character = String.fromCharCode(code);
    if (!admits(alnum, character, "alnum")) continue;
    count++;
    if (!/[\p{L}\p{N}]/u.test(character)) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(30_000);
});

test("what a line holds is no white space to JavaScript, and no line break", () => {
  const wrong = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(
    (character) => /[\s<>&]|\p{Cc}|\p{Cs}/u.test(character) && admits(alnum, character, "char"),
  );
  expect(wrong).toEqual([]);
});

const word = fc.stringMatching(/^[A-Za-z0-9éβ][A-Za-z0-9éβ.,;()'%+-]{0,12}$/);
const mention = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(" "));
const parts = fc.array(fc.oneof(word, fc.tuple(mention, fc.constantFrom(...LABELS))), {
  minLength: 1,
  maxLength: 12,
});
const item = parts.map((list) => {
  let text = "";
  const mentions: { start: number; end: number; label: string }[] = [];
  for (const part of list) {
    if (text !== "") text += " ";
    const [inner, label] = typeof part === "string" ? [part] : part;
    if (label !== undefined) mentions.push({ start: text.length, end: text.length + inner.length, label });
    text += inner;
  }
  return { text, mentions };
});

test("admits every rendered line of plain words", () => {
  const grammar = grammarOf({ ...NER, items: 1 });
  fc.assert(
    fc.property(item, ({ text, mentions }) => {
      expect(admits(grammar, renderMarkup(text, mentions))).toBe(true);
    }),
  );
});

test("refuses every line that lost a part of a tag", () => {
  const grammar = grammarOf({ ...NER, items: 1 });
  fc.assert(
    fc.property(item, fc.nat(), ({ text, mentions }, where) => {
      fc.pre(mentions.length > 0);
      const line = renderMarkup(text, mentions);
      const places = [...line.matchAll(/<\/?(?:Disease|Chemical-X_1)>/g)];
      const { index, 0: tag } = places[where % places.length]!;
      expect(admits(grammar, line.slice(0, index) + line.slice(index + tag.length))).toBe(false);
      expect(admits(grammar, line.slice(0, index + 1) + line.slice(index + 2))).toBe(false);
    }),
  );
});

const recordings = new URL("../../../shared/recordings/", import.meta.url);
test.skipIf(!existsSync(recordings))("admits nearly all lines that a good model wrote (recordings)", () => {
  const share = (task: string, rules: AnswerRules) => {
    const one = takes({ ...rules, items: 1 });
    const rows = readFileSync(new URL(`${task}/output.jsonl`, recordings), "utf8")
      .trimEnd()
      .split("\n");
    const lines = rows.slice(0, 16).flatMap((row) => {
      const { response } = JSON.parse(row);
      return (response.body.choices[0].message.content as string).split("\n").filter((line) => line !== "");
    });
    return lines.filter(one).length / lines.length;
  };
  expect(share("disease", NER)).toBeGreaterThan(0.97);
  expect(share("chemical-disease", { ...NER, labels: ["Chemical", "Disease"] })).toBeGreaterThan(0.97);
  const relation = { head: "Gene", tail: "Disease", classes: ["yes", "no"] };
  expect(share("gene-disease", { ...PAIRS, relation })).toBeGreaterThan(0.97);
});

test("finds the rules of a prompt by the set in its id", () => {
  const set = { name: "r-2", prompts: 1, form: "documents", sentences: [7, 11] };
  const spec = {
    name: "my-task",
    kind: "ner",
    labels: { Disease: {} },
    prompts: {
      answer: "json",
      sets: [set, { ...set, name: "b", form: "sentences", items: 7, words: [3, 9] }],
    },
  } as unknown as TaskSpec;
  const find = createRulesFinder(spec);
  const shared = { kind: "ner", labels: ["Disease"], answer: "json", sentences: 12 };
  const ask = (id: string) => find({ id, messages: [] });
  expect(ask("my-task-r-2-001")).toEqual({ ...shared, form: "documents", items: 3, words: 90 });
  expect(ask("my-task-b-1234")).toEqual({ ...shared, form: "sentences", items: 7, words: 18 });
  expect(ask("my-task-topics-000")).toBeUndefined();
  expect(ask("other-b-000")).toBeUndefined();
});
