/** @file AdamW against a dense one written down as in the paper, in float64; tables, clipping, and going on. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../util/random.ts";
import { type AdamW, type AdamWOptions, createAdamW } from "./adamw.ts";
import type { HostGradient, Parameter } from "./gradient-session.ts";

const ROWS = 6;
const WIDTH = 3;
const weightDecay = (name: string) => (name === "bias" ? 0 : 0.1);
const RATES = [0.01, 0.02, 0.05, 0.03, 0.01, 0.02];
/** Rows read at each step: row 0 early and late, 1 twice in one step, 5 only at the end, 4 never. */
const READ = [[0, 1, 1], [2], [1], [3, 2], [0], [5, 5]];

function createParameters(): Parameter[] {
  const random = createRandom(3, "adamw");
  const draw = (name: string, ...shape: number[]): Parameter => {
    const length = shape.reduce((size, dim) => size * dim, 1);
    return { name, shape, data: Float32Array.from({ length }, () => 2 * random.next() - 1) };
  };
  return [draw("table", ROWS, WIDTH), draw("weight", 2, 2), draw("bias", 2)];
}

function drawGradients(step: number, size: number): Map<string, HostGradient> {
  const random = createRandom(4, "gradients", step);
  const floats = (length: number) => Float32Array.from({ length }, () => size * (2 * random.next() - 1));
  const indices = Int32Array.from(READ[step]!);
  return new Map<string, HostGradient>([
    ["table", { kind: "rows", parts: [{ indices, rows: floats(indices.length * WIDTH) }] }],
    ["weight", { kind: "dense", data: floats(4) }],
    ["bias", { kind: "dense", data: floats(2) }],
  ]);
}

/** A gradient with a number for every element. */
function spread(gradient: HostGradient, length: number): Float64Array {
  if (gradient.kind === "dense") return Float64Array.from(gradient.data);
  const dense = new Float64Array(length);
  for (const { indices, rows } of gradient.parts)
    for (const [i, x] of rows.entries()) dense[indices[Math.floor(i / WIDTH)]! * WIDTH + (i % WIDTH)]! += x;
  return dense;
}

/** Loshchilov & Hutter 2019, alg. 2, every element at every step, after clipping as torch.nn.utils.clip_grad_norm_. */
function createDense(parameters: readonly Parameter[], maxNorm: number) {
  const states = new Map(
    parameters.map(({ name, data }) => {
      const zeros = () => new Float64Array(data.length);
      return [name, { theta: Float64Array.from(data), m: zeros(), v: zeros() }];
    }),
  );
  let t = 0;
  const step = (gradients: ReadonlyMap<string, HostGradient>, rate: number): number => {
    t += 1;
    const dense = new Map(
      [...states].map(([name, { theta }]) => [name, spread(gradients.get(name)!, theta.length)]),
    );
    const norm = Math.hypot(...[...dense.values()].flatMap((g) => [...g]));
    const clip = Math.min(1, maxNorm / (norm + 1e-6));
    for (const [name, { theta, m, v }] of states) {
      for (const [i, raw] of dense.get(name)!.entries()) {
        const g = raw * clip;
        m[i] = 0.9 * m[i]! + 0.1 * g;
        v[i] = 0.999 * v[i]! + 0.001 * g * g;
        const update = m[i]! / (1 - 0.9 ** t) / (Math.sqrt(v[i]! / (1 - 0.999 ** t)) + 1e-8);
        theta[i] = theta[i]! - rate * weightDecay(name) * theta[i]! - rate * update;
      }
    }
    return norm;
  };
  return { step, theta: (name: string) => states.get(name)!.theta };
}

function create(parameters: readonly Parameter[], options: Partial<AdamWOptions> = {}): AdamW {
  return createAdamW(parameters, new Set(["table"]), { weightDecay, ...options });
}
function takeStep(optimizer: AdamW, step: number, size = 1): number {
  optimizer.prepareRows("table", Int32Array.from(READ[step]!));
  return optimizer.step(drawGradients(step, size), RATES[step]!);
}
function expectClose(ours: Float32Array, theirs: Float64Array): void {
  expect(ours).toHaveLength(theirs.length);
  for (const [i, x] of theirs.entries()) expect(ours[i]).toBeCloseTo(x, 6);
}

describe.each([
  { what: "clipped", size: 5, maxNorm: 1 },
  { what: "not clipped", size: 0.01, maxNorm: 1 },
  { what: "never clipped", size: 5, maxNorm: Number.POSITIVE_INFINITY },
])("gradients that are $what", ({ size, maxNorm }) => {
  it("move every parameter as a dense optimizer does, tables too, at every step", () => {
    const parameters = createParameters();
    const dense = createDense(parameters, maxNorm);
    const optimizer = create(parameters, { maxGradientNorm: maxNorm });
    for (const step of READ.keys()) {
      const norm = takeStep(optimizer, step, size);
      expect(norm).toBeCloseTo(dense.step(drawGradients(step, size), RATES[step]!), 5);
      for (const { name } of parameters) expectClose(optimizer.settled(name), dense.theta(name));
    }
    expect(optimizer.steps).toBe(READ.length);
  });
});

