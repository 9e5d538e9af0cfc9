/** @file A tiny encoder reads a toy corpus with planted faults: it finds them, and a stopped run ends with the same bits. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EncoderFiles } from "../model/encoder-folder.ts";
import type { Example } from "../task/example.ts";
import { parseTaskSpec } from "../task/parse-spec.ts";
import type { TaskSpec } from "../task/spec.ts";
import { writeTinyEncoder } from "../testing/tiny-encoder.ts";
import { InterruptedError } from "../util/errors.ts";
import { type CrossValidateOptions, crossValidate, type FoldStart } from "./cross-validate.ts";
import { findLabelDoubts } from "./find-label-doubts.ts";

const NAMES = ["gout", "asthma", "rickets", "migraine", "anaemia", "psoriasis"];
const FRAMES = [
  "the patient with NAME was seen",
  "no sign of NAME in the ward",
  "we saw NAME after two days",
  "is NAME rare in the ward",
  "the ward was calm after two days",
];

/** 12 prompts of 10 texts; each name is marked wherever it stands. */
function createCorpus(): Example[] {
  return Array.from({ length: 120 }, (_, i) => {
    const name = NAMES[(i * 7 + Math.floor(i / 5)) % NAMES.length]!;
    const text = FRAMES[i % FRAMES.length]!.replace("NAME", name);
    const start = text.indexOf(name);
    const mentions = start < 0 ? [] : [{ start, end: start + name.length, label: "Disease" }];
    return { id: `e${i}`, text, mentions, prompt: `p${Math.floor(i / 10)}`, passage: 0 };
  });
}

const TASK = `
name: toy
kind: ner
domain: toy sentences
labels: { Disease: { definition: a disease } }
completions: { from: recorded, requests: requests.jsonl, output: output.jsonl }
training: { batchSize: 8, learningRate: 0.02, maxTokens: 32, seed: 3 }
`;

let root: string;
let spec: TaskSpec;
let encoder: EncoderFiles;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "textphantom-doubts-"));
  spec = parseTaskSpec(TASK, { path: join(root, "task.yaml") });
  const words = [...new Set([...NAMES, ...FRAMES.join(" ").split(" ")])].filter((word) => word !== "NAME");
  encoder = await writeTinyEncoder(join(root, "encoder"), { words, hiddenSize: 32, layers: 1 });
});
afterAll(() => rm(root, { recursive: true }));

const run = (examples: readonly Example[], options: Partial<CrossValidateOptions> & { folder: string }) =>
  crossValidate({ spec, examples, encoder, folds: 3, epochs: 2 }, { threads: 1, ...options });

describe("planted faults", () => {
  const clean = createCorpus();
  const planted = clean.map((example) => {
    if (example.id === "e7") return { ...example, mentions: [] }; // "we saw NAME"
    if (example.id === "e50") return { ...example, mentions: [{ start: 4, end: 11, label: "Disease" }] }; // "patient"
    if (example.id === "e103") return { ...example, mentions: [{ start: 0, end: 2, label: "Disease" }] }; // "is"
    return example;
  });
  const find = (action: "keep" | "relabel" | "drop", learnt = 0) =>
    findLabelDoubts(
      { spec, examples: planted, encoder, disagreement: { folds: 3, epochs: 8, action, learnt } },
      { folder: join(root, "planted"), threads: 1 },
    );

  it("are found, and nothing else is", async () => {
    const { doubts, kept, changed, dropped } = await find("keep");
    expect([...new Set(doubts.map(({ id }) => id))].sort()).toEqual(["e103", "e50", "e7"]);
    expect(doubts.find(({ id }) => id === "e7")).toMatchObject({
      kind: "missed",
      suggested: clean[7]!.mentions[0],
    });
    for (const { score } of doubts) expect(score).toBeGreaterThan(0.9);
    expect([kept, changed, dropped]).toEqual([planted, [], []]);
  });

  it("relabelled, are the corpus as it was", async () => {
    const { kept, changed } = await find("relabel");
    expect(kept).toEqual(clean);
    expect(changed).toEqual(["e7", "e50", "e103"]);
  });

  it("dropped, leave the other examples", async () => {
    const { kept, dropped } = await find("drop");
    expect(dropped.map(({ id }) => id)).toEqual(["e7", "e50", "e103"]);
    expect(kept.length).toBe(117);
  });

  it("are not what the models are surest of: a tenth of those goes, with mentions and without", async () => {
    const { kept, dropped, learnt } = await find("drop", 0.1);
    expect([kept.length, dropped.length, learnt.length]).toEqual([104, 3, 13]);
    expect(learnt.filter(({ mentions }) => mentions.length === 0)).toHaveLength(3); // of 25
  });
});

describe("cross-validation", () => {
  it("gives the probabilities of every word, by a model that has not seen its prompt", async () => {
    const examples = createCorpus();
    const starts: FoldStart[] = [];
    const steps: number[] = [];
    const folder = join(root, "whole");
    const readings = await run(examples, {
      folder,
      onFold: (start) => starts.push(start),
      onStep: (_, fold) => steps.push(fold),
    });
    expect(readings.map(({ id }) => id)).toEqual(examples.map(({ id }) => id));
    for (const [i, { words, probabilities }] of readings.entries()) {
      expect(words.length).toBe(examples[i]!.text.split(" ").length);
      expect(probabilities.length).toBe(3 * words.length);
      for (let row = 0; row < words.length; row++) {
        const sum = probabilities.subarray(3 * row, 3 * row + 3).reduce((total, p) => total + p, 0);
        expect(sum).toBeCloseTo(1, 5);
      }
    }
    expect(starts).toEqual(
      [0, 1, 2].map((fold) => ({ fold, folds: 3, trained: 80, read: 40, reused: false })),
    );
    expect(steps).toEqual([0, 1, 2].flatMap((fold) => Array<number>(20).fill(fold)));
    expect((await readdir(folder)).sort()).toEqual([1, 2, 3].map((fold) => `fold-${fold}-of-3.safetensors`));
  });

  it("stopped in the second fold, takes the first from its file and ends with the same bits", async () => {
    const examples = createCorpus();
    const whole = await run(examples, { folder: join(root, "whole") });
    const folder = join(root, "stopped");
    const stop = new AbortController();
    const onStep: CrossValidateOptions["onStep"] = ({ step }, fold) => {
      if (fold === 1 && step === 3) stop.abort();
    };
    const error = await run(examples, { folder, signal: stop.signal, onStep }).catch((caught) => caught);
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error.message).toBe("Cross-validation stopped in fold 2, after step 3 of 20.");
    expect(await readdir(folder)).toEqual(["fold-1-of-3.safetensors"]);
    const reused: boolean[] = [];
    const rest = await run(examples, { folder, onFold: (start) => reused.push(start.reused) });
    expect(reused).toEqual([true, false, false]);
    expect(rest).toEqual(whole);
  });

  it("takes no file of another corpus, or a broken one", async () => {
    const examples = createCorpus();
    const folder = join(root, "whole");
    const path = join(folder, "fold-2-of-3.safetensors");
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 8));
    const reused: boolean[] = [];
    await run(examples, { folder, onFold: (start) => reused.push(start.reused) });
    expect(reused).toEqual([true, false, true]);
    expect(await readFile(path)).toEqual(bytes);
    const other = examples.map((example, i) => (i === 0 ? { ...example, mentions: [] } : example));
    reused.length = 0;
    // the fold that holds the first example reads the same text with the same model: only the other two change
    await run(other, { folder, onFold: (start) => reused.push(start.reused) });
    expect(reused.filter((one) => one).length).toBe(1);
  });
});
