/** @file A model folder is written whole, read back, and every way of being damaged has its own sentence. */
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { writeTinyModel } from "../testing/tiny-model.ts";
import { InputError } from "../util/errors.ts";
import { readModelFolder, type WriteModelInput, writeModelFolder } from "./model-folder.ts";
import { loadNerPredictor } from "./ner-predictor.ts";
import { readSafetensors } from "./safetensors.ts";

let root: string;
let good: string;
let input: WriteModelInput;
let folder: string; // a copy, to be damaged
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "textphantom-model-"));
  good = join(root, "good");
  input = await writeTinyModel(good);
});
beforeEach(async () => {
  folder = join(root, "model");
  await rm(folder, { recursive: true, force: true });
  await cp(good, folder, { recursive: true });
});
afterAll(() => rm(root, { recursive: true }));

const readJson = async (path: string) => JSON.parse(await readFile(path, "utf8"));
const edit = async (name: string, change: (json: Record<string, unknown>) => unknown) => {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(change(await readJson(path))));
};
/** The error's code and message, the folder's path written as `@`. */
async function failure(load: () => Promise<unknown>): Promise<[string, string]> {
  const error = await load().then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof InputError)) throw new Error(`no InputError but ${error}`);
  return [error.code, error.message.replaceAll(folder, "@")];
}

describe("a model folder", () => {
  it("comes back as it was written", async () => {
    const model = await readModelFolder(folder);
    expect(model.labels).toEqual(["Disease"]);
    expect(model.names).toEqual(input.names);
    expect(model.spec).toEqual(input.spec);
    expect(model.onnx).toBe(join(folder, "onnx", "model.onnx"));
    expect(model.config.id2label).toEqual({ 0: "O", 1: "B-Disease", 2: "I-Disease" });
    const weights = await readSafetensors(join(folder, "model.safetensors"));
    expect([...weights].map(([name, { shape, data }]) => [name, { name, shape, data }])).toEqual([
      ...input.weights,
    ]);
  });

  it("has the files and keys that Hugging Face's libraries look for", async () => {
    const files = [
      "config.json",
      "model.safetensors",
      "onnx",
      "task.json",
      "textphantom.json",
      "tokenizer.json",
      "tokenizer_config.json",
    ];
    expect((await readdir(folder)).sort()).toEqual(files);
    const config = await readJson(join(folder, "config.json"));
    expect(config.architectures).toEqual(["BertForTokenClassification"]);
    expect(config.label2id).toEqual({ O: 0, "B-Disease": 1, "I-Disease": 2 });
    const { truncation, padding } = await readJson(join(folder, "tokenizer.json"));
    expect([truncation, padding]).toEqual([null, null]);
  });

  it("replaces an older one whole, and leaves nothing beside it", async () => {
    await writeFile(join(folder, "stray"), "");
    await writeModelFolder(folder, { ...input, names: [] });
    expect((await readModelFolder(folder)).names).toEqual([]);
    expect(await readdir(folder)).not.toContain("stray");
    expect((await readdir(root)).sort()).toEqual(["good", "good-encoder", "model"]);
  });
});

describe("refused with a clear sentence is", () => {
  it("a folder that is absent, a file, empty, or an encoder", async () => {
    expect(await failure(() => readModelFolder(join(folder, "no")))).toEqual([
      "model-unreadable",
      'Cannot read model folder "@/no": no such folder.',
    ]);
    expect(await failure(() => readModelFolder(join(folder, "task.json")))).toEqual([
      "model-unreadable",
      'Cannot read model folder "@/task.json": it is a file.',
    ]);
    const [code, message] = await failure(() => readModelFolder(join(root, "good-encoder")));
    expect(code).toBe("model-incomplete");
    expect(message).toContain(
      "is not a model of textphantom: it has no task.json, no textphantom.json. It has: config.json,",
    );
  });

  it.each([
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "task.json",
    "textphantom.json",
  ])("one without %s", async (name) => {
    await rm(join(folder, name));
    const [, message] = await failure(() => loadNerPredictor(folder, { threads: 1 }));
    expect(message).toContain(name);
  });

  it.each(["config.json", "tokenizer.json", "tokenizer_config.json", "task.json", "textphantom.json"])(
    "one with a %s that is cut",
    async (name) => {
      await truncate(join(folder, name), 10);
      const [, message] = await failure(() => loadNerPredictor(folder, { threads: 1 }));
      expect(message).toContain(`@/${name}`);
    },
  );

  it.each([-1, 100, 0])("one with weights cut at byte %d", async (end) => {
    const path = join(folder, "model.safetensors");
    const { length } = await readFile(path);
    await truncate(path, end < 0 ? length + end : end);
    const [, message] = await failure(() => readModelFolder(folder));
    expect(message).toContain("@/model.safetensors");
  });

  it("one whose ONNX file is missing, cut, or something else", async () => {
    const path = join(folder, "onnx", "model.onnx");
    const expected = [
      "model-damaged",
      'Cannot load "@/onnx/model.onnx": it is missing, broken or truncated.',
    ];
    await truncate(path, 5000);
    expect(await failure(() => loadNerPredictor(folder, { threads: 1 }))).toEqual(expected);
    await writeFile(path, "no model");
    expect(await failure(() => loadNerPredictor(folder, { threads: 1 }))).toEqual(expected);
    await rm(path);
    expect(await failure(() => loadNerPredictor(folder, { threads: 1 }))).toEqual(expected);
  });

  it("one that is asked for int8 and has none, or whose int8 file is cut", async () => {
    const path = join(folder, "onnx", "model_quantized.onnx");
    const load = () => loadNerPredictor(folder, { threads: 1, precision: "int8" });
    await truncate(path, 5000);
    expect((await failure(load))[1]).toBe(
      'Cannot load "@/onnx/model_quantized.onnx": it is missing, broken or truncated.',
    );
    await rm(path);
    expect(await failure(load)).toEqual([
      "model-precision",
      'The model in "@" has no int8 file (onnx/model_quantized.onnx). It can be read in fp32.',
    ]);
  });

  it("one whose tags are not those of its task", async () => {
    await edit("config.json", (config) => ({ ...config, id2label: { 0: "O", 1: "B-Drug", 2: "I-Drug" } }));
    expect(await failure(() => readModelFolder(folder))).toEqual([
      "model-labels",
      'The model in "@" gives tags O, B-Drug, I-Drug; its task "tiny" has O, B-Disease, I-Disease.',
    ]);
    await edit("config.json", ({ id2label: _, ...config }) => config);
    expect((await failure(() => readModelFolder(folder)))[1]).toContain("gives tags (none); its task");
  });

  it("one for another kind of task", async () => {
    await edit("task.json", (spec) => ({ ...spec, kind: "relation" }));
    const [, message] = await failure(() => loadNerPredictor(folder, { threads: 1 }));
    expect(message).toContain("relation");
  });

  it("one with names in another form", async () => {
    await edit("textphantom.json", (extras) => ({ ...extras, names: ["gout"] }));
    expect(await failure(() => readModelFolder(folder))).toEqual([
      "model-damaged",
      "@/textphantom.json is not in the form that this version writes.",
    ]);
  });
});
