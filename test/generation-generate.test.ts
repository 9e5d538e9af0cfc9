/** @file `generate` from outside: it asks everything once, goes on after any stop, and keeps within its limits. */
import type { ChildProcess } from "node:child_process";
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

  it("stopped with Ctrl-C twice, it waits for nothing", async () => {
    let child: ChildProcess | undefined;
    const server = await startServer(() => {
      child?.kill("SIGINT");
      return { do: "hang" };
    });
    const task = await writeStubTask(server.url, { limits: { concurrency: 2 } });
    const { code, stderr } = await cli(task, ["generate"], {
      onStart(started) {
        child = started;
        started.stderr?.on("data", (chunk) => String(chunk).includes("Stopping") && started.kill("SIGINT"));
      },
    });
    expect(code).toBe(130);
    expect(stderr).toContain("Ctrl-C again stops at once");
    expect(await readAnswered(task)).toEqual([]);
  });

  it("a second process on the same run is refused while the first works, and welcome when it was killed", async () => {
    let child: ChildProcess | undefined;
    let begun = () => {};
    const isAsked = new Promise<void>((done) => {
      begun = done;
    });
    let hangs = true;
    const server = await startServer(() => {
      begun();
      return hangs ? { do: "hang" } : { do: "answer", text: "Nothing here at all." };
    });
    const task = await writeStubTask(server.url, { limits: { concurrency: 1 } });
    const first = cli(task, ["generate"], { onStart: (started) => (child = started) });
    await isAsked;
    expectInputError(await cli(task, ["generate"]), "store of completions");
    expect(server.requests).toHaveLength(1);
    child?.kill("SIGKILL");
    expect((await first).signal).toBe("SIGKILL");
    hangs = false;
    await fine(task, ["generate"]);
    expect(server.requests).toHaveLength(1 + 12);
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
    // The limit is the task's: the next command finds $0.08 spent, and no room for an answer that may cost $0.1.
    const again = await fine(task, ["generate", "--json"]);
    expect(JSON.parse(again.stdout).counts).toMatchObject({ prompts: 12, stored: 4, answered: 0 });
    expect(again.stderr).toContain("4 answered before, 8 not asked");
    expect(server.requests).toHaveLength(4);
  });

  it("fails where not one prompt has an answer: whoever goes on in a script has nothing to go on with", async () => {
    const server = await startServer(() => ({ do: "status", status: 500 }));
    const task = await writeStubTask(server.url);
    const { code, stdout, stderr } = await cli(task, ["generate", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error.code).toBe("generation-empty");
    expect(stderr).toContain("12 failed");
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
