/** @file What a task says of prompts, completions, relations and curation: defaults, and faults with line and column. */
import { describe, expect, it, test } from "vitest";
import { InputError } from "../util/errors.ts";
import { parseTaskSpec } from "./parse-spec.ts";
import { requireTrainable } from "./require-trainable.ts";

const RECORDED = "completions: { from: recorded, requests: r.jsonl, output: o.jsonl }";
const SETS = "prompts: { sets: [{ name: a, prompts: 2 }] }";
const parse = (rest: string, head = "kind: ner\nlabels: { Disease: { definition: a disease } }") =>
  parseTaskSpec(`name: demo\ndomain: case reports\n${head}\n${rest}`, { path: "task.yaml" });
const RELATION = `kind: relation
labels: { Gene: { definition: a gene }, Disease: { definition: a disease } }
${RECORDED}`;
const PAIR = `relation:
  head: Gene
  tail: Disease
  negative: no
  classes:
    yes: { definition: related }
    no: { definition: not related }
`;
const parseRelation = (rest: string) => parse(rest, RELATION);

function messageOf(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error("The task was taken.");
}

describe("fills in the defaults of", () => {
  test("curation", () => {
    expect(parse(`${RECORDED}\ncuration: { disagreement: {} }`).curation).toEqual({
      words: [3, 200],
      minHash: 0.8,
      embedding: 0,
      unmarked: "keep",
      forbidden: {},
      identifiers: "keep",
      disagreement: { folds: 3, epochs: 2, action: "keep" },
      references: [],
      maxSharedWords: 0,
    });
  });

  test("prompts, and a service that is asked", () => {
    const spec = parse(`completions: { from: api, provider: openai, model: m }\n${SETS}`);
    expect(spec.prompts).toEqual({
      seed: 1,
      language: "American English",
      system: expect.stringMatching(/^You write labelled training data/),
      topics: [],
      expandTopics: 0,
      terms: [],
      answer: "markup",
      sets: [
        {
          name: "a",
          prompts: 2,
          form: "sentences",
          styles: [],
          attributes: {},
          sentences: [7, 11],
          empty: 0.16,
          several: 0.4,
          hardNegatives: [],
          rules: [],
        },
      ],
    });
    expect(spec.completions).toEqual({
      from: "api",
      provider: "openai",
      model: "m",
      temperature: 1,
      maxOutputTokens: 8192,
      limits: { concurrency: 16, attempts: 5, timeoutMs: 120_000 },
    });
  });

  test("a model on this machine", () => {
    expect(parse(`completions: { from: local, model: ./m.gguf }\n${SETS}`).completions).toEqual({
      from: "local",
      model: "./m.gguf",
      temperature: 1,
      maxOutputTokens: 4096,
      contextTokens: 8192,
      seed: 1,
    });
  });

  test("a relation, whose classes' examples are lines", () => {
    const spec = parseRelation(
      `${PAIR.replace("related }", 'related, examples: ["yes\\t<Gene>F5</Gene> causes <Disease>gout</Disease>."] }')}${SETS.replace("2 }", "2, shares: { yes: 0.52, no: 0.48 } }")}`,
    );
    expect(spec.relation).toMatchObject({ directed: true, negative: "no" });
    expect(spec.prompts?.sets[0]?.shares).toEqual({ yes: 0.52, no: 0.48 });
  });
});

describe("refuses prompts with", () => {
  const sets = (list: string, rest = "") => `${RECORDED}\nprompts: { sets: [${list}]${rest} }`;
  it.each([
    [
      "two sets of one name",
      sets("{ name: a, prompts: 1 }, { name: a, prompts: 2 }"),
      'task.yaml:6:46: Two prompt sets are called "a". Rename one.',
    ],
    [
      "terms of an unknown label",
      sets("{ name: a, prompts: 1 }", ", terms: [{ label: Diseas, path: a.txt }]"),
      'task.yaml:6:55: Unknown label "Diseas". Did you mean "Disease"? Labels: Disease.',
    ],
    [
      "more than all of the sentences",
      sets("{ name: a, prompts: 1, empty: 0.7 }"),
      'task.yaml:6:42: The sentences without a mention (empty: 0.7) and with several (several: 0.4) of set "a" are more than all. Lower one.',
    ],
    [
      "shares in a task of kind ner",
      sets("{ name: a, prompts: 1, shares: { yes: 1 } }"),
      'task.yaml:6:42: Set "a" has shares of relation classes; this task is of kind ner. Sentences without a mention are "empty", those with several "several".',
    ],
    ["no set", sets(""), "task.yaml:6:12: prompts.sets must not be an empty list."],
    [
      "half a range",
      sets("{ name: a, prompts: 1, words: [8] }"),
      "task.yaml:6:42: prompts.sets[0].words must be a list of 2, not of 1.",
    ],
    [
      "a number in place of a range",
      sets("{ name: a, prompts: 1, words: 8 }"),
      "task.yaml:6:42: prompts.sets[0].words must be a list, not 8.",
    ],
    [
      "a falling range",
      sets("{ name: a, prompts: 1, words: [45, 8] }"),
      "task.yaml:6:42: prompts.sets[0].words must be a rising pair, as in [8, 45], not a list.",
    ],
    [
      "a wrong form",
      sets("{ name: a, prompts: 1, form: document }"),
      'task.yaml:6:42: prompts.sets[0].form must be one of sentences, documents, not "document". Did you mean "documents"?',
    ],
    [
      "a name that is no part of an id",
      sets("{ name: Round 1, prompts: 1 }"),
      'task.yaml:6:21: prompts.sets[0].name must be lower-case letters, digits and hyphens, not "Round 1".',
    ],
  ])("%s", (_what, rest, message) => {
    expect(messageOf(() => parse(rest))).toBe(message);
  });
});

