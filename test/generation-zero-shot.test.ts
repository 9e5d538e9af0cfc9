/** @file `zero-shot` from outside: public gold is scored, private gold is never sent, nothing is asked twice. */
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectInputError } from "./cli-checks.ts";
import { cli, fine, readJson, startServer, writeStubTask } from "./generation-setup.ts";

describe("zero-shot", () => {
  /** Marks gout, and no other disease. */
  const readNumbered = (prompt: string) =>
    prompt
      .split("\n")
      .filter((line) => /^\d+\. /.test(line))
      .map((line) => line.replace(/gout/g, "<Disease>gout</Disease>"))
      .join("\n");
  const golds = (isPrivate: boolean) => ({
    spec: {
      gold: [
        { name: "open", path: "gold.jsonl" },
        ...(isPrivate ? [{ name: "closed", path: "gold.jsonl", private: true }] : []),
      ],
    },
  });

  it("scores the server's own answers on public gold, and asks nothing twice", async () => {
    const server = await startServer((prompt) => ({ do: "answer", text: readNumbered(prompt) }));
    const task = await writeStubTask(server.url, golds(false));
    const { stdout } = await fine(task, ["zero-shot", "--json"]);
    const { isLocal, sets } = JSON.parse(stdout);
    expect(isLocal).toBe(false);
    expect(sets).toHaveLength(1);
    const { precision, recall } = sets[0].evaluation.strict.micro;
    expect(precision).toBe(1);
    expect(recall).toBeGreaterThan(0);
    expect(recall).toBeLessThan(0.5);
    expect(await readJson(join(task.run, "zero-shot.json"))).toEqual(JSON.parse(stdout));
    const asked = server.requests.length;
    expect(asked).toBeGreaterThan(0);
    const again = await fine(task, ["zero-shot"]);
    expect(again.stdout).toContain("Zero-shot tiny: openai-compatible stub");
    expect(server.requests).toHaveLength(asked);
  });

  it("refuses private gold before anything is asked; the public one can be named", async () => {
    const server = await startServer((prompt) => ({ do: "answer", text: readNumbered(prompt) }));
    const task = await writeStubTask(server.url, golds(true));
    for (const words of [[], ["--gold", "closed"], ["--gold", "open", "closed"]]) {
      const result = await cli(task, ["zero-shot", ...words, "--json"]);
      expectInputError(result, "closed", "private");
      expect(JSON.parse(result.stdout).error.code).toBe("gold-private");
    }
    expect(server.requests).toHaveLength(0);
    expect(existsSync(join(task.run, "zero-shot.json"))).toBe(false);
    await fine(task, ["zero-shot", "--gold", "open", "--limit", "3"]);
    expect(server.requests.length).toBeGreaterThan(0);
  });

  it("stopped with Ctrl-C, it keeps what was answered and asks the rest when called again", async () => {
    let child: ChildProcess | undefined;
    const server = await startServer((prompt) => {
      if (server.requests.length === 2) child?.kill("SIGINT");
      return { do: "answer", text: readNumbered(prompt), latencyMs: 300 };
    });
    const task = await writeStubTask(server.url, { ...golds(false), limits: { concurrency: 1 } });
    const stopped = await cli(task, ["zero-shot"], { onStart: (started) => (child = started) });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain("Stopped after 2 of 3 prompts.");
    expect(existsSync(join(task.run, "zero-shot.json"))).toBe(false);
    await fine(task, ["zero-shot"]);
    expect([...server.asked.values()]).toEqual([1, 1, 1]);
  });
});
