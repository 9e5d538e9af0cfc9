/** @file What a task says of prompts, completions and curation: defaults, and faults with line and column. */
import { describe, expect, it, test } from "vitest";
import { InputError } from "../util/errors.ts";
import { parseTaskSpec } from "./parse-spec.ts";

const RECORDED = "completions: { from: recorded, requests: r.jsonl, output: o.jsonl }";
const SETS = "prompts: { sets: [{ name: a, prompts: 2 }] }";
const parse = (rest: string) =>
  parseTaskSpec(
    `name: demo
domain: case reports
kind: ner
labels: { Disease: { definition: a disease } }
${rest}`,
    { path: "task.yaml" },
  );
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
      disagreement: { folds: 3, epochs: 2, action: "keep", learnt: 0 },
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
      sets("{ name: a, prompts: 1, empty: 0.7, several: 0.4 }"),
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
