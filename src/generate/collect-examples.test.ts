/** @file Tests of collecting: nothing that was seen goes uncounted. */
import { expect, test } from "vitest";
import type { Rejection } from "../task/rejection.ts";
import { collectExamples } from "./collect-examples.ts";
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