describe("refuses completions with", () => {
  const api = (rest: string, prompts = SETS) => `completions: { from: api, ${rest} }\n${prompts}`;
  it.each([
    [
      "nothing to ask",
      api("provider: openai, model: m", ""),
      'task.yaml:5:16: "from: api" needs "prompts": what the model is asked.',
    ],
    [
      "nothing to ask a local model",
      "completions: { from: local, model: ./m.gguf }",
      'task.yaml:5:16: "from: local" needs "prompts": what the model is asked.',
    ],
    [
      "an unknown provider",
      api("provider: opnai, model: m"),
      'task.yaml:5:27: completions.provider must be one of openai, openai-compatible, azure, anthropic, google, not "opnai". Did you mean "openai"?',
    ],
    [
      "no address of a server of one's own",
      api("provider: openai-compatible, model: m"),
      'task.yaml:5:27: "provider: openai-compatible" needs completions.baseUrl, the address of the server, as in http://localhost:8000/v1.',
    ],
    [
      "no address at all",
      api("provider: openai-compatible, model: m, baseUrl: localhost:8000"),
      'task.yaml:5:66: completions.baseUrl must be an address, as in http://localhost:8000/v1, not "localhost:8000".',
    ],
    [
      "a limit of money without a price",
      api("provider: openai, model: m, limits: { spend: 5 }"),
      "task.yaml:5:65: completions.limits.spend needs completions.price: { input, output }, US dollars a million tokens.",
    ],
    [
      "half a price",
      api("provider: openai, model: m, price: { input: 1 }"),
      "task.yaml:5:55: completions.price.output is missing: add a number.",
    ],
    [
      "a window that the answer fills",
      `completions: { from: local, model: ./m.gguf, contextTokens: 4096 }\n${SETS}`,
      "task.yaml:5:1: completions.maxOutputTokens (4096) must be less than completions.contextTokens (4096), which hold the prompt too.",
    ],
    [
      "an unknown key",
      api("provider: openai, model: m, apiKey: x"),
      'task.yaml:5:55: Unknown key "apiKey" in completions. Keys here: from, provider, model, baseUrl, keyVariable, temperature, maxOutputTokens, price, limits.',
    ],
  ])("%s", (_what, rest, message) => {
    expect(messageOf(() => parse(rest))).toBe(message);
  });

  it("a key in place of its variable, without showing it", () => {
    expect(messageOf(() => parse(api("provider: openai, model: m, keyVariable: sk-very-secret")))).toBe(
      "task.yaml:5:55: completions.keyVariable must be the name of a variable, as in OPENAI_API_KEY, and not the key itself.",
    );
  });
});

describe("refuses curation with", () => {
  it.each([
    [
      "a pattern of an unknown label",
      "{ forbidden: { Diseas: [x] } }",
      'task.yaml:6:26: Unknown label "Diseas". Did you mean "Disease"? Labels: Disease.',
    ],
    [
      "a pattern that is none",
      "{ forbidden: { Disease: [ok, '('] } }",
      "task.yaml:6:40: This pattern is no regular expression with the flag u. Invalid regular expression: /(/u: Unterminated group.",
    ],
    [
      "half of the recorded readings",
      "{ verify: { output: o.jsonl } }",
      'task.yaml:6:23: curation.verify.output needs curation.verify.requests: recorded answers are two files. Without both, the model of "completions" is asked.',
    ],
    [
      "a second reading that nobody can give",
      "{ verify: { action: drop } }",
      'task.yaml:6:13: curation.verify asks the model of "completions", and "from: recorded" has none. Give curation.verify.requests and output, or another "from".',
    ],
    [
      "two references of one name",
      "{ references: [{ name: a, path: b }, { name: a, path: c }] }",
      'task.yaml:6:50: Two references are called "a". Rename one.',
    ],
    [
      "an action that does not exist",
      "{ unmarked: mark }",
      'task.yaml:6:13: curation.unmarked must be one of keep, relabel, drop, not "mark".',
    ],
    [
      "one fold",
      "{ disagreement: { folds: 1 } }",
      "task.yaml:6:29: curation.disagreement.folds must be at least 2, not 1.",
    ],
  ])("%s", (_what, rest, message) => {
    expect(messageOf(() => parse(`${RECORDED}\ncuration: ${rest}`))).toBe(message);
  });
});

