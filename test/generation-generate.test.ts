/** @file `generate` from outside: it asks everything once, goes on after any stop, and keeps within its limits. */
import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectInputError } from "./cli-checks.ts";
import {
  cli,
  countAsked,
  createAnswers,
  fine,
  readAnswered,
  startServer,
  sum,
  TOPICS,
  writeStubTask,
} from "./generation-setup.ts";

const ids = TOPICS.map((_, number) => `tiny-one-${String(number).padStart(3, "0")}`);

describe("generate", () => {
  it("has every prompt answered and stored; a second run asks nothing; --limit goes on from less", async () => {
    const answer = createAnswers();
    const server = await startServer((prompt) => ({ do: "answer", text: answer(prompt) }));
    const task = await writeStubTask(server.url);
    const first = await fine(task, ["generate", "--limit", "5"]);
    expect(first.stdout).toContain(`Completions: ${task.run}/completions.jsonl`);
    expect(await readAnswered(task)).toHaveLength(5);

    const { stdout, stderr } = await fine(task, ["generate", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      task: "tiny",
      counts: { prompts: 12, stored: 5, answered: 7, failed: 0, inputTokens: 70, outputTokens: 140 },
    });
    expect(stderr).toContain("generate: 12 prompts: 7 answered, 5 answered before, 210 tokens");
    expect((await readAnswered(task)).sort()).toEqual(ids);
    expect(Object.values(await countAsked(task, server))).toEqual(ids.map(() => 1));
    expect(server.requests[0]!.headers.authorization).toMatch(/^Bearer sk-/);

    const again = await fine(task, ["generate", "--json"]);
    expect(JSON.parse(again.stdout).counts).toMatchObject({ stored: 12, answered: 0 });
    expect(server.requests).toHaveLength(12);
  });

  it("counts what fails, and the next run asks for that alone", async () => {
    const answer = createAnswers();
    const isBad = (prompt: string) => /topic [BDF]\b/.test(prompt);
    const server = await startServer((prompt, tries) =>
      isBad(prompt) && tries === 0 ? { do: "status", status: 500 } : { do: "answer", text: answer(prompt) },
    );
    const task = await writeStubTask(server.url);
    const { stdout, stderr } = await fine(task, ["generate", "--json"]);
    expect(JSON.parse(stdout).counts).toMatchObject({ prompts: 12, answered: 9, failed: 3 });
    expect(stderr).toContain("9 answered, 3 failed (asked again by the next run)");
    const again = await fine(task, ["generate", "--json"]);
    expect(JSON.parse(again.stdout).counts).toMatchObject({ stored: 9, answered: 3, failed: 0 });
    for (const [prompt, times] of server.asked) expect(times).toBe(isBad(prompt) ? 2 : 1);
    expect(server.asked.size).toBe(12);
  });

  it("killed with kill -9 in mid-course, it never asks again for what was stored", async () => {
    const answer = createAnswers();
    let child: ChildProcess | undefined;
    let seen = 0;
    const server = await startServer((prompt) => {
      if (++seen === 7) child?.kill("SIGKILL");
      return { do: "answer", text: answer(prompt), latencyMs: 200 };
    });
    const task = await writeStubTask(server.url, { limits: { concurrency: 2 } });
    const { signal } = await cli(task, ["generate"], { onStart: (started) => (child = started) });
    expect(signal).toBe("SIGKILL");
    const stored = await readAnswered(task);
    expect(stored.length).toBeGreaterThanOrEqual(4);
    expect(stored.length).toBeLessThan(12);
    await fine(task, ["generate"]);
    const asked = await countAsked(task, server);
    for (const id of stored) expect(asked[id], id).toBe(1);
    // Two in flight, and two that came within the 100 ms in which lines wait for one flush of all.
    expect(sum(Object.values(asked))).toBeLessThanOrEqual(12 + 2 + 2);
    expect((await readAnswered(task)).sort()).toEqual(ids);
  });

  it("stopped with Ctrl-C, it finishes what is in flight, exits with 130, and goes on when called again", async () => {
    const answer = createAnswers();
    let child: ChildProcess | undefined;
    let seen = 0;
    const server = await startServer((prompt) => {
      if (++seen === 6) child?.kill("SIGINT");
      return { do: "answer", text: answer(prompt), latencyMs: 300 };
    });
    const task = await writeStubTask(server.url, { limits: { concurrency: 2 } });
    const { code, stderr } = await cli(task, ["generate"], { onStart: (started) => (child = started) });
    expect(code).toBe(130);
    expect(stderr).toContain("Stopping when the answers in flight are here.");
    expect(stderr).toContain("error: Stopped: what was answered is kept.");
    expect(stderr).toContain("hint: The same command goes on where this one stopped.");
    expect(await readAnswered(task)).toHaveLength(server.paid.size);
    expect(server.asked.size).toBe(server.paid.size);
    expect(server.paid.size).toBeLessThan(12);
    await fine(task, ["generate"]);
    expect([...server.asked.values()]).toEqual(ids.map(() => 1));
  });

  it("a second process on the same run is refused while the first works", async () => {
    let begun = () => {};
    const isAsked = new Promise<void>((done) => {
      begun = done;
    });
    const server = await startServer(() => {
      begun();
      return { do: "answer", text: "Nothing here at all.", latencyMs: 1500 };
    });
    const task = await writeStubTask(server.url);
    const first = cli(task, ["generate"]);
    await isAsked;
    expectInputError(await cli(task, ["generate"]), "store of completions");
    expect((await first).code).toBe(0);
    expect([...server.asked.values()]).toEqual(ids.map(() => 1));
  });

  it("stops before the spending limit is passed, and says so", async () => {
    const server = await startServer();
    // An answer of 100 tokens costs at most $0.1, and its 20 tokens $0.02.
    const api = { price: { input: 0, output: 1000 }, maxOutputTokens: 100 };
    const task = await writeStubTask(server.url, { api, limits: { spend: 0.175, concurrency: 1 } });
    const { stdout, stderr } = await fine(task, ["generate", "--json"]);
    expect(JSON.parse(stdout).counts).toMatchObject({ answered: 4, failed: 0, stopped: "spending-limit" });
    expect(server.requests).toHaveLength(4);
    expect(stderr).toContain("8 not asked: the next request could have passed limits.spend");
    expect(stderr).toContain("$0.0800");
    // A limit is one of a run: the next one goes on, and counts what is there.
    const again = await fine(task, ["generate", "--json"]);
    expect(JSON.parse(again.stdout).counts).toMatchObject({ prompts: 12, stored: 4, answered: 4 });
    expect(again.stderr).toContain("4 answered before, 4 not asked");
  });

  it.each([
    ["with a key", {}, "the key in STUB_KEY is not accepted", "hint: Check STUB_KEY"],
    ["without one", { keyVariable: undefined }, "no key was sent", "completions.keyVariable"],
  ])("ends at once where the service refuses: %s", async (_, api, ...words) => {
    const server = await startServer(() => ({ do: "status", status: 401, code: "invalid_api_key" }));
    const task = await writeStubTask(server.url, { api, limits: { attempts: 5, concurrency: 1 } });
    const result = await cli(task, ["generate", "--json", "--debug"]);
    expect(result.code).toBe(2);
    for (const part of words) expect(result.stderr).toContain(part);
    expect(JSON.parse(result.stdout).error.code).toBe("key-refused");
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]!.headers.authorization === undefined).toBe("keyVariable" in api);
  });

  it("without the key that the task names: exit code 2, nothing is asked", async () => {
    const server = await startServer();
    const task = await writeStubTask(server.url, { api: { keyVariable: "STUB_KEY_THAT_IS_NOT_SET" } });
    expectInputError(await cli(task, ["generate"]), "STUB_KEY_THAT_IS_NOT_SET");
    expect(server.requests).toHaveLength(0);
  });

  it("--round and --errors belong together", async () => {
    const task = await writeStubTask("http://127.0.0.1:9/v1");
    expectInputError(await cli(task, ["generate", "--round", "2"]), "--errors");
    expectInputError(await cli(task, ["generate", "--errors", "x.json"]), "--round");
  });
});

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
    expect(others.map(([, times]) => times)).toEqual(ids.map(() => 1));
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
