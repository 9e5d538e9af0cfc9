/** @file Recorded second readings of the synthetic corpus, read as the answers of a model that was asked directly. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { evaluatePredictor } from "../src/evaluate/evaluate-predictor.ts";
import { collectExamples } from "../src/generate/collect-examples.ts";
import type { Completer } from "../src/generate/completer.ts";
import { createRecordedCompleter } from "../src/generate/completers/recorded.ts";
import { selectPrompts } from "../src/generate/select-prompts.ts";
import { requireShowable } from "../src/generate/showable.ts";
import { createZeroShotPredictor } from "../src/generate/zero-shot-ner.ts";
import { linesOfPrompt } from "../src/testing/answering-completer.ts";

const recordings = resolve(import.meta.dirname, "../../shared/recordings/disease-verify");

test("recorded second readings, without numbers, are read as zero-shot answers: F1 0.98", async (context) => {
  context.skip(!existsSync(recordings), `${recordings} is not there`);
  const folder = resolve(import.meta.dirname, "../examples/disease/recorded");
  const files = (root: string) => ({
    requests: resolve(root, "requests.jsonl"),
    output: resolve(root, "output.jsonl"),
  });
  const first = await createRecordedCompleter(files(folder));
  const prompts = selectPrompts(first.prompts, ["000..095"]);
  const { examples } = await collectExamples(first.complete(prompts), { labels: { Disease: {} } });
  expect(examples.length).toBe(2400);

  // The recorded prompts ask for the same sentences in their own words; a prompt is found by its first sentence.
  const second = await createRecordedCompleter(files(recordings));
  const idOf = new Map(
    second.prompts.map(({ id, messages }) => {
      const [, sentences] = messages.at(-1)!.content.split("no numbering.\n\n");
      return [sentences!.split("\n")[0]!, id];
    }),
  );
  const completer: Completer = {
    isLocal: true,
    async *complete(asked) {
      for await (const prompt of asked) {
        const id = idOf.get(linesOfPrompt(prompt)[0]!)!;
        for await (const result of second.complete([{ id, messages: [] }])) {
          yield "text" in result ? { ...result, promptId: prompt.id } : result;
        }
      }
    },
  };
  const disease = {
    domain: "abstracts",
    labels: { Disease: { definition: "A disease.", rules: [], examples: [] } },
  };
  const predictor = createZeroShotPredictor(disease, completer, {
    source: requireShowable({ name: "synthetic", private: false }, completer),
    textsPerPrompt: 25,
  });
  await predictor.predict(examples.map(({ text }) => text));
  const golds = examples.map(({ prompt, ...rest }) => ({ ...rest, document: prompt }));
  const { strict } = await evaluatePredictor(predictor, golds, { names: [] });
  const { prompts: asked, texts, answered, missing, renumbered, unaligned, rejections } = predictor.counts;
  expect({ asked, texts, answered, missing, renumbered, unaligned, rejections }).toEqual({
    asked: 96,
    texts: 2400,
    answered: 2400,
    missing: 0,
    renumbered: 96,
    unaligned: 0,
    rejections: {},
  });
  expect(strict.micro.f1).toBeCloseTo(0.98, 2);
});
