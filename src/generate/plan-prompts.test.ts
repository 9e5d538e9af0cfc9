/** @file Tests of plans: sums, money and minutes by hand; the estimates against the recorded answers. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { completionsSchema } from "../task/generation-schema.ts";
import { createNerSpec, createRelationSpec } from "../testing/prompt-specs.ts";
import { planPrompts } from "./plan-prompts.ts";
import { estimateAnswerTokens, estimatePromptTokens } from "./token-estimate.ts";
import { writeTopicPrompts } from "./topics.ts";
import { writePrompts } from "./write-prompts.ts";

const API = { from: "api", provider: "openai", model: "small" };
const spec = (completions: object) =>
  createNerSpec(
    {
      expandTopics: 50,
      sets: [
        { name: "one", prompts: 4, items: 10 },
        { name: "whole", prompts: 2, form: "documents", sentences: [5, 9] },
      ],
    },
    { completions: completionsSchema.parse(completions) },
  );

test("adds up prompts, tokens and examples, and keeps the first prompt", () => {
  const task = spec(API);
  const prompts = [...writePrompts(task)];
  const plan = planPrompts(task, prompts);
  expect(plan).toMatchObject({
    prompts: 6,
    promptsBySet: { one: 4, whole: 2 },
    examples: { least: 40 + 36, expected: 40 + 48, most: 40 + 60 },
  });
  expect(plan.firstPrompt).toBe(prompts[0]);
  const input = prompts.reduce((sum, prompt) => sum + estimatePromptTokens(prompt).expected, 0);
  expect(plan.inputTokens.expected).toBe(input);
  // 8 + 0.33 * 37 = 20.21 words: 20.21 * 1.6 + 1.5 * 7.5 + 2 = 45.586 tokens; 10 and 24 sentences.
  expect(plan.outputTokens.expected).toBe(4 * 456 + 2 * 1095);
  expect("cost" in plan || "minutes" in plan).toBe(false);
});

test("knows the prompts of the first stage", () => {
  const task = spec(API);
  const plan = planPrompts(task, writeTopicPrompts(task, []));
  expect(plan.promptsBySet).toEqual({ topics: 2 });
  expect(plan.outputTokens).toEqual({ least: 300, expected: 600, most: 1000 });
  expect(plan.examples.most).toBe(0);
});

test("counts money by price, and minutes by the narrower cap", () => {
  const task = spec({
    ...API,
    price: { input: 2, output: 10 },
    limits: { requestsPerMinute: 3, tokensPerMinute: 1e6 },
  });
  const plan = planPrompts(task, writePrompts(task));
  const cost = (bound: "least" | "expected" | "most") =>
    (plan.inputTokens[bound] * 2 + plan.outputTokens[bound] * 10) / 1e6;
  expect(plan.cost).toEqual({ least: cost("least"), expected: cost("expected"), most: cost("most") });
  expect(plan.cost!.least).toBeLessThan(plan.cost!.expected);
  expect(plan.cost!.expected).toBeLessThan(plan.cost!.most);
  expect(plan.minutes).toBe(2);
  const slow = spec({ ...API, limits: { requestsPerMinute: 3, tokensPerMinute: 1000 } });
  const { minutes, inputTokens, outputTokens } = planPrompts(slow, writePrompts(slow));
  expect(minutes).toBe((inputTokens.expected + outputTokens.expected) / 1000);
});

test("plans nothing as nothing", () => {
  const plan = planPrompts(spec(API), []);
  expect(plan.prompts).toBe(0);
  expect(plan.firstPrompt).toBeUndefined();
});

test("counts four bytes a token at most, letters outside of ASCII dearer", () => {
  const tokens = (content: string) =>
    estimatePromptTokens({ id: "p", messages: [{ role: "user", content }] });
  expect(tokens("a".repeat(430))).toEqual({ least: 96, expected: 104, most: 112 });
  expect(tokens("ж".repeat(430)).expected).toBe(204);
});

const FOLDER = new URL("../../../shared/recordings/", import.meta.url);
// ../shared/recordings beside the repository holds the recordings
test.skipIf(!existsSync(FOLDER)).each([
  ["disease", 0, 95, 1160, createNerSpec({ sets: [{ name: "a", prompts: 1 }] })],
  ["disease", 96, 143, 1258, createNerSpec({ sets: [{ name: "a", prompts: 1, form: "documents" }] })],
  ["chemical-disease", 0, 95, 968, createNerSpec({ sets: [{ name: "a", prompts: 1 }] })],
  [
    "chemical-disease",
    96,
    143,
    1355,
    createNerSpec({ sets: [{ name: "a", prompts: 1, form: "documents" }] }),
  ],
  ["gene-disease", 0, 95, 1388, createRelationSpec({ sets: [{ name: "a", prompts: 1 }] })],
  [
    "chemical-induced-disease",
    0,
    95,
    1347,
    createRelationSpec({ sets: [{ name: "a", prompts: 1, words: [8, 50] }] }),
  ],
] as const)(
  "answers of %s %i to %i (%i tokens of SmolLM2) lie in the estimate",
  (task, first, last, tokens, { kind, prompts }) => {
    const { least, expected, most } = estimateAnswerTokens(prompts!.sets[0]!, kind, "markup");
    expect(Math.abs(expected / tokens - 1)).toBeLessThan(0.2);
    const answers = readFileSync(new URL(`${task}/output.jsonl`, FOLDER), "utf8")
      .trimEnd()
      .split("\n")
      .map(
        (line) =>
          JSON.parse(line) as {
            custom_id: string;
            response: { body: { choices: [{ message: { content: string } }] } };
          },
      )
      .filter(({ custom_id }) => Number(custom_id.slice(-3)) >= first && Number(custom_id.slice(-3)) <= last)
      .map(({ response }) => response.body.choices[0].message.content.length);
    const mean = answers.reduce((sum, length) => sum + length, 0) / answers.length;
    // 3.5 to 3.8 characters a token in the answers.
    expect(mean / 3.5).toBeGreaterThan(least);
    expect(mean / 3.8).toBeLessThan(most);
  },
);
