/** @file What makes a step faster changes no result: rewritten or plain, whole or in parts, for every architecture. */
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGradientSession, type GradientRun } from "../src/engine/gradient-session.ts";
import { MODEL_TYPES } from "../src/model/architectures.ts";
import { lossScales } from "../src/model/loss-targets.ts";
import { buildTrainingGraph } from "../src/model/token-classifier.ts";
import { createFeeds } from "../src/model/training-feeds.ts";
import { createTinyParts, type TinyParts } from "../src/testing/tiny-model.ts";

const root = mkdtempSync(join(tmpdir(), "textphantom-rewrites-"));
afterAll(() => rm(root, { recursive: true }));

/** Loss and gradients as numbers, rows of tables added up by index; gradients of 0 but for rounding are left out. */
function read({ loss, gradients }: GradientRun): { loss: number; gradients: Map<string, number[]> } {
  const numbers = new Map<string, number[]>();
  for (const [name, gradient] of gradients) {
    if (gradient.kind === "dense") {
      numbers.set(name, [...gradient.data]);
      continue;
    }
    const sums = new Map<number, number[]>();
    for (const { indices, rows } of gradient.parts) {
      const width = rows.length / indices.length;
      for (const [i, index] of indices.entries()) {
        const row = [...rows.subarray(i * width, (i + 1) * width)];
        sums.set(index, sums.get(index)?.map((x, j) => x + row[j]!) ?? row);
      }
    }
    numbers.set(
      name,
      [...sums].sort(([a], [b]) => a - b).flatMap(([, row]) => row),
    );
  }
  return { loss, gradients: numbers };
}

function expectSame(found: GradientRun, expected: ReturnType<typeof read>): void {
  const { loss, gradients } = read(found);
  expect(loss).toBeCloseTo(expected.loss, 5);
  expect([...gradients.keys()]).toEqual([...expected.gradients.keys()]);
  const largest = Math.max(...[...expected.gradients.values()].flat().map(Math.abs));
  for (const [name, numbers] of expected.gradients) {
    const differences = gradients.get(name)!.map((x, i) => Math.abs(x - numbers[i]!));
    expect(Math.max(...differences), name).toBeLessThan(1e-5 * largest);
  }
}

describe.each(MODEL_TYPES)("%s", (modelType) => {
  let tiny: TinyParts;
  let plain: ReturnType<typeof read>;

  async function open(fast: boolean) {
    const parameters = await tiny.createParameters();
    const options = { config: tiny.config, tagCount: 3, parameters, dropout: false, selectEarly: fast };
    const { graph, loss, parameters: trained } = buildTrainingGraph(options);
    return createGradientSession(graph, loss, trained, { threads: 1, rewrite: fast });
  }

  beforeAll(async () => {
    tiny = await createTinyParts(join(root, modelType), { modelType });
    const session = await open(false);
    plain = read(await session.run(createFeeds(tiny.sequences, 3, tiny.config)));
    await session.release();
  });

  it("has the same loss and gradients rewritten, whole and in parts, and whole again", async () => {
    const session = await open(true);
    const whole = createFeeds(tiny.sequences, 3, tiny.config);
    const scales = lossScales(tiny.sequences);
    const middle = tiny.sequences.length >> 1;
    const parts = [tiny.sequences.slice(0, middle), tiny.sequences.slice(middle)].map(
      (part) => () => createFeeds(part, 3, tiny.config, {}, scales),
    );
    const first = read(await session.run(whole));
    expectSame(await session.run(whole), plain);
    expectSame(await session.runParts(parts), plain);
    const again = read(await session.run(whole)); // by the session that adds to zeros
    expect(again).toEqual(first);
    await session.release();
  });
});
