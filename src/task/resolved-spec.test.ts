/** @file Tests of the resolved form, spec.json: it says everything and reads back as it was. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { parseResolvedSpec, parseTaskSpec, renderResolvedSpec } from "./parse-spec.ts";

const parse = (text: string) => parseTaskSpec(text, { path: "task.yaml" });
const MINIMAL = {
  name: "demo",
  kind: "ner",
  domain: "case reports",
  labels: { Disease: { definition: "a disease" } },
  completions: { from: "recorded", requests: "requests.jsonl", output: "output.jsonl" },
};

const text = fc.string({ unit: "grapheme", minLength: 1 }).map((s) => `x${s}x`);
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const texts = fc.array(text, { maxLength: 2 });
const pair = (most: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }))
    .map(([a, b]) => [a, b].sort((x, y) => x - y));

const recorded = fc.record(
  { from: fc.constant("recorded"), requests: text, output: text, select: fc.constant(["0..9", "a*"]) },
  { requiredKeys: ["from", "requests", "output"] },
);
const api = fc.record(
  {
    from: fc.constant("api"),
    provider: fc.constantFrom("openai", "openai-compatible", "azure", "anthropic", "google"),
    model: text,
    baseUrl: fc.constant("http://localhost:8000/v1"),
    keyVariable: fc.constant("MY_KEY"),
    temperature: share,
    price: fc.record({ input: share, output: share }),
    limits: fc.record(
      { spend: fc.constant(2.5), concurrency: fc.integer({ min: 1, max: 99 }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["from", "provider", "model", "baseUrl", "price"] },
);
const local = fc.record(
  { from: fc.constant("local"), model: text, seed: fc.nat(), contextTokens: fc.constant(4097) },
  { requiredKeys: ["from", "model"] },
);

const promptSet = fc.record(
  {
    name: word,
    prompts: fc.integer({ min: 1, max: 1000 }),
    form: fc.constantFrom("sentences", "documents"),
    items: fc.integer({ min: 1, max: 200 }),
    styles: texts,
    attributes: fc.dictionary(word, fc.array(text, { minLength: 1, maxLength: 2 }), { maxKeys: 2 }),
    words: pair(500),
    sentences: pair(200),
    empty: fc.double({ min: 0, max: 0.5, noNaN: true }),
    hardNegatives: texts,
    topics: fc.array(text, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ["name", "prompts"] },
);
const prompts = fc.record(
  {
    seed: fc.nat(),
    language: text,
    topics: texts,
    expandTopics: fc.nat(100),
    answer: fc.constantFrom("markup", "json"),
    sets: fc.uniqueArray(promptSet, { minLength: 1, maxLength: 2, selector: ({ name }) => name }),
  },
  { requiredKeys: ["sets"] },
);
const curation = fc.record(
  {
    words: pair(10_000),
    minHash: share,
    unmarked: fc.constantFrom("keep", "relabel", "drop"),
    verify: fc.constant({ requests: "r.jsonl", output: "o.jsonl" }),
    disagreement: fc.record({ folds: fc.integer({ min: 2, max: 20 }) }, { requiredKeys: [] }),
    references: fc.array(fc.record({ name: text, path: text }), { maxLength: 1 }),
  },
  { requiredKeys: [] },
);

const spec = fc.record(
  {
    name: word,
    kind: fc.constant("ner"),
    domain: text,
    labels: fc
      .uniqueArray(fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/), { minLength: 1, maxLength: 3 })
      .map((names) => Object.fromEntries(names.map((name) => [name, { definition: "x", rules: ["y: z"] }]))),
    completions: fc.oneof(recorded, api, local),
    prompts,
    curation,
    training: fc.record(
      { learningRate: fc.double({ min: 1e-9, max: 1, noNaN: true }), seed: fc.nat() },
      { requiredKeys: [] },
    ),
    encoder: fc.record({ name: fc.constantFrom("./weights", "a/b"), revision: text }, { requiredKeys: [] }),
    gold: fc.uniqueArray(
      fc.record({ name: text, path: text, optional: fc.boolean(), private: fc.boolean() }),
      {
        selector: (file) => file.name.trim(),
      },
    ),
  },
  { requiredKeys: ["name", "kind", "domain", "labels", "completions", "prompts"] },
);

test("reads back as it was, and is a task file itself", () => {
  fc.assert(
    fc.property(spec, (input) => {
      const resolved = parse(stringify(input));
      const written = renderResolvedSpec(resolved);
      expect(parseResolvedSpec(written, { path: "spec.json" })).toEqual(resolved);
      expect(parse(written)).toEqual(resolved);
    }),
  );
});

test("a relation task reads back as it was", () => {
  const relation = {
    head: "Gene",
    tail: "Disease",
    classes: {
      yes: { definition: "related", examples: ["yes\t<Gene>F5</Gene> causes <Disease>gout</Disease>"] },
      no: { definition: "not related", rules: ["x: y"] },
    },
    negative: "no",
  };
  const sets = [{ name: "a", prompts: 2, shares: { yes: 0.52, no: 0.48 } }];
  const labels = { Gene: { definition: "a gene" }, Disease: { definition: "a disease" } };
  const terms = [{ label: "Gene", path: "genes.tsv", column: "symbol" }];
  const resolved = parse(
    stringify({ ...MINIMAL, kind: "relation", labels, relation, prompts: { sets, terms } }),
  );
  expect(resolved.relation).toMatchObject({
    directed: true,
    classes: { no: { rules: ["x: y"], examples: [] } },
  });
  expect(parseResolvedSpec(renderResolvedSpec(resolved), { path: "spec.json" })).toEqual(resolved);
});

test("tells faults with the file and the key", () => {
  const broken = renderResolvedSpec(parse(stringify(MINIMAL))).replace('"epochs"', '"epoch"');
  const read = (json: string) => () => parseResolvedSpec(json, { path: "spec.json" });
  expect(read(broken)).toThrow('spec.json: Unknown key "epoch" in training. Did you mean "epochs"?');
  expect(read("{")).toThrow("spec.json: not valid JSON");
});
