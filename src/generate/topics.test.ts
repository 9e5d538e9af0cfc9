/** @file Tests of the first stage: what is asked, and how topics are read. */
import { expect, test } from "vitest";
import { createNerSpec } from "../testing/prompt-specs.ts";
import { parseTopics, writeTopicPrompts } from "./topics.ts";

const spec = createNerSpec({ topics: ["gout"], expandTopics: 101, sets: [{ name: "one", prompts: 1 }] });

test("asks for what is missing, 25 a prompt, each from another side", () => {
  const prompts = writeTopicPrompts(spec, ["gout"]);
  expect(prompts.map(({ id }) => id)).toEqual([
    "demo-topics_001-000",
    "demo-topics_001-001",
    "demo-topics_001-002",
    "demo-topics_001-003",
  ]);
  expect(new Set(prompts.map(({ attributes }) => attributes!.side)).size).toBe(4);
  expect(new Set(prompts.map(({ messages }) => messages[1]!.content)).size).toBe(4);
  expect(writeTopicPrompts(spec, ["gout"])).toEqual(prompts);
});

test("says domain, labels, language and the topics that are there", () => {
  const text = writeTopicPrompts(spec, ["gout", "rare anaemias"])[0]!.messages[1]!.content;
  for (const part of [
    "List 25 topics of PubMed abstracts on the genetics of human disease.",
    "in which disease mentions are marked",
    "Disease: The shortest phrase that names a disease in full.",
    "in American English",
    "give none of them again:\ngout\nrare anaemias\n",
    "Answer with the 25 topics only, one a line, no numbering.",
  ]) {
    expect(text).toContain(part);
  }
  expect(writeTopicPrompts(spec, [])[0]!.messages[1]!.content).not.toContain("already");
});

test("asks nothing when there are enough, and under other ids when there are more", () => {
  const have = Array.from({ length: 101 }, (_, i) => `topic ${i}`);
  expect(writeTopicPrompts(spec, have)).toEqual([]);
  expect(writeTopicPrompts(spec, have.slice(0, 90)).map(({ id }) => id)).toEqual(["demo-topics_090-000"]);
});

test("shows the latest 300 topics at most", () => {
  const many = createNerSpec({ expandTopics: 2000, sets: [{ name: "one", prompts: 1 }] });
  const have = Array.from({ length: 1000 }, (_, i) => `topic${i}`);
  const shown = writeTopicPrompts(many, have)[0]!.messages[1]!.content.match(/topic\d+/g)!;
  expect([shown.length, shown[0], shown.at(-1)]).toEqual([300, "topic700", "topic999"]);
});

test("reads topics and counts what is none", () => {
  const text = [
    "Here are 25 topics you asked for:",
    "",
    "1. Gout in kings.",
    "- **Wilson disease**",
    "3) gout in KINGS",
    "Rare anaemias",
    `x${"y".repeat(120)}`,
    "## More",
    "I hope this helps!",
    "5. half a to",
  ].join("\n");
  const { topics, rejections } = parseTopics({ promptId: "p", text, finishReason: "length" }, [
    "rare  anaemias",
  ]);
  expect(topics).toEqual(["Gout in kings", "Wilson disease"]);
  expect(rejections.map(({ line, reason }) => [line, reason])).toEqual([
    [1, "chatter"],
    [5, "topic-repeated"],
    [6, "topic-repeated"],
    [7, "topic-too-long"],
    [8, "layout"],
    [9, "chatter"],
    [10, "truncated"],
  ]);
});

test("takes short topics, and tells an answer without any", () => {
  expect(parseTopics({ promptId: "p", text: "Gout\nα-thalassaemia (HbH)." }).topics).toEqual([
    "Gout",
    "α-thalassaemia (HbH)",
  ]);
  expect(parseTopics({ promptId: "p", text: " \n" })).toEqual({
    topics: [],
    rejections: [{ prompt: "p", reason: "no-text", raw: "" }],
  });
});