describe("refuses a relation", () => {
  const set = (rest: string) => `${PAIR}prompts: { sets: [{ name: a, prompts: 1, ${rest} }] }`;
  it.each([
    [
      "that is missing",
      "",
      "task.yaml:1:1: relation is missing: a task of kind relation needs head, tail, classes and negative.",
    ],
    [
      "with a head that is no label",
      PAIR.replace("head: Gene", "head: Genes"),
      'task.yaml:7:3: Unknown label "Genes". Did you mean "Gene"? Labels: Gene, Disease.',
    ],
    [
      "with a tail that is no label",
      PAIR.replace("tail: Disease", "tail: Chemical"),
      'task.yaml:8:3: Unknown label "Chemical". Labels: Gene, Disease.',
    ],
    [
      "directed between mentions of one label",
      PAIR.replace("tail: Disease", "tail: Gene"),
      'task.yaml:8:3: relation.head and relation.tail are both "Gene": their tags cannot say which is which. Give them two labels, or set "directed: false".',
    ],
    [
      "with one class",
      PAIR.replace("    yes: { definition: related }\n", ""),
      "task.yaml:10:3: relation.classes must have at least two classes, one of them for pairs that are not related, not 1.",
    ],
    [
      "with classes that differ in case only",
      PAIR.replace("    yes:", "    NO: { definition: x }\n    yes:"),
      'task.yaml:13:5: Classes "NO" and "no" differ only in case; they are read in any case. Rename one.',
    ],
    [
      "with a class of two words",
      PAIR.replace("    yes:", "    not sure: { definition: x }\n    yes:"),
      "task.yaml:11:5: relation.classes.not sure: the name must be a word without white space.",
    ],
    [
      "whose negative is no class",
      PAIR.replace("negative: no", "negative: none"),
      'task.yaml:9:3: Unknown class "none". Classes: yes, no.',
    ],
    [
      "with an example without its class",
      PAIR.replace(
        "not related }",
        'not related, examples: ["<Gene>F5</Gene> in <Disease>gout</Disease>"] }',
      ),
      "task.yaml:12:47: The line: a line that does not begin with a class of the relation and a tab. Classes: yes, no. Head: Gene. Tail: Disease.",
    ],
    [
      "with an example of another class",
      PAIR.replace(
        "not related }",
        'not related, examples: ["yes\\t<Gene>F5</Gene> in <Disease>gout</Disease>"] }',
      ),
      'task.yaml:12:47: This example of "no" begins with "yes".',
    ],
    [
      "with an example without a pair",
      PAIR.replace("not related }", 'not related, examples: ["no\\t<Gene>F5</Gene>"] }'),
      "task.yaml:12:47: Tag <Disease>: a sentence without exactly one marked head and one marked tail. Classes: yes, no. Head: Gene. Tail: Disease.",
    ],
    [
      "asked for in documents",
      set("form: documents"),
      'task.yaml:13:42: Set "a" asks for documents; relations are asked for in sentences. Remove "form", or make the task one of kind ner.',
    ],
    [
      "with shares of an unknown class",
      set("shares: { yes: 0.5, non: 0.5 }"),
      'task.yaml:13:62: Unknown class "non". Did you mean "no"? Classes: yes, no.',
    ],
    [
      "with shares that are more than all",
      set("shares: { yes: 0.6, no: 0.5 }"),
      'task.yaml:13:42: The shares of set "a" must add up to 1, not 1.1.',
    ],
  ])("%s", (_what, rest, message) => {
    expect(messageOf(() => parseRelation(rest))).toBe(message);
  });

  it("in a task of kind ner", () => {
    expect(messageOf(() => parse(`${RECORDED}\n${PAIR}`))).toBe(
      'task.yaml:6:1: "relation" is for tasks of kind relation; this one is of kind ner.',
    );
  });
});

test("mentions of one label may be related where the relation is not directed", () => {
  const spec = parseRelation(PAIR.replace("tail: Disease", "tail: Gene\n  directed: false"));
  expect(spec.relation).toMatchObject({ head: "Gene", tail: "Gene", directed: false });
});

test("shares of thirds add up to 1", () => {
  const classes = PAIR.replace("    yes:", "    maybe: { definition: x }\n    yes:");
  const spec = parseRelation(
    `${classes}prompts: { sets: [{ name: a, prompts: 1, shares: { yes: 0.3333333, no: 0.3333333, maybe: 0.3333333 } }] }`,
  );
  expect(Object.keys(spec.prompts!.sets[0]!.shares!)).toEqual(["yes", "no", "maybe"]);
});

test("a relation task is not trained, and the error says what can be done with it", () => {
  expect(() => requireTrainable(parse(RECORDED))).not.toThrow();
  const asked = () => requireTrainable(parseRelation(PAIR));
  expect(messageOf(asked)).toBe(
    'Task "demo" is of kind "relation" (say whether two marked mentions are related), which this version cannot train. Kinds that it trains: ner.',
  );
  try {
    asked();
  } catch (error) {
    expect((error as InputError).hint).toBe(
      "These commands take the task now: plan, preview, generate, curate, batch, zero-shot.",
    );
  }
});
