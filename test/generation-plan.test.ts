/** @file `init`, `plan` and `preview` from outside: a task that runs at once, and a price before anything is asked. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectInputError } from "./cli-checks.ts";
import {
  cli,
  createAnswers,
  fine,
  newPath,
  readAnswered,
  startServer,
  writeStubTask,
} from "./generation-setup.ts";
import { runCli } from "./spawn-cli.ts";

describe("init", () => {
  it("--yes writes a task that can be planned, previewed and curated at once", async () => {
    const folder = newPath();
    const { code, stdout } = await runCli(["init", folder, "--yes"]);
    expect(code).toBe(0);
    const taskFile = join(folder, "task.yaml");
    expect(stdout).toContain(`Written: ${taskFile}`);
    for (const name of ["requests.jsonl", "output.jsonl"]) {
      expect(existsSync(join(folder, "recorded", name))).toBe(true);
    }
    const runs = join(folder, "runs");
    const plan = await runCli(["plan", taskFile, "--runs", runs]);
    expect(plan).toMatchObject({ code: 0, stderr: "" });
    expect(plan.stdout).toMatch(
      /^Task disease: 144 prompts \(sentences 96, documents 48\)\. No call was made\./,
    );
    expect(existsSync(runs)).toBe(false);

    const preview = await runCli(["preview", taskFile, "-n", "1", "--runs", runs]);
    expect(preview.code).toBe(0);
    expect(preview.stdout).toMatch(/^\S+: \d+ examples, \d+ rejections?\n {2}\S/);
    expect(preview.stdout).toContain("<Disease>");

    const curate = await runCli(["curate", taskFile, "--runs", runs, "--json"]);
    expect(curate.code).toBe(0);
    const { task, audit, curation } = JSON.parse(curate.stdout);
    expect(task).toBe("disease");
    expect(curation.kept).toBe(audit.train.examples + audit.dev.examples);
    expect(await readFile(join(runs, "disease/dataset/README.md"), "utf8")).toContain("disease");
  });

  it("never writes over a task file, nor over recordings", async () => {
    const folder = newPath();
    await mkdir(join(folder, "recorded"), { recursive: true });
    await writeFile(join(folder, "recorded/output.jsonl"), "mine");
    expectInputError(await runCli(["init", folder, "--yes"]), "output.jsonl", "is there already");
    expect(existsSync(join(folder, "task.yaml"))).toBe(false);
    expect(await readFile(join(folder, "recorded/output.jsonl"), "utf8")).toBe("mine");

    const other = newPath();
    await mkdir(other);
    await writeFile(join(other, "task.yaml"), "mine");
    expectInputError(await runCli(["init", other, "--yes"]), "task.yaml", "is there already");
    expect(await readFile(join(other, "task.yaml"), "utf8")).toBe("mine");
  });

  it("without a terminal and without --yes: exit code 2, a hint, nothing written", async () => {
    const folder = newPath();
    expectInputError(await runCli(["init", folder]), "no terminal", "hint: Add --yes");
    const json = await runCli(["init", folder, "--json"]);
    expectInputError(json, "hint: Add --yes");
    expect(JSON.parse(json.stdout).error.code).toBe("init-no-terminal");
    expect(existsSync(folder)).toBe(false);
  });
});

describe("plan", () => {
  it("tells tokens, cost and the first prompt, and asks nothing", async () => {
    const server = await startServer();
    const task = await writeStubTask(server.url, {
      api: { price: { input: 2, output: 8 } },
      limits: { requestsPerMinute: 4 },
    });
    const { stdout, stderr } = await fine(task, ["plan"], { env: { STUB_KEY: "" } });
    expect(stderr).toBe("");
    expect(stdout).toContain("Task tiny: 12 prompts (one 12). No call was made.");
    expect(stdout).toMatch(/^input tokens +[\d,]+ +[\d,]+ +[\d,]+$/m);
    expect(stdout).toMatch(/^cost +\$[\d.]+ +\$[\d.]+ +\$[\d.]+$/m);
    expect(stdout).toContain("At $2 and $8 a million tokens");
    expect(stdout).toContain("in 3 min at least");
    expect(stdout).toContain("The first prompt, tiny-one-000:");
    expect(stdout).toContain("Disease: A disease.");

    const json = await fine(task, ["plan", "--json"]);
    const plan = JSON.parse(json.stdout);
    const { inputTokens, outputTokens, cost } = plan;
    expect(plan).toMatchObject({ task: "tiny", prompts: 12, promptsBySet: { one: 12 }, minutes: 3 });
    expect(cost.expected).toBeCloseTo((2 * inputTokens.expected + 8 * outputTokens.expected) / 1e6, 9);
    expect(inputTokens.least).toBeLessThanOrEqual(inputTokens.expected);
    expect(plan.firstPrompt.id).toBe("tiny-one-000");
    expect(server.asked.size).toBe(0);
    expect(existsSync(task.runs)).toBe(false);
  });

  it("without a price says how to see the cost; a task without prompts is the user's to mend", async () => {
    const task = await writeStubTask("http://127.0.0.1:9/v1");
    const { stdout } = await fine(task, ["plan"]);
    expect(stdout).toContain("No price is known: set completions.price");
    expect(stdout).not.toMatch(/^cost/m);
    const bare = await writeStubTask("http://127.0.0.1:9/v1", {
      spec: {
        prompts: undefined,
        completions: { from: "recorded", requests: "requests.jsonl", output: "output.jsonl" },
      },
    });
    expectInputError(await cli(bare, ["plan"]), "prompts");
    expectInputError(await cli(bare, ["generate"]), "recorded");
  });
});

describe("preview", () => {
  it("asks the first of each set, shows what was read and what was not, and keeps it for generate", async () => {
    const answer = createAnswers();
    const server = await startServer((prompt) => ({ do: "answer", text: answer(prompt) }));
    const sets = [
      { name: "one", prompts: 4, items: 6 },
      { name: "two", prompts: 3, items: 6, styles: ["headings"] },
    ];
    const task = await writeStubTask(server.url, { prompts: { sets } });
    const { stdout } = await fine(task, ["preview", "-n", "2"]);
    expect(server.asked.size).toBe(4);
    expect(stdout.match(/^tiny-\S+: /gm)).toEqual([
      "tiny-one-000: ",
      "tiny-one-001: ",
      "tiny-two-000: ",
      "tiny-two-001: ",
    ]);
    expect(stdout).toContain("<Disease>asthma</Disease>");
    expect(stdout).toContain("  rejected, chatter (line 1): Here are 6 sentences:");

    await fine(task, ["generate"]);
    expect((await readAnswered(task)).length).toBe(7);
    expect([...server.asked.values()]).toEqual([1, 1, 1, 1, 1, 1, 1]);
    // Only the first of each set, though all are answered by now.
    const again = await fine(task, ["preview", "-n", "1", "--json"]);
    const { answers } = JSON.parse(again.stdout);
    expect(answers.map((one: { completion: { promptId: string } }) => one.completion.promptId)).toEqual([
      "tiny-one-000",
      "tiny-two-000",
    ]);
    expect(server.requests.length).toBe(7);
  });
});
