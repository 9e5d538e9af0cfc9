/** @file Gradients of several runs are added up, though each run writes over the memory of the one before. */
import { expect, it } from "vitest";
import { createAccumulator } from "./accumulate.ts";
import type { GradientRun } from "./gradient-session.ts";

/** Runs as a session gives them: in the same memory each time. */
function createRuns() {
  const dense = new Float32Array(2);
  const rows = new Float32Array(2);
  const indices = new Int32Array(2);
  return (loss: number, numbers: [number, number], at: [number, number]) =>
    async (): Promise<GradientRun> => {
      dense.set(numbers);
      rows.set(numbers);
      indices.set(at);
      return {
        loss,
        gradients: new Map([
          ["weight", { kind: "dense", data: dense }],
          ["table", { kind: "rows", parts: [{ indices, rows }] }],
        ]),
      };
    };
}

it("adds losses and dense gradients, and lists the rows of all runs", async () => {
  const run = createRuns();
  const { loss, gradients } = await createAccumulator()([
    run(1, [1, 2], [0, 3]),
    run(0.5, [10, 20], [3, 3]),
    run(2, [0, -1], [1, 2]),
  ]);
  expect(loss).toBe(3.5);
  expect(gradients.get("weight")).toEqual({ kind: "dense", data: Float32Array.of(11, 21) });
  expect(gradients.get("table")).toEqual({
    kind: "rows",
    parts: [
      { indices: Int32Array.of(0, 3), rows: Float32Array.of(1, 2) },
      { indices: Int32Array.of(3, 3), rows: Float32Array.of(10, 20) },
      { indices: Int32Array.of(1, 2), rows: Float32Array.of(0, -1) },
    ],
  });
});

it("starts anew at each call, in the same memory", async () => {
  const run = createRuns();
  const accumulate = createAccumulator();
  const first = (await accumulate([run(1, [1, 1], [0, 0]), run(1, [1, 1], [0, 0])])).gradients.get("weight");
  const second = (await accumulate([run(1, [5, 0], [0, 0]), run(1, [1, 1], [0, 0])])).gradients.get("weight");
  expect(second).toEqual({ kind: "dense", data: Float32Array.of(6, 1) });
  if (first?.kind !== "dense" || second?.kind !== "dense") throw new Error("weight has a dense gradient");
  expect(second.data).toBe(first.data);
});

it("copies nothing of a single run", async () => {
  const only = await createRuns()(1, [1, 2], [0, 1])();
  expect(await createAccumulator()([async () => only])).toBe(only);
});
