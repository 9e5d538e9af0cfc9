/** @file The blocks of docs/task-spec.md on generation are read, and their values are the defaults where it says so. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { ApiSpec } from "./completions-spec.ts";
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
describe("the documentation", async () => {
  const page = await readFile(new URL("../../docs/task-spec.md", import.meta.url), "utf8");
  const blocks = page.split("```yaml\n").map((text) => text.split("```")[0]!);
  const find = (start: string) => blocks.filter((text) => text.startsWith(start));

  test("has every key of prompts, and their defaults", () => {
    const { prompts } = parse(`${RECORDED}\n${find("prompts:")[0]}`);
    const defaults = parse(`${RECORDED}\n${SETS}`).prompts!;
    const { seed, language, expandTopics, answer } = defaults;
    expect(prompts).toMatchObject({ seed, language, expandTopics, answer });
    expect(prompts!.sets[1]).toMatchObject({ form: "documents", sentences: defaults.sets[0]!.sentences });
    expect(prompts!.terms[0]!.perPrompt).toBe(5);
  });

  test("has every completer, and its defaults", () => {
    const read = find("completions:").map((text) => parse(`${SETS}\n${text}`).completions);
    expect(read.map(({ from }) => from)).toEqual(["recorded", "api", "local"]);
    const [, api, local] = read;
    const bare = (text: string) => parse(`${SETS}\ncompletions: ${text}`).completions;
    const { temperature, maxOutputTokens, limits } = bare(
      "{ from: api, provider: openai, model: m }",
    ) as ApiSpec;
    expect(api).toMatchObject({ temperature, maxOutputTokens, limits });
    expect(local).toEqual(bare("{ from: local, model: ../models/model.gguf }"));
  });

  test("has every key of curation, and their defaults", () => {
    const { references, forbidden, verify, ...rest } = parse(`${RECORDED}\n${find("curation:")[0]}`).curation;
    expect([references.length, Object.keys(forbidden), verify?.action]).toEqual([1, ["Disease"], "keep"]);
    expect({ ...rest, references: [], forbidden: {} }).toEqual(
      parse(`${RECORDED}\ncuration: { disagreement: {} }`).curation,
    );
  });

  test("has a whole task of kind relation", () => {
    const whole = parseTaskSpec(find("name: gene-disease")[0]!, { path: "task.yaml" });
    expect(whole).toMatchObject({ kind: "relation", relation: { directed: true, negative: "no" } });
  });
});