describe("a table", () => {
  it("puts off the decay of rows that were never read, and pays it before they are", () => {
    const parameters = createParameters();
    const optimizer = create(parameters);
    const table = parameters[0]!.data;
    const before = Float32Array.from(table);
    for (const step of [0, 1, 2]) takeStep(optimizer, step);
    const owed = 0.999 * 0.998 * 0.995;
    const row = (values: Float32Array, index: number) => [
      ...values.subarray(index * WIDTH, (index + 1) * WIDTH),
    ];
    expect(row(table, 5)).toEqual(row(before, 5));
    const settled = optimizer.settled("table");
    expect(settled).not.toBe(table);
    for (const [i, x] of row(before, 5).entries()) expect(row(settled, 5)[i]).toBeCloseTo(x * owed, 7);
    optimizer.prepareRows("table", Int32Array.of(5, 5));
    expect(row(table, 5)).toEqual(row(settled, 5));
    expect(row(table, 4)).toEqual(row(before, 4));
  });

  it("goes on moving a row by its momentum after its last gradient", () => {
    const parameters = createParameters();
    const optimizer = create(parameters);
    takeStep(optimizer, 0);
    const after = parameters[0]!.data[0]!;
    takeStep(optimizer, 1);
    expect(parameters[0]!.data[0]).toBe(after); // not read, so not yet
    optimizer.catchUp();
    const decayed = after * (1 - RATES[1]! * 0.1);
    expect(Math.abs(parameters[0]!.data[0]! - decayed)).toBeGreaterThan(1e-3);
  });

  it("adds up the parts of a table that is read twice", () => {
    const [once, twice] = [createParameters(), createParameters()];
    const rows = Float32Array.of(1, 2, 3);
    const part = (row: number, values = rows) => ({ indices: Int32Array.of(row), rows: values });
    const run = (parameters: Parameter[], parts: ReturnType<typeof part>[]) => {
      const optimizer = create(parameters);
      optimizer.prepareRows("table", Int32Array.of(1));
      return optimizer.step(new Map([["table", { kind: "rows", parts }]]), 0.1);
    };
    expect(run(twice, [part(1), part(1)])).toBe(
      run(once, [
        part(
          1,
          rows.map((x) => 2 * x),
        ),
      ]),
    );
    expect(twice[0]!.data).toEqual(once[0]!.data);
  });
});

it("gives the same table to the bit, whether rows catch up at every step, when read, or when the history is full", () => {
  const run = (everyStep: boolean) => {
    const parameters = createParameters();
    const optimizer = create(parameters);
    for (let step = 0; step < 600; step++) {
      // row 0 is read at each step, row 1 early and late, row 2 once, row 3 never
      const rows = [0, ...(step === 3 || step === 580 ? [1] : []), ...(step === 40 ? [2] : [])];
      const indices = Int32Array.from(rows);
      optimizer.prepareRows("table", indices);
      const values = Float32Array.from({ length: rows.length * WIDTH }, (_, i) => Math.sin(step + i));
      optimizer.step(new Map([["table", { kind: "rows", parts: [{ indices, rows: values }] }]]), 0.001);
      if (everyStep) optimizer.catchUp();
    }
    return optimizer.settled("table");
  };
  expect(run(false)).toEqual(run(true));
});

it("multiplies a parameter's rate, its decay too, as PyTorch's parameter groups do", () => {
  const [half, whole] = [createParameters(), createParameters()];
  const factors: Record<string, number> = { table: 0.5, weight: 0.5 };
  const optimizer = create(half, { learningRateFactor: (name) => factors[name] ?? 1 });
  const same = create(whole);
  for (const [step, rate] of RATES.slice(0, 3).entries()) {
    for (const each of [optimizer, same]) each.prepareRows("table", Int32Array.from(READ[step]!));
    optimizer.step(drawGradients(step, 1), rate);
    same.step(drawGradients(step, 1), rate / 2);
  }
  for (const name of ["table", "weight"]) expect(optimizer.settled(name)).toEqual(same.settled(name));
  expect(half[2]!.data).not.toEqual(whole[2]!.data);
});

it("leaves a parameter without a gradient alone, decay too, as PyTorch does", () => {
  const parameters = createParameters();
  const [, weight, bias] = parameters.map(({ data }) => Float32Array.from(data));
  create(parameters).step(new Map([["bias", { kind: "dense", data: Float32Array.of(1, 1) }]]), 0.1);
  expect(parameters[1]!.data).toEqual(weight);
  expect(parameters[2]!.data).not.toEqual(bias);
});

it("goes on bit for bit from copied parameters, moments and steps", () => {
  const straight = createParameters();
  const optimizer = create(straight);
  for (const step of READ.keys()) takeStep(optimizer, step);

  const stopped = createParameters();
  const first = create(stopped);
  for (const step of [0, 1, 2]) takeStep(first, step);
  first.catchUp();
  const resumed = stopped.map((parameter) => ({ ...parameter, data: Float32Array.from(parameter.data) }));
  const second = create(resumed);
  for (const [name, state] of first.moments) {
    const copy = second.moments.get(name)!;
    copy.first.set(state.first);
    copy.second.set(state.second);
    if (state.touched) copy.touched!.set(state.touched);
    copy.decay = state.decay;
  }
  second.steps = first.steps;
  for (const step of [3, 4, 5]) takeStep(second, step);
  for (const { name } of straight) expect(second.settled(name)).toEqual(optimizer.settled(name));
});
