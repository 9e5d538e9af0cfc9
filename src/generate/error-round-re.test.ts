/** @file Tests of further rounds of a relation task: what classes of error add. That no text gets there: test/error-rounds.test.ts. */
import { expect, test } from "vitest";
import { promptsSchema } from "../task/generation-schema.ts";
import { createRelationSpec } from "../testing/prompt-specs.ts";
import { PAIR_CUES, PAIR_DISTANCES, PAIR_ORDERS, type RelationErrorClass } from "./error-classes-re.ts";
import { addErrorRound } from "./error-round.ts";
import { adviseOnRelation, mistakeOf } from "./error-sentences-re.ts";
import { writePrompts } from "./write-prompts.ts";

const spec = createRelationSpec({
  topics: ["t0", "t1"],
  sets: [{ name: "one", prompts: 2, items: 10, styles: ["s0"], rules: ["Own rule."], words: [5, 20] }],
});
const group = (
  gold: string,
  predicted: string,
  count: number,
  more: Partial<RelationErrorClass> = {},
): RelationErrorClass => ({
  gold,
  predicted,
  distance: "four to ten words",
  order: "tail first",
  cue: "none",
  count,
  share: count / 10,
  ...more,
});

test("adds a set for each of the most frequent classes, made like the task's first", () => {
  const classes = [group("yes", "no", 6, { cue: "negation" }), group("no", "yes", 4), group("yes", "no", 1)];
  const { prompts } = addErrorRound(spec, classes, { round: 2, prompts: 10, classes: 2 });
  expect(prompts!.sets.map(({ name, prompts }) => [name, prompts])).toEqual([
    ["one", 2],
    ["round2-1-missed", 6],
    ["round2-2-spurious", 4],
  ]);
  const [, missed, spurious] = prompts!.sets;
  expect(missed).toMatchObject({ styles: ["s0"], words: [5, 20], shares: { yes: 0.6, no: 0.4 } });
  expect(spurious!.shares).toEqual({ no: 0.6, yes: 0.4 });
  expect(missed!.hardNegatives).toEqual([]);
  expect(missed!.rules).toEqual([
    "Own rule.",
    'Let most "yes" sentences say it without the usual words for the relation: by a result, a mechanism, a comparison, a number, an apposition or a shortened clause, so that a hasty reader would take them for "no".',
    "In most sentences four to ten words stand between the marked gene and the marked disease, another name or an insertion among them.",
    "In most sentences the marked disease stands before the marked gene; passive and active both occur.",
    "In most sentences a negation stands near the marked gene and the marked disease (not, no, without, failed to, and rarer ones): in some it is about what the sentence says of them, in others about something else; the class is the one that the definitions ask for.",
  ]);
  const written = [...writePrompts({ ...spec, prompts: prompts! })];
  expect(written[2]!.id).toBe("demo-round2-1-missed-000");
  expect(written[2]!.messages[1]!.content).toContain('Write 6 "yes" and 4 "no", mixed.');
  for (const rule of missed!.rules) expect(written[2]!.messages[1]!.content).toContain(rule);
  expect(written[8]!.messages[1]!.content).toContain(
    "Let several sentences hold what looks like a related pair and is none: the words of the relation said of another pair",
  );
});

test("a mistake is named after the negative class", () => {
  expect(mistakeOf({ gold: "a", predicted: "no" }, "no")).toBe("missed");
  expect(mistakeOf({ gold: "no", predicted: "a" }, "no")).toBe("spurious");
  expect(mistakeOf({ gold: "a", predicted: "b" }, "no")).toBe("confused");
});

test("the resolved task with a round is one that the schema takes", () => {
  const classes = [group("yes", "no", 2), group("no", "yes", 1)];
  const { prompts } = addErrorRound(spec, classes, { round: 12, prompts: 50 });
  expect(promptsSchema.parse(prompts)).toEqual(prompts);
});

test("every class of error has advice, and no sentence with an empty place", () => {
  const names = ["up", "down", "no"];
  for (const [head, tail] of [
    ["AdverseEffect", "Drug"],
    ["Drug", "Drug"],
  ] as const)
    for (const gold of names)
      for (const predicted of names.filter((name) => name !== gold))
        for (const distance of PAIR_DISTANCES)
          for (const order of PAIR_ORDERS)
            for (const cue of PAIR_CUES) {
              const advice = adviseOnRelation(group(gold, predicted, 1, { distance, order, cue }), {
                head,
                tail,
                negative: "no",
              });
              const text = [...advice.rules, ...advice.hardNegatives].join(" ");
              expect(text).toContain(
                head === tail ? "the two marked drug mentions" : "the marked adverse effect",
              );
              expect(text).toContain(`"${gold}"`);
              expect(text).not.toMatch(/undefined|\[object| {2}/);
              expect(advice.shares).toEqual({ [gold]: 0.6, [predicted]: 0.4 });
            }
});

test("refuses a round that is there, and one without errors of the task's classes", () => {
  const options = { round: 2, prompts: 4 };
  const twice = addErrorRound(spec, [group("yes", "no", 1)], options);
  expect(() => addErrorRound(twice, [group("yes", "no", 1)], options)).toThrow(
    "prompt sets of round 2 already",
  );
  expect(() => addErrorRound(spec, [], options)).toThrow("no error with a class of the task");
  expect(() => addErrorRound(spec, [group("yes", "maybe", 1)], options)).toThrow("no error");
  const mention = {
    label: "Gene",
    kind: "missed",
    length: "one word",
    form: "name",
    extent: "same",
  } as const;
  expect(() => addErrorRound(spec, [{ ...mention, count: 1, share: 1 }], options)).toThrow("no error");
});
