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
const spec = fc.record(
  {
    name: word,
    kind: fc.constant("ner"),
    domain: text,
    labels: fc
      .uniqueArray(fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/), { minLength: 1, maxLength: 3 })
      .map((names) => Object.fromEntries(names.map((name) => [name, { definition: "x", rules: ["y: z"] }]))),
    completions: fc.record(
      {
        from: fc.constant("recorded"),
        requests: text,
        output: text,
        select: fc.constant(["0..9", "a*"]),
      },
      { requiredKeys: ["from", "requests", "output"] },
    ),
    training: fc.record(
      { learningRate: fc.double({ min: 1e-9, max: 1, noNaN: true }), seed: fc.nat() },
      { requiredKeys: [] },
    ),
    encoder: fc.record({ name: fc.constantFrom("./weights", "a/b"), revision: text }, { requiredKeys: [] }),
    gold: fc.uniqueArray(fc.record({ name: text, path: text, optional: fc.boolean() }), {
      selector: (file) => file.name.trim(),
    }),
  },
  { requiredKeys: ["name", "kind", "domain", "labels", "completions"] },
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

test("tells faults with the file and the key", () => {
  const broken = renderResolvedSpec(parse(stringify(MINIMAL))).replace('"epochs"', '"epoch"');
  const read = (json: string) => () => parseResolvedSpec(json, { path: "spec.json" });
  expect(read(broken)).toThrow('spec.json: Unknown key "epoch" in training. Did you mean "epochs"?');
  expect(read("{")).toThrow("spec.json: not valid JSON");
});
