/** @file Gradients -> parameters one step on: AdamW with clipping (Loshchilov & Hutter 2019, alg. 2), as in PyTorch. */
import { createAdamWKernel } from "./adamw-kernel.ts";
import type { HostGradient, Parameter } from "./gradient-session.ts";

/** Settings that hold for all steps; the learning rate is given at each. */
export interface AdamWOptions {
  /** Decay rates of the two moments. Default 0.9, 0.999. */
  betas?: readonly [number, number];
  /** Added to the root of the second moment. Default 1e-8. */
  epsilon?: number;
  /** Largest L2 norm of all gradients together; larger ones are scaled down. Default 1. */
  maxGradientNorm?: number;
  /** Decoupled weight decay of one parameter, by its name; biases and LayerNorm are usually 0. */
  weightDecay: (name: string) => number;
}

/** The optimizer's memory for one parameter: enough to go on bit for bit. */
export interface MomentState {
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Tables only: 1 where the row has ever had a gradient. */
  readonly touched?: Uint8Array;
  /** Tables only: product of (1 - rate * decay) over the steps so far, owed by rows never touched. */
  decay: number;
}

/** Changes parameters in place, step by step. */
export interface AdamW {
  /** Steps taken; set it, with the moments, to go on from a checkpoint. */
  steps: number;
  readonly moments: ReadonlyMap<string, MomentState>;
  /** Pays the decay owed by rows that are about to be read for the first time. Call before each run of the graph. */
  prepareRows(name: string, indices: Int32Array): void;
  /** One step. @returns the gradients' norm before clipping. */
  step(gradients: ReadonlyMap<string, HostGradient>, learningRate: number): number;
  /** The parameter as a dense optimizer would hold it: a copy where rows still owe decay. */
  settled(name: string): Float32Array;
}

/**
 * AdamW (Loshchilov & Hutter 2019, alg. 2) with clipping by the norm of all gradients, numerically as PyTorch's.
 * @param parameters what is trained: their `data` changes in place; float32
 * @param tables names of parameters read by rows. A row without any gradient so far changes by decay alone, so its
 * update is put off until it is read: the result is that of the dense optimizer at the cost of the touched rows.
 */
export function createAdamW(
  parameters: readonly Parameter[],
  tables: ReadonlySet<string>,
  options: AdamWOptions,
): AdamW {
  const [beta1, beta2] = options.betas ?? [0.9, 0.999];
  const epsilon = options.epsilon ?? 1e-8;
  const maxNorm = options.maxGradientNorm ?? 1;
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const moments = new Map<string, MomentState>();
  const elements = parameters.reduce((sum, { data }) => sum + data.length, 0);
  const kernel = createAdamWKernel(2 * elements, 2 * parameters.length);
  for (const { name, data, shape } of parameters) {
    const touched = tables.has(name) ? { touched: new Uint8Array(shape[0]!) } : {};
    moments.set(name, {
      first: kernel.allocate(data.length),
      second: kernel.allocate(data.length),
      decay: 1,
      ...touched,
    });
  }

  const adamW: AdamW = {
    steps: 0,
    moments,
    prepareRows(name, indices) {
      const { data, shape } = byName.get(name)!;
      const state = moments.get(name)!;
      const width = data.length / shape[0]!;
      for (const row of indices) {
        if (state.touched![row] === 1) continue;
        state.touched![row] = 1;
        if (state.decay === 1) continue;
        for (let i = row * width; i < (row + 1) * width; i++) data[i] = data[i]! * state.decay;
      }
    },
    step(gradients, learningRate) {
      const rowSums = new Map<string, RowSums>();
      let square = 0;
      for (const [name, gradient] of gradients) {
        if (gradient.kind === "dense") square += sumOfSquares(gradient.data);
        else {
          const { data, shape } = byName.get(name)!;
          const sums = sumRows(gradient.parts, data.length / shape[0]!);
          const { touched } = moments.get(name)!;
          for (const row of sums.slots.keys()) {
            if (touched?.[row] !== 1)
              throw new Error(`Row ${row} of "${name}" was read without prepareRows.`);
          }
          rowSums.set(name, sums);
          square += sumOfSquares(sums.values);
        }
      }
      const norm = Math.sqrt(square);
      const clip = Math.min(1, maxNorm / (norm + 1e-6)); // as torch.nn.utils.clip_grad_norm_
      adamW.steps += 1;
      const size = learningRate / (1 - beta1 ** adamW.steps);
      const correction = 1 / Math.sqrt(1 - beta2 ** adamW.steps);
      for (const parameter of parameters) {
        const gradient = gradients.get(parameter.name);
        if (gradient === undefined) continue;
        const keep = 1 - learningRate * options.weightDecay(parameter.name);
        const rates = { beta1, beta2, epsilon, keep, size, correction, clip };
        const state = moments.get(parameter.name)!;
        const arrays = { data: parameter.data, first: state.first, second: state.second };
        if (gradient.kind === "dense") {
          kernel.step(
            { ...arrays, gradient: gradient.data, start: 0, end: parameter.data.length, from: 0 },
            rates,
          );
          continue;
        }
        const { slots, values } = rowSums.get(parameter.name)!;
        const width = parameter.data.length / state.touched!.length;
        for (let row = 0; row < state.touched!.length; row++) {
          if (state.touched![row] === 0) continue;
          const slot = slots.get(row);
          const place = { start: row * width, end: (row + 1) * width, from: (slot ?? 0) * width };
          kernel.step({ ...arrays, gradient: slot === undefined ? undefined : values, ...place }, rates);
        }
        state.decay *= keep;
      }
      return norm;
    },
    settled(name) {
      const { data, shape } = byName.get(name)!;
      const { touched, decay } = moments.get(name)!;
      if (touched === undefined || decay === 1) return data;
      const width = data.length / shape[0]!;
      return data.map((x, i) => (touched[Math.floor(i / width)] === 1 ? x : x * decay));
    },
  };
  return adamW;
}

interface RowSums {
  /** Table row -> its place in `values`. */
  readonly slots: ReadonlyMap<number, number>;
  readonly values: Float32Array; // [slots.size, width]
}

function sumRows(parts: readonly { indices: Int32Array; rows: Float32Array }[], width: number): RowSums {
  const slots = new Map<number, number>();
  for (const { indices } of parts) for (const row of indices) if (!slots.has(row)) slots.set(row, slots.size);
  const values = new Float32Array(slots.size * width);
  for (const { indices, rows } of parts) {
    for (const [i, row] of indices.entries()) {
      const to = slots.get(row)! * width;
      for (let j = 0; j < width; j++) values[to + j] = values[to + j]! + rows[i * width + j]!;
    }
  }
  return { slots, values };
}

/** Four running sums: additions need not wait for each other. */
function sumOfSquares(values: Float32Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const whole = values.length - (values.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += values[i]! * values[i]!;
    b += values[i + 1]! * values[i + 1]!;
    c += values[i + 2]! * values[i + 2]!;
    d += values[i + 3]! * values[i + 3]!;
  }
  for (let i = whole; i < values.length; i++) a += values[i]! * values[i]!;
  return a + b + c + d;
}
