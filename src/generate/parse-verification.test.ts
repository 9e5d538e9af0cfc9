/** @file Answers of the second pass: joined by text, told apart by position, on the offsets of the first text. */
import { existsSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Mention } from "../task/example.ts";
import { renderMarkup } from "../task/markup.ts";
import { collectExamples } from "./collect-examples.ts";
import { createRecordedCompleter } from "./completers/recorded.ts";
import { collectSecondPass } from "./parse-verification.ts";
import { writeVerifyPrompts } from "./verify-prompts.ts";

const labels = ["Disease"];
const at = (start: number, end: number): Mention => ({ start, end, label: "Disease" });
const spec = { name: "t", domain: "d", labels: { Disease: { definition: "x", rules: [], examples: [] } } };
const examples = ["He had gout.", "No case of rickets was seen.", "1. The asthma ward", "He had gout."].map(
  (text, i) => ({ id: `e${i}`, text }),
);
const prompts = writeVerifyPrompts(spec, examples);
const pass = (text: string, finishReason?: string) =>
  collectSecondPass(
    [{ promptId: "t-verify-000", text, ...(finishReason ? { finishReason } : {}) }],
    examples,
    { prompts, labels },
  );
const reasons = (rejections: readonly { reason: string; line?: number }[]) =>
  rejections.map(({ reason, line }) => [reason, line]);

describe("an answer", () => {
  it("is read line by line; a text may begin with a number", async () => {
    const { readings, missing, rejections } = await pass(
      "He had <Disease>gout</Disease>.\nNo case of <Disease>rickets</Disease> was seen.\n1. The <Disease>asthma</Disease> ward\nHe had gout.",
    );
    expect(readings).toEqual([
      { id: "e0", mentions: [at(7, 11)] },
      { id: "e1", mentions: [at(11, 18)] },
      { id: "e2", mentions: [at(7, 13)] },
      { id: "e3", mentions: [] },
    ]);
    expect([missing, rejections]).toEqual([[], []]);
  });

  it("may number its lines, and put chatter and a fence around them", async () => {
    const { readings, missing, rejections } = await pass(
      "Here are the 4 sentences:\n```\n1. He had <Disease>gout</Disease>.\n2. No case of rickets was seen.\n```",
    );
    expect(readings).toEqual([
      { id: "e0", mentions: [at(7, 11)] },
      { id: "e1", mentions: [] },
    ]);
    expect(missing).toEqual(["e2", "e3"]);
    expect(reasons(rejections)).toEqual([
      ["chatter", 1],
      ["layout", 2],
      ["layout", 5],
    ]);
  });

  it("that left out the first of two equal texts gives its marks to the one in that place", async () => {
    const { readings } = await pass(
      "He had <Disease>gout</Disease>.\nNo case of <Disease>rickets</Disease> was sene.\n1. The asthma ward\nHe had gout.",
    );
    expect(readings.map(({ id, mentions }) => [id, mentions.length])).toEqual([
      ["e0", 1],
      ["e2", 0],
      ["e3", 0],
    ]);
  });

  it("may change white space: marks are on the offsets of the first text", async () => {
    const { readings } = await pass(
      "No  case\tof < Disease >\n No case of  <Disease> rickets </Disease>was  seen.",
    );
    expect(readings).toEqual([{ id: "e1", mentions: [at(11, 18)] }]);
  });

  it("that changed a character is no reading of the text, and is counted", async () => {
    const { readings, missing, rejections } = await pass(
      "He had <Disease>Gout</Disease>.\nNo case of <Disease>rickets was seen.",
    );
    expect([readings, missing]).toEqual([[], ["e0", "e1", "e2", "e3"]]);
    expect(reasons(rejections)).toEqual([
      ["text-changed", 1],
      ["unclosed-tag", 2],
    ]);
  });

  it("that repeats a text is counted once for each time too many", async () => {
    const line = "No case of <Disease>rickets</Disease> was seen.";
    const { readings, rejections } = await pass(`${line}\nNo case of rickets was seen.`);
    expect(readings).toEqual([{ id: "e1", mentions: [at(11, 18)] }]);
    expect(reasons(rejections)).toEqual([["repeated-text", 2]]);
  });

  it("that was cut off loses its last line; one that is whole by chance counts", async () => {
    const cut = await pass("He had <Disease>gout</Disease>.\nNo case of <Disease>rick", "length");
    expect(reasons(cut.rejections)).toEqual([["truncated", 2]]);
    expect(cut.missing).toEqual(["e1", "e2", "e3"]);
    expect((await pass("He had gout.", "length")).readings).toEqual([{ id: "e0", mentions: [] }]);
  });

  it("without text, or that failed, is a rejection", async () => {
    expect(reasons((await pass(" \n")).rejections)).toEqual([["no-text", undefined]]);
    const failed = { prompt: "t-verify-000", reason: "failed-request", raw: "status 500" } as const;
    const { missing, rejections } = await collectSecondPass([failed], examples, { prompts, labels });
    expect([missing.length, rejections]).toEqual([4, [failed]]);
  });
});

