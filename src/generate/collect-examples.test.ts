/** @file Tests of collecting: nothing that was seen goes uncounted. */
import { expect, test } from "vitest";
import type { Rejection } from "../task/rejection.ts";
import { collectExamples, collectRelations, readExamples } from "./collect-examples.ts";
import type { Completion } from "./completer.ts";

async function* stream(): AsyncGenerator<Completion | Rejection> {
  yield { promptId: "a", text: "Of <Disease>gout</Disease>.\nI hope this helps!" };
  yield { prompt: "b", reason: "missing-answer", raw: "" };
  yield { promptId: "c", text: "Of <disease>gout</disease> again." };
}

test("adds up completions, lines, examples, rejections and repairs", async () => {
  const { completions, lines, examples, rejections, repairs } = await collectExamples(stream(), {
    labels: { Disease: {} },
  });
  expect({ completions, lines, repairs }).toEqual({
    completions: 2,
    lines: 3,
    repairs: { trimmed: 0, recased: 2, unescaped: 0 },
  });
  expect(examples.map(({ id }) => id)).toEqual(["a-1", "c-1"]);
  expect(rejections).toEqual([
    { prompt: "a", line: 2, reason: "chatter", raw: "I hope this helps!" },
    { prompt: "b", reason: "missing-answer", raw: "" },
  ]);
});

const NER = { labels: { Disease: {} } };
const RELATION = {
  labels: { Gene: {}, Disease: {} },
  relation: { head: "Gene", tail: "Disease", classes: { yes: {}, no: {} } },
};
const JSON_ANSWER = { prompts: { answer: "json" } } as const;
const ids = ({ examples }: { examples: readonly { id: string }[] }) => examples.map(({ id }) => id);

test("reads relations", async () => {
  const collected = await collectRelations(
    [
      { promptId: "a", text: "yes\t<Gene>F5</Gene> in <Disease>gout</Disease>.\nDone." },
      { promptId: "b", text: "No: <Gene>F5</Gene> in <Disease>gout</Disease>." },
    ],
    RELATION,
  );
  expect({ ...collected, examples: ids(collected) }).toEqual({
    completions: 2,
    lines: 3,
    examples: ["a-1", "b-1"],
    rejections: [{ prompt: "a", line: 2, reason: "chatter", raw: "Done." }],
    repairs: { trimmed: 0, recased: 0, unescaped: 0, recasedClasses: 1, reseparated: 1 },
  });
});

test("reads JSON where the task asks for JSON, for both kinds", async () => {
  const examples = await collectExamples(
    [{ promptId: "a", text: '[{"text": "Gout is old.", "mentions": ["gout"]}]' }],
    { ...NER, ...JSON_ANSWER },
  );
  expect([ids(examples), examples.repairs]).toMatchObject([["a-1"], { recased: 1, exact: 0, mended: 0 }]);
  const relations = await collectRelations(
    [{ promptId: "a", text: '{"relation": "no", "text": "F5 in gout", "head": "F5", "tail": "gout"}' }],
    { ...RELATION, ...JSON_ANSWER },
  );
  expect([ids(relations), relations.repairs]).toMatchObject([["a-1"], { exact: 2 }]);
});

test("an empty stream has every count, at 0", async () => {
  expect(await collectExamples([], NER)).toEqual({
    completions: 0,
    lines: 0,
    examples: [],
    rejections: [],
    repairs: { trimmed: 0, recased: 0, unescaped: 0 },
  });
});

test("a task of relations that says nothing of them is an error", async () => {
  await expect(collectRelations([], NER)).rejects.toThrow("says nothing of the relation");
});

test("gives each completion before it asks for the next", async () => {
  let asked = 0;
  function* many(): Generator<Completion | Rejection> {
    for (; asked < 1000; asked++) yield { promptId: `p${asked}`, text: "Of <Disease>gout</Disease>." };
  }
  const seen: number[] = [];
  for await (const { completion, lines, examples } of readExamples(many(), "ner", NER)) {
    expect([completion?.promptId, lines, examples.length]).toEqual([`p${asked}`, 1, 1]);
    seen.push(asked);
    if (seen.length === 3) break;
  }
  expect(seen).toEqual([0, 1, 2]);
});
