/** @file Weights in training score what the finished model scores. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { evaluate } from "../evaluate/evaluate.ts";
import { loadNerPredictor } from "../model/ner-predictor.ts";
import { createTinyParts, markTiny, TINY_TEXTS, writeTinyModel } from "../testing/tiny-model.ts";
import { assertSelection, createDevScorer } from "./dev-scorer.ts";

it("gives the strict F1 of the model written from the same weights, and of others", async () => {
  const root = await mkdtemp(join(tmpdir(), "textphantom-scorer-"));
  const { config, weights, windowTokens } = await writeTinyModel(join(root, "model"));
  const { tokenizer, createParameters } = await createTinyParts(join(root, "encoder"));
  const texts = [...TINY_TEXTS, "The patient with asthma of the breast.", "gout ".repeat(200), ""];
  const examples = texts.map((text, i) => ({ id: `${i}`, text, mentions: markTiny(text).slice(0, 3) }));
  const scorer = await createDevScorer({
    config,
    tokenizer,
    labels: ["Disease"],
    set: { kind: "synthetic", name: "texts", examples },
    windowTokens,
    threads: 1,
  });
  const predictor = await loadNerPredictor(join(root, "model"), { threads: 1 });
  const { strict } = evaluate(examples, await predictor.predict(texts), { labels: ["Disease"] });
  expect(strict.micro.f1).toBeGreaterThan(0.1);
  expect(strict.micro.f1).toBeLessThan(0.9);
  expect(await scorer.score(weights)).toBe(strict.micro.f1);
  expect(await scorer.score(await createParameters())).not.toBe(strict.micro.f1);
  expect(await scorer.score(weights)).toBe(strict.micro.f1);
  await predictor.release();
  await scorer.release();
  await rm(root, { recursive: true });
});

it("asks for a set where training is scored, and for nothing else", () => {
  const set = { kind: "gold", name: "dev", examples: [] } as const;
  expect(() => assertSelection({ evaluateEvery: "epoch" }, set)).toThrow(
    "there are no examples to score the model on",
  );
  expect(() => assertSelection({ evaluateEvery: 10 }, undefined)).toThrow(
    "training.evaluateEvery is 10, but",
  );
  expect(() => assertSelection({ evaluateEvery: "never" }, set)).toThrow("training.evaluateEvery is never");
  assertSelection({ evaluateEvery: "never" }, undefined);
});
