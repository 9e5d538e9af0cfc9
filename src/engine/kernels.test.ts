/** @file The compiled kernels against their source and against the formulas. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import createWabt from "wabt";
import { type AdamWRates, allocatedBytes, createKernelMemory, KERNELS } from "./kernels.ts";

test("hold what kernels.wat compiles to", async () => {
  const wabt = await createWabt();
  const source = readFileSync(new URL("kernels.wat", import.meta.url), "utf8");
  const { buffer } = wabt.parseWat("kernels.wat", source, { simd: true }).toBinary({});
  expect(KERNELS).toBe(Buffer.from(buffer).toString("base64"));
});

test("memory is handed out in zeros, 64 bytes apart at least", () => {
  const memory = createKernelMemory(2 * allocatedBytes(3));
  const [a, b] = [memory.allocate(3), memory.allocate(3)];
  expect([...a, ...b]).toEqual([0, 0, 0, 0, 0, 0]);
  expect(b.byteOffset - a.byteOffset).toBe(64);
  expect(a.buffer).toBe(memory.buffer);
});

test.each([1, 4, 4003])("adamw changes a stretch of %d as the formula says, and nothing else", (count) => {
  const length = count + 12;
  const { allocate, kernels } = createKernelMemory(4 * allocatedBytes(length));
  const draw = (scale: number) => Float32Array.from({ length }, (_, i) => Math.abs(Math.sin(i * scale)));
  const [p, m, v, g] = [draw(1), draw(2), draw(3), draw(4)];
  const [data, first, second, gradient] = [p, m, v, g].map((array) => {
    const place = allocate(length);
    place.set(array);
    return place;
  }) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const rates: AdamWRates = [0.9, 0.999, 0.1 * 0.5, 0.001 * 0.25, 0.99, 0.01, 2, 1e-8];
  const at = (array: Float32Array) => array.byteOffset + 4 * 5;
  kernels.adamw(4 * count, at(data), at(first), at(second), at(gradient), ...rates);
  for (let i = 0; i < length; i++) {
    const inside = i >= 5 && i < 5 + count;
    const clipped = 0.5 * g[i]!;
    const expectedFirst = inside ? 0.9 * m[i]! + 0.1 * clipped : m[i]!;
    const expectedSecond = inside ? 0.999 * v[i]! + 0.001 * clipped ** 2 : v[i]!;
    const move = (0.01 * expectedFirst) / (2 * Math.sqrt(expectedSecond) + 1e-8);
    const expected = inside ? 0.99 * p[i]! - move : p[i]!;
    const worst = Math.max(
      Math.abs(first[i]! - expectedFirst),
      Math.abs(second[i]! - expectedSecond),
      Math.abs(data[i]! - expected) / 10,
    );
    if (worst > (inside ? 1e-6 : 0)) expect({ i, worst }).toEqual({ i, worst: 0 });
  }
});

test.each([1, 4, 403])("adamw_idle on %d numbers is adamw with zeros, step by step, to the bit", (count) => {
  const { allocate, kernels } = createKernelMemory(7 * allocatedBytes(count) + allocatedBytes(9));
  const draw = (scale: number) => {
    const array = allocate(count);
    for (const i of array.keys()) array[i] = Math.abs(Math.sin(1 + i * scale));
    return array;
  };
  const [p, m, v, zeros] = [draw(1), draw(2), draw(3), allocate(count)];
  const stepped = [p, m, v].map((array) => {
    const copy = allocate(count);
    copy.set(array);
    return copy;
  });
  const rates = allocate(9);
  rates.set([0.99, 0.01, 2, 0.98, 0.02, 1.5, 0.97, 0.03, 1.2]);
  for (let step = 0; step < 3; step++) {
    const [keep, size, correction] = rates.subarray(3 * step) as unknown as [number, number, number];
    const [a, b, c] = stepped.map(({ byteOffset }) => byteOffset) as [number, number, number];
    kernels.adamw(4 * count, a, b, c, zeros.byteOffset, 0.9, 0.999, 0.1, 0.001, keep, size, correction, 1e-8);
  }
  const places = [p, m, v].map(({ byteOffset }) => byteOffset) as [number, number, number];
  kernels.adamw_idle(4 * count, ...places, rates.byteOffset, 3, 0.9, 0.999, 1e-8);
  expect([p, m, v]).toEqual(stepped);
});

test("sum_of_squares adds up every element of a stretch, and no other", () => {
  const { allocate, kernels } = createKernelMemory(allocatedBytes(40));
  const x = allocate(40);
  for (const i of x.keys()) x[i] = i;
  for (const count of [0, 1, 3, 4, 11, 32]) {
    const expected = x.subarray(3, 3 + count).reduce((sum, value) => sum + value ** 2, 0);
    expect(kernels.sum_of_squares(x.byteOffset + 12, 4 * count)).toBe(expected);
  }
});

test("draw_mask runs four sfc32 generators side by side, low halves first", () => {
  const { allocate, kernels } = createKernelMemory(2 * allocatedBytes(32));
  const [state, mask] = [allocate(16), allocate(32)];
  const seeds = Int32Array.from({ length: 16 }, (_, i) => Math.imul(i + 1, 0x9e3779b9));
  new Int32Array(state.buffer, state.byteOffset, 16).set(seeds);
  const keep = 40_000;
  const lanes = [0, 1, 2, 3].map((lane) => [0, 4, 8, 12].map((part) => seeds[part + lane]!));
  const expected: number[] = [];
  for (let row = 0; row < 4; row++) {
    const draws = lanes.map((lane) => {
      const [a, b, c, counter] = lane as [number, number, number, number];
      const t = (a + b + counter) | 0;
      lane.splice(
        0,
        4,
        b ^ (b >>> 9),
        (c + (c << 3)) | 0,
        (((c << 21) | (c >>> 11)) + t) | 0,
        (counter + 1) | 0,
      );
      return t;
    });
    for (const half of [(t: number) => t & 0xffff, (t: number) => t >>> 16])
      expected.push(...draws.map((t) => (half(t) < keep ? 1.5 : 0)));
  }
  kernels.draw_mask(mask.byteOffset, 4 * 32, state.byteOffset, keep, 1.5);
  expect([...mask]).toEqual(expected);
  expect(new Set(expected)).toEqual(new Set([0, 1.5]));
});
