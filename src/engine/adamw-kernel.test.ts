/** @file The compiled kernel against its source and against the formula. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import createWabt from "wabt";
import { ADAMW_KERNEL, createAdamWKernel } from "./adamw-kernel.ts";

test("holds what adamw-kernel.wat compiles to", async () => {
  const wabt = await createWabt();
  const source = readFileSync(new URL("adamw-kernel.wat", import.meta.url), "utf8");
  const { buffer } = wabt.parseWat("adamw-kernel.wat", source, { simd: true }).toBinary({});
  expect(ADAMW_KERNEL).toBe(Buffer.from(buffer).toString("base64"));
});

const rates = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, keep: 0.99, size: 0.01, correction: 2, clip: 0.5 };

test("changes its stretch as the formula says, and nothing else", () => {
  const length = 40_003; // three blocks, the last not a multiple of four
  const numbers = (scale: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * scale));
  const kernel = createAdamWKernel(2 * length, 2);
  const data = numbers(1);
  const [first, second] = [kernel.allocate(length), kernel.allocate(length)];
  first.set(numbers(2));
  second.set(numbers(3).map(Math.abs));
  const gradient = numbers(4);
  const before = { data: data.slice(), first: first.slice(), second: second.slice() };
  kernel.step({ data, first, second, gradient, start: 5, end: 40_000, from: 7 }, rates);
  for (let i = 0; i < length; i++) {
    if (i < 5 || i >= 40_000) {
      expect([data[i], first[i], second[i]]).toEqual([before.data[i], before.first[i], before.second[i]]);
      continue;
    }
    const g = gradient[i + 2]! * rates.clip;
    const m = 0.9 * before.first[i]! + 0.1 * g;
    const v = 0.999 * before.second[i]! + 0.001 * g * g;
    const p =
      rates.keep * before.data[i]! - (rates.size * m) / (rates.correction * Math.sqrt(v) + rates.epsilon);
    if (Math.abs(first[i]! - m) > 1e-6 || Math.abs(second[i]! - v) > 1e-6 || Math.abs(data[i]! - p) > 1e-5) {
      expect({ i, first: first[i], second: second[i], data: data[i] }).toEqual({
        i,
        first: m,
        second: v,
        data: p,
      });
    }
  }
});

test("takes a missing gradient as 0", () => {
  const kernel = createAdamWKernel(2, 2);
  const [data, first, second] = [Float32Array.of(2), kernel.allocate(1), kernel.allocate(1)];
  second[0] = 4;
  kernel.step({ data, first, second, gradient: undefined, start: 0, end: 1, from: 0 }, rates);
  expect(data[0]).toBeCloseTo(1.98, 6);
  expect(second[0]).toBeCloseTo(3.996, 6);
});