it("without prompts, answers are joined by text alone, in any order", async () => {
  const completion = {
    promptId: "else-7",
    text: "No case of <Disease>rickets</Disease> was seen.\nHe had gout.",
  };
  const { readings, missing } = await collectSecondPass([completion], examples, { labels });
  expect(readings).toEqual([
    { id: "e0", mentions: [] },
    { id: "e1", mentions: [at(11, 18)] },
  ]);
  expect(missing).toEqual(["e2", "e3"]);
});

describe("whatever the texts are", () => {
  const word = fc.string({
    unit: fc.constantFrom("a", "Z", "7", "😀", "é", "e\u0301", "<", "&", "-"),
    minLength: 1,
  });
  /** Words, the white space between them, and which words are marked (each one that has a letter or digit). */
  const texts = fc.array(
    fc.array(fc.record({ word, space: fc.constantFrom(" ", "\u00a0", "\t "), isMarked: fc.boolean() }), {
      minLength: 1,
      maxLength: 6,
    }),
    { minLength: 1, maxLength: 5 },
  );
  const build = (parts: readonly { word: string; space: string; isMarked: boolean }[], space?: string) => {
    let text = "";
    const mentions: Mention[] = [];
    for (const [i, part] of parts.entries()) {
      if (i > 0) text += space ?? part.space;
      const start = text.length;
      text += part.word;
      if (part.isMarked && /[\p{L}\p{N}]/u.test(part.word)) mentions.push(at(start, text.length));
    }
    return { text, mentions };
  };

  it("an ideal answer with other white space gives exactly the marks, in UTF-16", async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom(" ", "   ", " \u2003"), async (lines, space) => {
        const asked = lines.map((parts, i) => ({ id: `e${i}`, ...build(parts) }));
        const answer = lines.map((parts) => {
          const { text, mentions } = build(parts, space);
          return renderMarkup(text, mentions);
        });
        const { readings, missing } = await collectSecondPass(
          [{ promptId: "t-verify-000", text: answer.join("\n") }],
          asked,
          { prompts: writeVerifyPrompts(spec, asked), labels },
        );
        expect(missing).toEqual([]);
        // texts that differ in white space alone are told apart by position
        expect(readings).toEqual(asked.map(({ id, mentions }) => ({ id, mentions })));
      }),
    );
  });
});

const recordings = "../shared/recordings";
const found = existsSync(`${recordings}/disease-verify/output.jsonl`);
it.skipIf(!found)(
  "the recorded second pass: 2,400 texts all read, none changed (skipped: no recordings)",
  async () => {
    const read = async (task: string) => {
      const files = {
        requests: `${recordings}/${task}/requests.jsonl`,
        output: `${recordings}/${task}/output.jsonl`,
      };
      const completer = await createRecordedCompleter(files);
      return completer.complete(completer.prompts);
    };
    const { examples: all } = await collectExamples(await read("disease"), { labels: { Disease: {} } });
    const { readings, missing, rejections } = await collectSecondPass(await read("disease-verify"), all, {
      labels,
    });
    const rounds = all.filter(({ prompt }) => Number(prompt.slice(-3)) < 96);
    expect(rounds.length).toBe(2400);
    expect(readings.map(({ id }) => id)).toEqual(rounds.map(({ id }) => id));
    expect([missing.length, rejections]).toEqual([all.length - 2400, []]);
  },
);
