/** @file `generate` with `prompts.expandTopics` from outside: topics first, once, and nothing else before they are whole. */
import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, createAnswers, fine, startServer, sum, TOPICS, writeStubTask } from "./generation-setup.ts";

describe("a first stage that asks for topics", () => {
  const isTopics = (prompt: string) => prompt.startsWith("List ");
  const names = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => `subject number ${from + index}`).join("\n");
  const prompts = {
    topics: ["the first topic"],
    expandTopics: 40,
    sets: [{ name: "one", prompts: 12, items: 6 }],
  };

  it("asks for them first, uses them, and is not asked again", async () => {
    const answer = createAnswers();
    let asked = 0;
    const server = await startServer((prompt) => ({
      do: "answer",
      text: isTopics(prompt) ? names(25 * asked++, 25) : answer(prompt),
    }));
    const task = await writeStubTask(server.url, { prompts });
    const plan = JSON.parse((await fine(task, ["plan", "--json"])).stdout);
    expect(plan.promptsBySet).toEqual({ one: 12, topics: 2 });
    expect(plan.firstPrompt.id).toBe("tiny-one-000");
    const { stdout } = await fine(task, ["generate", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ counts: { prompts: 12, answered: 12 }, topics: 40 });
    const kinds = [...server.asked.keys()].map(isTopics);
    expect(kinds.slice(0, 2)).toEqual([true, true]);
    expect(kinds.filter(Boolean)).toHaveLength(2);
    const written = await readFile(join(task.run, "prompts.jsonl"), "utf8");
    expect(written).toMatch(/subject number \d+/);

    await fine(task, ["generate"]);
    expect(server.requests).toHaveLength(14);
    const { stdout: curated } = await fine(task, ["curate", "--json"]);
    expect(JSON.parse(curated).audit.rejections["missing-answer"]).toBeUndefined();
  });

  it("goes no further while a topic prompt has no answer: the others would be paid for twice", async () => {
    const answer = createAnswers();
    let asked = 0;
    const server = await startServer((prompt) => {
      if (!isTopics(prompt)) return { do: "answer", text: answer(prompt) };
      if (asked++ === 1) return { do: "status", status: 500 };
      return { do: "answer", text: names(25 * asked, 25) };
    });
    const task = await writeStubTask(server.url, { prompts, limits: { concurrency: 1 } });
    const stopped = await cli(task, ["generate"]);
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain("1 of 2 prompts for topics has no answer");
    expect([...server.asked.keys()].every(isTopics)).toBe(true);
    await fine(task, ["generate"]);
    const others = [...server.asked].filter(([prompt]) => !isTopics(prompt));
    expect(others.map(([, times]) => times)).toEqual(TOPICS.map(() => 1));
  });

  it("Ctrl-C in the stage leaves the other prompts unasked", async () => {
    const answer = createAnswers();
    let child: ChildProcess | undefined;
    let asked = 0;
    const server = await startServer((prompt) => {
      if (!isTopics(prompt)) return { do: "answer", text: answer(prompt) };
      if (asked === 0) child?.kill("SIGINT");
      return { do: "answer", text: names(25 * asked++, 25), latencyMs: 300 };
    });
    const task = await writeStubTask(server.url, { prompts, limits: { concurrency: 1 } });
    expect((await cli(task, ["generate"], { onStart: (started) => (child = started) })).code).toBe(130);
    expect(server.requests).toHaveLength(1);
    await fine(task, ["generate"]);
    expect(sum(server.asked.values())).toBe(14);
  });

  it("shares the spending limit with what comes after it", async () => {
    let asked = 0;
    const server = await startServer((prompt) => ({
      do: "answer",
      ...(isTopics(prompt) ? { text: names(25 * asked++, 25) } : {}),
    }));
    const api = { price: { input: 0, output: 1000 }, maxOutputTokens: 100 };
    const task = await writeStubTask(server.url, { prompts, api, limits: { spend: 0.175, concurrency: 1 } });
    const { stdout } = await fine(task, ["generate", "--json"]);
    expect(JSON.parse(stdout).counts).toMatchObject({ answered: 2, stopped: "spending-limit" });
    expect(server.requests).toHaveLength(4);
  });
});
