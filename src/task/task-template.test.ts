/** @file Tests of the template: whatever is answered, the file parses and says what was answered. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTaskSpec } from "./parse-spec.ts";
import { DEMO_ANSWERS, renderTaskTemplate, type TaskAnswers } from "./task-template.ts";

const parse = (answers: TaskAnswers) => parseTaskSpec(renderTaskTemplate(answers), { path: "task.yaml" });

test("the demo's file asks for what the recordings hold and answers from them", () => {
  const spec = parse(DEMO_ANSWERS);
  expect(spec.completions).toEqual({
    from: "recorded",
    requests: "recorded/requests.jsonl",
    output: "recorded/output.jsonl",
  });
  expect(spec.prompts?.sets.map(({ name, form, prompts, items }) => [name, form, prompts, items])).toEqual([
    ["sentences", "sentences", 96, 25],
    ["documents", "documents", 48, 3],
  ]);
});

test("a service and a local model are written as they were named", () => {
  const completer = {
    from: "api",
    provider: "openai-compatible",
    model: "qwen3",
    baseUrl: "http://localhost:8000/v1",
  } as const;
  expect(parse({ ...DEMO_ANSWERS, completer }).completions).toMatchObject({
    ...completer,
    limits: { concurrency: 16 },
  });
  const local = { from: "local", model: "../m.gguf" } as const;
  expect(parse({ ...DEMO_ANSWERS, completer: local }).completions).toMatchObject(local);
});

test("the commented completers parse once the # is taken off", () => {
  const text = renderTaskTemplate(DEMO_ANSWERS);
  const own = text.replace(/^completions:\n(?: {2}.*\n)+/m, "");
  for (const from of ["api", "local"]) {
    const block = new RegExp(
      `^# completions:\\n#   from: ${from}.*\\n(?:# .*\\n)*?(?=# completions:|\\n)`,
      "m",
    ).exec(own)![0];
    const bare = own.replace(/^# completions:\n(?:# .*\n)*/m, "") + block.replace(/^# /gm, "");
    expect(parseTaskSpec(bare, { path: "task.yaml" }).completions.from).toBe(from);
  }
});

test("any words for domain, definitions and topics come back", () => {
  const words = fc
    .string({ minLength: 1 })
    .map((text) => text.replace(/\s+/g, " ").trim())
    .filter((text) => text !== "");
  fc.assert(
    fc.property(words, words, fc.array(words, { maxLength: 3 }), (domain, definition, topics) => {
      const spec = parse({
        ...DEMO_ANSWERS,
        domain,
        labels: { Finding: definition, "Drug-Name": definition },
        topics,
      });
      expect(spec.domain).toBe(domain);
      expect(Object.values(spec.labels).map((label) => label.definition)).toEqual([definition, definition]);
      expect(spec.prompts?.topics).toEqual(topics);
    }),
  );
});
