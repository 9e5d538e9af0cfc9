/** @file Gradients -> parameters one step on: AdamW with clipping (Loshchilov & Hutter 2019, alg. 2), as in PyTorch. */
import { type MomentState, placeParameters, stepStretch } from "./adamw-places.ts";
import {
  catchUpRow,
  catchUpTable,
  type IdleRates,
  noteStep,
  type RowSums,
  sumOfSquares,
  sumRows,
} from "./adamw-rows.ts";
import type { HostGradient, Parameter } from "./gradient-session.ts";
import type { AdamWRates } from "./kernels.ts";

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
  /** What the learning rate of one parameter, its decay included, is multiplied by. Default 1. */
  learningRateFactor?: (name: string) => number;
}

/** Changes parameters in place, step by step. */
export interface AdamW {
  /** Steps taken; set it, with the moments, to go on from a checkpoint. */
  steps: number;
  readonly moments: ReadonlyMap<string, MomentState>;
  /** Memory for each dense gradient, beside the moments: a gradient that is written here need not be copied. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** Brings rows that are about to be read up to date. Call before each run of the graph. */
  prepareRows(name: string, indices: Int32Array): void;
  /** One step. @returns the gradients' norm before clipping. */
  step(gradients: ReadonlyMap<string, HostGradient>, learningRate: number): number;
  /** Brings every row that ever had a gradient up to date: call it before `moments` and parameters are saved. */
  catchUp(): void;
  /** The parameter as a dense optimizer would hold it: a copy where rows still owe decay. */
  settled(name: string): Float32Array;
}

/**
 * AdamW (Loshchilov & Hutter 2019, alg. 2) with clipping by the norm of all gradients, numerically as PyTorch's.
 * @param parameters what is trained; float32. Their numbers move into the optimizer's memory: `data` is another array
 * afterwards, and changes in place from then on
 * @param tables names of parameters read by rows. A row that a step does not read changes by momentum and decay alone,
 * so its steps are put off until it is next read: the results are those of the dense optimizer at the cost of the rows
 * that are read.
 */
export function createAdamW(
  parameters: readonly Parameter[],
  tables: ReadonlySet<string>,
  options: AdamWOptions,
): AdamW {
  const [beta1, beta2] = options.betas ?? [0.9, 0.999];
  const epsilon = options.epsilon ?? 1e-8;
  const maxNorm = options.maxGradientNorm ?? 1;
  const idle: IdleRates = [beta1, beta2, epsilon];
  const places = placeParameters(parameters, tables);
  const moments = new Map([...places].map(([name, { state }]) => [name, state]));
  const dense = [...places].filter(([name]) => !tables.has(name));

  const adamW: AdamW = {
    steps: 0,
    moments,
    gradients: new Map(dense.map(([name, { gradient }]) => [name, gradient])),
    prepareRows(name, indices) {
      const place = places.get(name)!;
      const { data } = place.parameter;
      const { touched, decay } = place.state;
      const { width, taken, count } = place.rows!;
      for (const row of indices) {
        if (touched![row] === 1) catchUpRow(place, row, idle);
        else {
          touched![row] = 1;
          taken[row] = count;
          if (decay === 1) continue;
          for (let i = row * width; i < (row + 1) * width; i++) data[i] = data[i]! * decay;
        }
      }
    },
    step(gradients, learningRate) {
      const rowSums = new Map<string, RowSums>();
      let square = 0;
      for (const [name, gradient] of gradients) {
        const { memory, state, rows, gradient: own } = places.get(name)!;
        if (gradient.kind === "dense") {
          if (gradient.data !== own) own.set(gradient.data);
          square += memory.kernels.sum_of_squares(own.byteOffset, own.byteLength);
        } else {
          const sums = sumRows(gradient.parts, rows!.width, rows!.sums);
          rows!.sums = sums.memory;
          for (const row of sums.slots.keys()) {
            if (state.touched?.[row] !== 1)
              throw new Error(`Row ${row} of "${name}" was read without prepareRows.`);
          }
          rowSums.set(name, sums);
          square += sumOfSquares(sums.values);
        }
      }
      const norm = Math.sqrt(square);
      const clip = Math.min(1, maxNorm / (norm + 1e-6)); // as torch.nn.utils.clip_grad_norm_
      adamW.steps += 1;
      const unbiased = 1 - beta1 ** adamW.steps;
      const correction = 1 / Math.sqrt(1 - beta2 ** adamW.steps);
      for (const place of places.values()) {
        const { parameter, state } = place;
        if (!gradients.has(parameter.name)) continue;
        const rate = learningRate * (options.learningRateFactor?.(parameter.name) ?? 1);
        const size = rate / unbiased;
        const keep = 1 - rate * options.weightDecay(parameter.name);
        const [c1, c2] = [(1 - beta1) * clip, (1 - beta2) * clip * clip];
        const rates: AdamWRates = [beta1, beta2, c1, c2, keep, size, correction, epsilon];
        const sums = rowSums.get(parameter.name);
        if (sums === undefined) {
          stepStretch(place, 0, parameter.data.length, place.gradient, rates);
          continue;
        }
        const { width, taken } = place.rows!;
        noteStep(place, idle, keep, size, correction);
        for (const [row, slot] of sums.slots) {
          place.gradient.set(sums.values.subarray(slot * width, (slot + 1) * width));
          stepStretch(place, row * width, width, place.gradient, rates);
          taken[row] = place.rows!.count;
        }
        state.decay *= keep;
      }
      return norm;
    },
    catchUp() {
      for (const place of places.values()) if (place.rows) catchUpTable(place, idle);
    },
    settled(name) {
      const place = places.get(name)!;
      const { data } = place.parameter;
      const { touched, decay } = place.state;
      if (place.rows === undefined) return data;
      catchUpTable(place, idle);
      if (touched === undefined || decay === 1) return data;
      const { width } = place.rows;
      return data.map((x, i) => (touched[Math.floor(i / width)] === 1 ? x : x * decay));
    },
  };

  return adamW;
}
