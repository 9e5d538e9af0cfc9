/** @file What a task says of its relation: what is taken, faults with line and column, and that it is not trained yet. */
import { describe, expect, it, test } from "vitest";
import { InputError } from "../util/errors.ts";
import { parseTaskSpec } from "./parse-spec.ts";

const RELATION = `kind: relation
labels: { Gene: { definition: a gene }, Disease: { definition: a disease } }
completions: { from: recorded, requests: r.jsonl, output: o.jsonl }
`;
const PAIR = `relation:
  head: Gene
  tail: Disease
  negative: no
  classes:
    yes: { definition: related }
    no: { definition: not related }
`;
const NER = RELATION.replace("kind: relation", "kind: ner");
const parse = (rest: string, head = RELATION) =>
  parseTaskSpec(`name: demo\ndomain: case reports\n${head}${rest}`, { path: "task.yaml" });

function messageOf(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error("The task was taken.");
}

test("takes a relation, whose classes' examples are lines", () => {
  const spec = parse(
    `${PAIR.replace("related }", 'related, examples: ["yes\\t<Gene>F5</Gene> causes <Disease>gout</Disease>."] }')}prompts: { sets: [{ name: a, prompts: 2, shares: { yes: 0.52, no: 0.48 } }] }`,
  );
  expect(spec.relation).toMatchObject({ directed: true, negative: "no" });
  expect(spec.prompts?.sets[0]?.shares).toEqual({ yes: 0.52, no: 0.48 });
});

test("has its classes read again where it asks for that, and is not cross-validated", () => {
  const readings = "curation: { verify: { requests: v.jsonl, output: w.jsonl, action: drop } }";
  expect(parse(`${PAIR}${readings}\n`).curation.verify?.action).toBe("drop");
  expect(() => parse(`${PAIR}curation: { disagreement: {} }\n`)).toThrow(
    "curation.disagreement looks at marked mentions; a task of kind relation has it not.",
  );
});

describe("refuses a relation", () => {
  const set = (rest: string) => `${PAIR}prompts: { sets: [{ name: a, prompts: 1, ${rest} }] }`;
  it.each([
    [
      "that is missing",
      "",
      "task.yaml:1:1: relation is missing: a task of kind relation needs head, tail, classes and negative.",
    ],
    [
      "with a head that is no label",
      PAIR.replace("head: Gene", "head: Genes"),
      'task.yaml:7:3: Unknown label "Genes". Did you mean "Gene"? Labels: Gene, Disease.',
    ],
    [
      "with a tail that is no label",
      PAIR.replace("tail: Disease", "tail: Chemical"),
      'task.yaml:8:3: Unknown label "Chemical". Labels: Gene, Disease.',
    ],
    [
      "directed between mentions of one label",
      PAIR.replace("tail: Disease", "tail: Gene"),
      'task.yaml:8:3: relation.head and relation.tail are both "Gene": their tags cannot say which is which. Give them two labels, or set "directed: false".',
    ],
    [
      "with one class",
      PAIR.replace("    yes: { definition: related }\n", ""),
      "task.yaml:10:3: relation.classes must have at least two classes, one of them for pairs that are not related, not 1.",
    ],
    [
      "with classes that differ in case only",
      PAIR.replace("    yes:", "    NO: { definition: x }\n    yes:"),
      'task.yaml:13:5: Classes "NO" and "no" differ only in case; they are read in any case. Rename one.',
    ],
    [
      "with a class of two words",
      PAIR.replace("    yes:", "    not sure: { definition: x }\n    yes:"),
      "task.yaml:11:5: relation.classes.not sure: the name must be a word without white space.",
    ],
    [
      "whose negative is no class",
      PAIR.replace("negative: no", "negative: none"),
      'task.yaml:9:3: Unknown class "none". Classes: yes, no.',
    ],
    [
      "with an example without its class",
      PAIR.replace(
        "not related }",
        'not related, examples: ["<Gene>F5</Gene> in <Disease>gout</Disease>"] }',
      ),
      "task.yaml:12:47: The line: a line that does not begin with a class of the relation and a tab. Classes: yes, no. Head: Gene. Tail: Disease.",
    ],
    [
      "with an example of another class",
      PAIR.replace(
        "not related }",
        'not related, examples: ["yes\\t<Gene>F5</Gene> in <Disease>gout</Disease>"] }',
      ),
      'task.yaml:12:47: This example of "no" begins with "yes".',
    ],
    [
      "with an example without a pair",
      PAIR.replace("not related }", 'not related, examples: ["no\\t<Gene>F5</Gene>"] }'),
      "task.yaml:12:47: Tag <Disease>: a sentence without exactly one marked head and one marked tail. Classes: yes, no. Head: Gene. Tail: Disease.",
    ],
    [
      "asked for in documents",
      set("form: documents"),
      'task.yaml:13:42: Set "a" asks for documents; relations are asked for in sentences. Remove "form", or make the task one of kind ner.',
    ],
    [
      "with shares of an unknown class",
      set("shares: { yes: 0.5, non: 0.5 }"),
      'task.yaml:13:62: Unknown class "non". Did you mean "no"? Classes: yes, no.',
    ],
    [
      "with shares that are more than all",
      set("shares: { yes: 0.6, no: 0.5 }"),
      'task.yaml:13:42: The shares of set "a" must add up to 1, not 1.1.',
    ],
  ])("%s", (_what, rest, message) => {
    expect(messageOf(() => parse(rest))).toBe(message);
  });

  it("in a task of kind ner", () => {
    expect(messageOf(() => parse(PAIR, NER))).toBe(
      'task.yaml:6:1: "relation" is for tasks of kind relation; this one is of kind ner.',
    );
  });
});

test("mentions of one label may be related where the relation is not directed", () => {
  const spec = parse(PAIR.replace("tail: Disease", "tail: Gene\n  directed: false"));
  expect(spec.relation).toMatchObject({ head: "Gene", tail: "Gene", directed: false });
});

test("training of pairs takes its keys, and weights of classes", () => {
  const { training } = parse(
    `${PAIR}training: { markers: masked, pooling: cls-starts, threshold: 0.4, misplaced: 0.5, classWeights: { yes: 2 } }`,
  );
  expect(training).toMatchObject({
    markers: "masked",
    pooling: "cls-starts",
    threshold: 0.4,
    misplaced: 0.5,
    classWeights: { yes: 2 },
  });
  expect(messageOf(() => parse(`${PAIR}training: { classWeights: { O: 2 } }`))).toMatch(
    /Unknown class "O"\. Did you mean "no"\? Classes: yes, no\.$/,
  );
});

test("shares of thirds add up to 1", () => {
  const classes = PAIR.replace("    yes:", "    maybe: { definition: x }\n    yes:");
  const spec = parse(
    `${classes}prompts: { sets: [{ name: a, prompts: 1, shares: { yes: 0.3333333, no: 0.3333333, maybe: 0.3333333 } }] }`,
  );
  expect(Object.keys(spec.prompts!.sets[0]!.shares!)).toEqual(["yes", "no", "maybe"]);
});
