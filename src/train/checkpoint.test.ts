/** @file A checkpoint comes back from disk bit for bit, or not at all. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AdamW, createAdamW } from "../engine/adamw.ts";
import type { Parameter } from "../engine/gradient-session.ts";
import { InputError } from "../util/errors.ts";
import { readCheckpoint, restoreCheckpoint, takeCheckpoint, writeCheckpoint } from "./checkpoint.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-checkpoint-"));
});
afterAll(() => rm(folder, { recursive: true }));

function create(rows = 3): { parameters: Parameter[]; optimizer: AdamW } {
  const parameters: Parameter[] = [
    { name: "table", shape: [rows, 2], data: Float32Array.from({ length: 2 * rows }, (_, i) => i / 3) },
    { name: "bias", shape: [2], data: Float32Array.of(1, -1) },
  ];
  return { parameters, optimizer: createAdamW(parameters, new Set(["table"]), { weightDecay: () => 0.1 }) };
}

/** Three steps; row 2 of the table is never read and owes decay. */
function train({ optimizer }: { optimizer: AdamW }): void {
  const indices = Int32Array.of(0, 1);
  for (const rate of [0.1, 0.3, 0.7]) {
    optimizer.prepareRows("table", indices);
    const rows = Float32Array.of(1, rate, -3, 0.5);
    const gradients = new Map([
      ["table", { kind: "rows", parts: [{ indices, rows }] }],
      ["bias", { kind: "dense", data: Float32Array.of(rate, 2) }],
    ] as const);
    optimizer.step(gradients, rate);
  }
}

describe("a checkpoint", () => {
  it("restores parameters, moments, steps and owed decay bit for bit", async () => {
    const before = create();
    train(before);
    const path = join(folder, "whole");
    await writeCheckpoint(path, takeCheckpoint(before.parameters, before.optimizer), "run A");
    const after = create();
    restoreCheckpoint((await readCheckpoint(path, "run A"))!, after.parameters, after.optimizer);
    expect(after.parameters).toEqual(before.parameters);
    expect(after.optimizer.moments).toEqual(before.optimizer.moments);
    expect(after.optimizer.moments.get("table")!.touched).toEqual(Uint8Array.of(1, 1, 0));
    expect(after.optimizer.moments.get("table")!.decay).toBe(0.99 * 0.97 * 0.93);
    expect(after.optimizer.steps).toBe(3);
    train(before);
    train(after);
    expect(after.optimizer.settled("table")).toEqual(before.optimizer.settled("table"));
  });

  it("of another run is not taken", async () => {
    const { parameters, optimizer } = create();
    const path = join(folder, "other");
    await writeCheckpoint(path, takeCheckpoint(parameters, optimizer), "run A");
    expect(await readCheckpoint(path, "run B")).toBeUndefined();
    expect((await readCheckpoint(path, "run A"))?.steps).toBe(0);
  });

  it.each([-1, -20, 40, 8, 3, 0])("cut at byte %d is an error of the input", async (end) => {
    const { parameters, optimizer } = create();
    const path = join(folder, "cut");
    await writeCheckpoint(path, takeCheckpoint(parameters, optimizer), "run A");
    await writeFile(path, (await readFile(path)).subarray(0, end === 0 ? 0 : end));
    const error = await readCheckpoint(path, "run A").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toContain(path);
  });

  it("that is absent is an error of the input, and none is left half written", async () => {
    await expect(readCheckpoint(join(folder, "absent"), "run A")).rejects.toThrow(InputError);
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("of a model of another size is refused by name", () => {
    const { parameters, optimizer } = create();
    const larger = create(4);
    expect(() =>
      restoreCheckpoint(takeCheckpoint(parameters, optimizer), larger.parameters, larger.optimizer),
    ).toThrow('The checkpoint does not fit this model: "parameter/table" is missing or has another size.');
  });
});
