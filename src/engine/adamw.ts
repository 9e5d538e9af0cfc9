/** @file Gradients -> parameters one step on: AdamW with clipping (Loshchilov & Hutter 2019, alg. 2), as in PyTorch. */
import type { HostGradient, Parameter } from "./gradient-session.ts";
import { type AdamWRates, allocatedBytes, createKernelMemory, type KernelMemory } from "./kernels.ts";

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

/** Memories are made of about this size, unless one parameter alone needs more. */
const MEMORY_BYTES = 2 ** 30;

/** Where one parameter, its gradient and its moments lie: in one memory, so that a kernel reaches them all. */
interface Place {
  readonly parameter: Parameter;
  readonly memory: KernelMemory;
  readonly state: MomentState;
  /** Of the whole parameter, or of one row of a table. */
  readonly gradient: Float32Array;
  readonly rows?: RowHistory;
}

/** Tables only: steps that rows without a gradient have not taken yet. They are taken together when a row is next read. */
interface RowHistory {
  readonly width: number;
  /** keep, size and correction of each step; at most {@link HISTORY_STEPS}. */
  readonly rates: Float32Array;
  count: number;
  /** By row: steps of this history that it has taken. */
  readonly taken: Int32Array;
  /** Where the gradients of rows that were read several times are added up. */
  sums?: Float32Array;
}

/** When so many steps are noted, all rows take theirs, and the history begins anew. */
const HISTORY_STEPS = 256;

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
        if (touched![row] === 1) catchUpRow(place, row);
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
        noteStep(place, keep, size, correction);
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
      for (const place of places.values()) if (place.rows) catchUpTable(place, place.rows);
    },
    settled(name) {
      const place = places.get(name)!;
      const { data } = place.parameter;
      const { touched, decay } = place.state;
      if (place.rows === undefined) return data;
      catchUpTable(place, place.rows);
      if (touched === undefined || decay === 1) return data;
      const { width } = place.rows;
      return data.map((x, i) => (touched[Math.floor(i / width)] === 1 ? x : x * decay));
    },
  };

  function noteStep(place: Place, ...rates: [keep: number, size: number, correction: number]): void {
    const rows = place.rows!;
    if (rows.count === HISTORY_STEPS) catchUpTable(place, rows);
    rows.rates.set(rates, 3 * rows.count);
    rows.count += 1;
  }
  function catchUpTable(place: Place, rows: RowHistory): void {
    for (const [row, touched] of place.state.touched!.entries()) if (touched === 1) catchUpRow(place, row);
    rows.count = 0;
    rows.taken.fill(0);
  }
  function catchUpRow({ parameter, memory, state, rows }: Place, row: number): void {
    const { width, rates, count, taken } = rows!;
    const missed = count - taken[row]!;
    if (missed === 0) return;
    const at = (array: Float32Array) => array.byteOffset + 4 * row * width;
    memory.kernels.adamw_idle(
      4 * width,
      at(parameter.data),
      at(state.first),
      at(state.second),
      rates.byteOffset + 12 * taken[row]!,
      missed,
      beta1,
      beta2,
      epsilon,
    );
    taken[row] = count;
  }
  return adamW;
}

/** Moves each parameter into a memory that also holds its gradient and moments. */
function placeParameters(parameters: readonly Parameter[], tables: ReadonlySet<string>): Map<string, Place> {
  const widthOf = ({ data, shape }: Parameter) => data.length / shape[0]!;
  const lengths = (parameter: Parameter): number[] => {
    const { length } = parameter.data;
    const last = tables.has(parameter.name) ? [widthOf(parameter), 3 * HISTORY_STEPS] : [length];
    return [length, length, length, ...last];
  };
  const bytesOf = (parameter: Parameter) =>
    lengths(parameter).reduce((sum, length) => sum + allocatedBytes(length), 0);
  const groups: Parameter[][] = [];
  let room = 0;
  for (const parameter of parameters) {
    const bytes = bytesOf(parameter);
    if (bytes > room || groups.length === 0) {
      groups.push([]);
      room = Math.max(MEMORY_BYTES, bytes);
    }
    groups.at(-1)!.push(parameter);
    room -= bytes;
  }
  const places = new Map<string, Place>();
  for (const group of groups) {
    const memory = createKernelMemory(group.reduce((sum, parameter) => sum + bytesOf(parameter), 0));
    for (const parameter of group) {
      const [data, first, second, gradient, rates] = lengths(parameter).map((length) =>
        memory.allocate(length),
      ) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array?];
      data.set(parameter.data);
      parameter.data = data;
      const state: MomentState = { first, second, decay: 1 };
      const place = { parameter, memory, state, gradient };
      if (rates === undefined) places.set(parameter.name, place);
      else {
        const count = parameter.shape[0]!;
        const rows = { width: widthOf(parameter), rates, count: 0, taken: new Int32Array(count) };
        places.set(parameter.name, { ...place, state: { ...state, touched: new Uint8Array(count) }, rows });
      }
    }
  }
  return places;
}

/** One AdamW step on elements [start, start + length) of a parameter. */
function stepStretch(
  { parameter, memory, state }: Place,
  start: number,
  length: number,
  gradient: Float32Array,
  rates: AdamWRates,
): void {
  const at = (array: Float32Array) => array.byteOffset + 4 * start;
  memory.kernels.adamw(
    4 * length,
    at(parameter.data),
    at(state.first),
    at(state.second),
    gradient.byteOffset,
    ...rates,
  );
}

interface RowSums {
  /** Table row -> its place in `values`. */
  readonly slots: ReadonlyMap<number, number>;
  readonly values: Float32Array; // [slots.size, width]
  readonly memory: Float32Array;
}

/** @param memory of an earlier call, used again where it is large enough */
function sumRows(
  parts: readonly { indices: Int32Array; rows: Float32Array }[],
  width: number,
  memory: Float32Array | undefined,
): RowSums {
  const slots = new Map<number, number>();
  for (const { indices } of parts) for (const row of indices) if (!slots.has(row)) slots.set(row, slots.size);
  const length = slots.size * width;
  const whole = memory !== undefined && memory.length >= length ? memory : new Float32Array(length);
  const values = whole.subarray(0, length).fill(0);
  for (const { indices, rows } of parts) {
    for (let i = 0; i < indices.length; i++) {
      const to = slots.get(indices[i]!)! * width;
      for (let j = 0; j < width; j++) values[to + j] = values[to + j]! + rows[i * width + j]!;
    }
  }
  return { slots, values, memory: whole };
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
