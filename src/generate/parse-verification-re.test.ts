/** @file Answers of a relation task's second pass: joined by text and marks, told apart by position, every line accounted for. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRelationLine, renderRelationLine } from "../task/relation-markup.ts";
import { createRelationSpec } from "../testing/prompt-specs.ts";
import { collectSecondClasses } from "./parse-verification-re.ts";
import { writeVerifyRelationPrompts } from "./verify-prompts-re.ts";

const spec = createRelationSpec({ sets: [{ name: "one", prompts: 1 }] });
const relation = spec.relation!;
const labels = ["Gene", "Disease"];
const PAIR = "<Gene>F5</Gene> in <Disease>gout</Disease>";
const LINES = [
  `yes\t${PAIR}.`,
  `no\t1. ${PAIR} of kings.`,
  `no\tF5, <Gene>F5</Gene> and <Disease>gout</Disease>.`,
  `no\t${PAIR}.`,
];
const examples = LINES.map((line, number) => {
  const parsed = parseRelationLine(line, relation, labels);
  if ("rejected" in parsed) throw new Error(parsed.rejected);
  const { repairs: _, ...pair } = parsed;
  return { id: `e${number}`, ...pair, prompt: "p", passage: 0 };
});
const prompts = writeVerifyRelationPrompts(spec, examples);
const pass = (text: string, finishReason?: string) =>
  collectSecondClasses(
    [{ promptId: "demo-verify-000", text, ...(finishReason ? { finishReason } : {}) }],
    examples,
    { prompts, relation, labels },
  );
const classes = (readings: readonly { id: string; relation: string }[]) =>
  readings.map(({ id, relation }) => [id, relation]);
const reasons = (rejections: readonly { reason: string; line?: number }[]) =>
  rejections.map(({ reason, line }) => [reason, line]);

describe("an answer", () => {
  it("is read line by line; a text may begin with a number, and equal ones are told apart by their place", async () => {
    const { readings, missing, rejections } = await pass(
      [`no\t${PAIR}.`, `yes\t1. ${PAIR} of kings.`, LINES[2], `yes\t${PAIR}.`].join("\n"),
    );
    expect(classes(readings)).toEqual([
      ["e0", "no"],
      ["e1", "yes"],
      ["e2", "no"],
      ["e3", "yes"],
    ]);
    expect([missing, rejections]).toEqual([[], []]);
  });

  it("may number its lines, put quotes around sentences, and chatter and a fence around them", async () => {
    const { readings, missing, rejections } = await pass(
      `Here are the 4 sentences:\n\`\`\`\n1. YES\t${PAIR}.\n2. no\t"F5, <Gene>F5</Gene>  and <Disease>gout</Disease>."\n\`\`\``,
    );
    expect(classes(readings)).toEqual([
      ["e0", "yes"],
      ["e2", "no"],
    ]);
    expect(missing).toEqual(["e1", "e3"]);
    expect(reasons(rejections)).toEqual([
      ["chatter", 1],
      ["layout", 2],
      ["layout", 5],
    ]);
  });

  it("that changed a text, a mark or the class loses that line alone", async () => {
    const { readings, rejections } = await pass(
      [
        `yes\t${PAIR}!`,
        `maybe\t1. ${PAIR} of kings.`,
        "no\t<Gene>F5</Gene>, F5 and <Disease>gout</Disease>.",
        `no\t${PAIR}.`,
        `no\t${PAIR}.`,
        `no\t${PAIR}.`,
        "yes\tF5 in <Disease>gout</Disease>.",
      ].join("\n"),
    );
    // The line in the fourth place is the fourth example; the next is given to the first, which is left.
    expect(classes(readings)).toEqual([
      ["e0", "no"],
      ["e3", "no"],
    ]);
    expect(reasons(rejections)).toEqual([
      ["text-changed", 1],
      ["unknown-class", 2],
      ["marks-changed", 3],
      ["repeated-text", 6],
      ["wrong-pair", 7],
    ]);
  });

  it("that was cut off loses its last line; an empty one is counted", async () => {
    const cut = await pass(`no\t${PAIR}.\nyes\t1. ${PAIR} of`, "length");
    expect(classes(cut.readings)).toEqual([["e0", "no"]]);
    expect(reasons(cut.rejections)).toEqual([["truncated", 2]]);
    expect(reasons((await pass(" \n")).rejections)).toEqual([["no-text", undefined]]);
  });
});

it("answers that failed are handed on, and a recording of other prompts is joined by text and marks", async () => {
  const failed = { prompt: "x", reason: "failed-request", raw: "500" } as const;
  const { readings, rejections } = await collectSecondClasses(
    [failed, { promptId: "y", text: `yes\t${PAIR} of queens.\n${LINES[2]}` }],
    examples,
    { relation, labels },
  );
  expect(classes(readings)).toEqual([["e2", "no"]]);
  expect(reasons(rejections)).toEqual([
    ["failed-request", undefined],
    ["text-changed", 1],
  ]);
});

it("where both marks have one label, the order says which is which", async () => {
  const own = { head: "Gene", tail: "Gene", classes: { yes: {}, no: {} } };
  const text = "F5 binds F8.";
  const pair = {
    text,
    head: { start: 9, end: 11, label: "Gene" },
    tail: { start: 0, end: 2, label: "Gene" },
  };
  const answer = { promptId: "p", text: "yes\t<Gene>F5</Gene> binds <Gene>F8</Gene>." };
  const { readings } = await collectSecondClasses([answer], [{ id: "a", ...pair }], {
    relation: own,
    labels,
  });
  expect(classes(readings)).toEqual([["a", "yes"]]);
});

it("prompts and reader are twins: whatever is left out or moved, each line comes back with its own class", async () => {
  const word = fc.constantFrom("gout", "F5", "a", "<b>", "&lt;", "1.", "x < y", "né", "𝔸𝔹");
  const written = fc.record({
    before: fc.array(word, { maxLength: 3 }),
    between: fc.array(word, { maxLength: 3 }),
    headFirst: fc.boolean(),
    relation: fc.constantFrom("yes", "no"),
    order: fc.nat(),
    kept: fc.integer({ min: 0, max: 9 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(written, { minLength: 1, maxLength: 8 }), async (rows) => {
      const pairs = rows.map(({ before, between, headFirst, relation: given }, number) => {
        const lead = [...before, ""].join(" ");
        const [one, other] = headFirst ? ["F8", "HD"] : ["HD", "F8"];
        const text = `${lead}${one} ${[...between, ""].join(" ")}${other} in row ${number}`.trim();
        const first = { start: lead.length, end: lead.length + 2 };
        const at = text.lastIndexOf(` ${other} in row`) + 1;
        const second = { start: at, end: at + 2 };
        const [head, tail] = headFirst ? [first, second] : [second, first];
        return {
          id: `e${number}`,
          text,
          head: { ...head, label: "Gene" },
          tail: { ...tail, label: "Disease" },
          relation: given,
          prompt: "p",
          passage: 0,
        };
      });
      const asked = writeVerifyRelationPrompts(spec, pairs, { items: 3 });
      expect(asked.flatMap(({ ids }) => ids)).toEqual(pairs.map(({ id }) => id));
      const byId = new Map(pairs.map((pair, at) => [pair.id, { pair, row: rows[at]! }]));
      const answers = asked.map(({ prompt, ids }) => ({
        promptId: prompt.id,
        text: ids
          .map((id) => byId.get(id)!)
          .filter(({ row }) => row.kept > 2)
          .sort((a, b) => a.row.order - b.row.order)
          .map(({ pair }) => renderRelationLine(pair))
          .join("\n"),
      }));
      const { readings, missing } = await collectSecondClasses(answers, pairs, {
        prompts: asked,
        relation,
        labels,
      });
      const kept = pairs.filter((_, at) => rows[at]!.kept > 2);
      expect(readings).toEqual(kept.map(({ id, relation: given }) => ({ id, relation: given })));
      expect(missing.length).toBe(pairs.length - kept.length);
    }),
  );
});
