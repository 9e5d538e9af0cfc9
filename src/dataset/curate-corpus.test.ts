/** @file Curation of small corpora: every step drops what it says, everything adds up, and offsets of added marks are exact. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CurationSpec } from "../task/curation-spec.ts";
import type { Example } from "../task/example.ts";
import { parseMarkup, renderMarkup } from "../task/markup.ts";
import type { RelationExample } from "../task/relation-example.ts";
import { buildDataset } from "./build-dataset.ts";
import { NER_ITEMS, RELATION_ITEMS } from "./corpus-item.ts";
import { type CurationOptions, curateCorpus } from "./curate-corpus.ts";
import { CURATION_STEPS } from "./curation-report.ts";
import { findUnmarkedNames } from "./marked-names.ts";

const LABELS = ["Disease", "Gene"];
const OFF: CurationSpec = {
  words: [1, 10_000],
  minHash: 0,
  embedding: 0,
  unmarked: "keep",
  forbidden: {},
  identifiers: "keep",
  references: [],
  maxSharedWords: 0,
};

function read(marked: string) {
  const parsed = parseMarkup(marked, LABELS);
  if ("rejected" in parsed) throw new Error(parsed.rejected);
  return parsed;
}
const ner = (rows: readonly string[]): Example[] =>
  rows.map((row, index) => {
    const { text, mentions } = read(row);
    return { id: `e${index}`, text, mentions, prompt: `p${index % 3}`, passage: 0 };
  });
const relations = (rows: readonly (readonly [string, string])[]): RelationExample[] =>
  rows.map(([relation, row], index) => {
    const { text, mentions } = read(row);
    const at = (label: string) => mentions.find((mention) => mention.label === label)!;
    const pair = { head: at("Gene"), tail: at("Disease") };
    return { id: `r${index}`, text, ...pair, relation, prompt: "p", passage: 0 };
  });
const curate = (
  rows: readonly string[],
  spec: Partial<CurationSpec> = {},
  options: Partial<CurationOptions<Example>> = {},
) => curateCorpus(ner(rows), { ...OFF, ...spec }, { kind: NER_ITEMS, labels: LABELS, ...options });

describe("a step drops, with the reason and the number that decided", () => {
  test("texts that are too short or too long", async () => {
    const { kept, dropped } = await curate(["one two", "one two three", "one two three four five"], {
      words: [3, 4],
    });
    expect(kept.map(({ id }) => id)).toEqual(["e1"]);
    expect(dropped).toEqual([
      { id: "e0", prompt: "p0", step: "words", reason: "text-short", value: 2 },
      { id: "e2", prompt: "p2", step: "words", reason: "text-long", value: 5 },
    ]);
  });

  test("mentions that a rule forbids as a whole", async () => {
    const rows = [
      "A <Disease>disease</Disease>.",
      "A <Disease>skin disease</Disease>.",
      "A <Gene>disease</Gene>.",
    ];
    const { dropped } = await curate(rows, {
      forbidden: { Disease: ["disease|syndrome"] },
    });
    expect(dropped).toEqual([
      { id: "e0", prompt: "p0", step: "forbidden", reason: "forbidden-mention", value: 1 },
    ]);
  });

  test("identifiers, where it is asked to; they are counted anyway", async () => {
    const rows = ["Mr Smith is ill.", "Gout."];
    expect((await curate(rows)).report.identifiers.counts.name).toBe(1);
    const { dropped, report } = await curate(rows, { identifiers: "drop" });
    expect(dropped).toEqual([
      { id: "e0", prompt: "p0", step: "identifiers", reason: "identifier", value: 1 },
    ]);
    expect(report.identifiers.counts.name).toBe(1);
  });

  test("repeated texts, and says which contradict the first", async () => {
    const { dropped } = await curate([
      "Of <Disease>gout</Disease>.",
      "of  <Disease>GOUT</Disease>.",
      "Of gout.",
    ]);
    expect(dropped.map(({ id, reason, other }) => [id, reason, other])).toEqual([
      ["e1", "duplicate", "e0"],
      ["e2", "contradiction", "e0"],
    ]);
  });

  test("runs of words of a reference", async () => {
    const references = [{ name: "notes", texts: ["We saw two cases of gout there."] }];
    const rows = ["Then two cases of gout were seen.", "Two cases."];
    const { dropped, report } = await curate(rows, { maxSharedWords: 4 }, { references });
    expect(dropped).toEqual([
      { id: "e0", prompt: "p0", step: "references", reason: "shared-text", other: "notes", value: 4 },
    ]);
    expect(report.contamination[0]!.statement).toMatchObject({ examples: 1, longestSharedWords: 2 });
    expect(report.diversity.corpora.map(({ name }) => name)).toEqual(["corpus", "notes"]);
    expect((await curate(rows, {}, { references })).dropped).toEqual([]);
  });

  test("near duplicates by words and by vectors", async () => {
    const rows = ["a b c d e f g h i j", "a b c d e f g h i k", "quite another text"];
    const { dropped } = await curate(rows, { minHash: 0.7 });
    expect(dropped).toEqual([
      { id: "e1", prompt: "p1", step: "minHash", reason: "near-duplicate", other: "e0", value: 7 / 9 },
    ]);
    const embed = async (texts: readonly string[]) =>
      texts.map((_, i) => Float32Array.of(i === 1 ? 1 : 0, i === 1 ? 0 : 1));
    const byVector = await curate(rows, { embedding: 0.9 }, { embed });
    expect(byVector.dropped).toEqual([
      { id: "e2", prompt: "p2", step: "embedding", reason: "near-meaning", other: "e0", value: 1 },
    ]);
    await expect(curate(rows, { embedding: 0.9 })).rejects.toThrow(
      "curation.embedding is 0.9, but nothing computes vectors.",
    );
  });

  test("examples in which a name stands unmarked, or marks it", async () => {
    const gout = "Of <Disease>gouty arthritis</Disease> and <Gene>CAT</Gene> no";
    const marked = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => `${gout} ${i}.`);
    const rows = [...marked, "Gouty arthritis in a cat, 😀 gouty arthritis-free CAT.", "None."];
    const { dropped, report } = await curate(rows, { unmarked: "drop" });
    expect(dropped).toEqual([
      { id: "e8", prompt: "p2", step: "unmarked", reason: "unmarked-name", value: 2 },
    ]);
    expect(report.findings.some(({ check }) => check === "name-unmarked")).toBe(false);
    const relabelled = await curate(rows, { unmarked: "relabel" });
    const { text, mentions } = relabelled.kept[8]!;
    expect(renderMarkup(text, mentions)).toBe(
      "<Disease>Gouty arthritis</Disease> in a cat, 😀 gouty arthritis-free <Gene>CAT</Gene>.",
    );
    expect(relabelled.report.steps.at(-1)).toMatchObject({
      step: "unmarked",
      isOn: true,
      dropped: 0,
      added: 2,
    });
    const kept = await curate(rows);
    expect(kept.report.findings.find(({ check }) => check === "name-unmarked")).toEqual({
      check: "name-unmarked",
      severity: "warning",
      count: 2,
      message: "2 unmarked places of 2 names that are marked elsewhere.",
      ids: ["e8"],
      names: [
        { text: "CAT", label: "Gene", marked: 8, unmarked: 1 },
        { text: "gouty arthritis", label: "Disease", marked: 8, unmarked: 1 },
      ],
    });
  });
});

test("a name counts only where it is marked twice and in four fifths of its places", () => {
  const names = (rows: readonly string[]) =>
    findUnmarkedNames(ner(rows), NER_ITEMS).names.map(({ text }) => text);
  const marked = "<Disease>gout</Disease>";
  expect(names([marked, "gout"])).toEqual([]);
  expect(names([marked, marked, marked, "gout"])).toEqual([]);
  expect(names([marked, marked, marked, marked, "gout"])).toEqual(["gout"]);
  expect(names([marked, marked, marked, marked, "<Disease>gout of men</Disease>"])).toEqual([]);
  expect(names([marked, marked, marked, marked, "gouty nongout pre-gout"])).toEqual([]);
});

test("marks that are added lie on the name, exactly, whatever stands around", () => {
  const around = fc.string({
    unit: fc.constantFrom("a", " ", "😀", "é", ".", "-", "gout", "GOUT", "Σ", "İ"),
  });
  fc.assert(
    fc.property(fc.array(around, { minLength: 1, maxLength: 4 }), (texts) => {
      const items = [
        ...ner(Array.from({ length: 200 }, (_, i) => `<Disease>gout stone</Disease> ${i}`)),
        ...texts.map((text, i) => ({
          id: `x${i}`,
          text: `${text} gout stone ${text}`,
          mentions: [],
          prompt: "p",
          passage: 0,
        })),
      ];
      const { places } = findUnmarkedNames(items, NER_ITEMS);
      expect(places.map(({ row }) => row)).toEqual(texts.map((_, i) => 200 + i));
      for (const { row, mentions } of places)
        for (const { start, end } of mentions)
          expect(items[row]!.text.slice(start, end).toLowerCase()).toBe("gout stone");
    }),
  );
});

test("of relations another pair of the same sentence is kept, another class of the same pair is not", async () => {
  const sentence =
    "The <Gene>APOE</Gene> gene and ABCA1 raise the risk of <Disease>dementia</Disease> in men.";
  const other = "The APOE gene and <Gene>ABCA1</Gene> raise the risk of <Disease>dementia</Disease> in men.";
  const contrast = sentence.replace("in men", "in old men");
  const items = relations([
    ["yes", sentence],
    ["yes", other],
    ["no", sentence],
    ["yes", sentence],
    ["no", contrast],
    ["yes", contrast],
  ]);
  const options = { kind: RELATION_ITEMS, labels: LABELS, classes: ["yes", "no"], negative: "no" };
  const { dropped, report } = await curateCorpus(items, { ...OFF, minHash: 0.7 }, options);
  expect(dropped.map(({ id, reason, other }) => [id, reason, other])).toEqual([
    ["r2", "contradiction", "r0"],
    ["r3", "duplicate", "r0"],
    ["r5", "contradiction", "r4"],
  ]);
  const rare = report.findings.filter(({ check }) => check === "class-rare");
  expect(rare.map(({ label, severity, count }) => [label, severity, count])).toEqual([
    ["yes", "warning", 2],
    ["no", "warning", 1],
  ]);
  const embed = async (texts: readonly string[]) => texts.map(() => Float32Array.of(1));
  const byVector = await curateCorpus(items, { ...OFF, embedding: 0.9 }, { ...options, embed });
  expect(byVector.kept.map(({ id }) => id)).toEqual(["r0", "r1", "r4"]);
});

test("findings tell what a corpus lacks, errors first", async () => {
  const rows = [
    "Of <Disease>gout</Disease>.",
    "No more.",
    "Nothing.",
    "Of <Disease>gout</Disease> then, in men.",
  ];
  const { report } = await curate(
    rows,
    {},
    { prompts: ["p0", "p1", "p2", "p9"], split: { devFraction: 0.3, seed: 1 } },
  );
  expect(report.findings.map(({ check, severity, count, label }) => [check, severity, count, label])).toEqual(
    [
      ["label-rare", "error", 0, "Gene"],
      ["label-rare", "warning", 2, "Disease"],
      ["label-one-prompt", "warning", 2, "Disease"],
      ["prompt-empty", "warning", 1, undefined],
      ["without-mention", "info", 2, undefined],
    ],
  );
  expect(JSON.stringify(report.findings)).not.toContain("gout");
});

test("dev examples that nearly stand in training are leakage", async () => {
  const rows = ["a b c d e f g h", "a b c d e f g i", "a b c d e f g j"];
  const { report } = await curate(rows, {}, { split: { devFraction: 0.3, seed: 1 } });
  const found = report.findings.find(({ check }) => check === "split-leakage");
  expect(found).toMatchObject({ severity: "warning", count: 1 });
});

test("wrong rules are errors that say what is wrong", async () => {
  await expect(curate(["a"], { forbidden: { Diseas: ["x"] } })).rejects.toThrow(
    'curation.forbidden names the label "Diseas". Did you mean "Disease"? Labels: Disease, Gene.',
  );
  await expect(curate(["a"], { forbidden: { Disease: ["x", "a)(b"] } })).rejects.toThrow(
    'curation.forbidden.Disease[1] is no regular expression: "a)(b".',
  );
});

test("everything adds up, and the steps that are off change nothing of the dataset", async () => {
  const row = fc.constantFrom(
    "a",
    "a b c d e f",
    "a b c d e g",
    "Mr Smith",
    "<Disease>gout</Disease> b",
    "gout b",
    "A",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(row), fc.boolean(), async (rows, isOn) => {
      const references = [{ name: "r", texts: ["b c d e"] }];
      const spec: Partial<CurationSpec> = isOn
        ? {
            words: [2, 9],
            minHash: 0.5,
            identifiers: "drop",
            unmarked: "drop",
            maxSharedWords: 4,
            forbidden: { Disease: ["x"] },
          }
        : {};
      const all = ["<Disease>gout</Disease> and <Gene>CAT</Gene> hurt", ...rows];
      const { kept, dropped, report } = await curate(all, spec, { references });
      expect(kept.length + dropped.length).toBe(all.length);
      expect(new Set([...kept, ...dropped].map(({ id }) => id)).size).toBe(all.length);
      expect(Object.values(report.dropped).reduce((sum, count) => sum + count!, 0)).toBe(dropped.length);
      expect(report.steps.map(({ step }) => step)).toEqual([...CURATION_STEPS]);
      let left = all.length;
      for (const step of report.steps) {
        expect(step.taken).toBe(left);
        expect(step.dropped).toBe(dropped.filter((one) => one.step === step.step).length);
        left -= step.dropped;
      }
      expect(left).toBe(kept.length);
      if (isOn) return;
      const options = { labels: LABELS, devFraction: 0.3, seed: 1 };
      const { curation, ...audit } = buildDataset(kept, [], { ...options, curation: report }).audit;
      const plain = buildDataset(ner(all), [], options);
      expect(audit).toEqual(plain.audit);
      expect(buildDataset(kept, [], options).train).toEqual(plain.train);
      expect(curation).toMatchObject({ taken: all.length, kept: kept.length });
    }),
  );
});
