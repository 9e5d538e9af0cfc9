/** @file Parameters -> memory in which each lies beside its gradient and its moments, where the optimizer's kernels reach them. */
import type { Parameter } from "./gradient-session.ts";
import { type AdamWRates, allocatedBytes, createKernelMemory, type KernelMemory } from "./kernels.ts";

/** The optimizer's memory for one parameter: enough to go on bit for bit. */
export interface MomentState {
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Tables only: 1 where the row has ever had a gradient. */
  readonly touched?: Uint8Array;
  /** Tables only: product of (1 - rate * decay) over the steps so far, owed by rows never touched. */
  decay: number;
}

/** Where one parameter, its gradient and its moments lie: in one memory, so that a kernel reaches them all. */
export interface Place {
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
export const HISTORY_STEPS = 256;

/** Memories are made of about this size, unless one parameter alone needs more. */
const MEMORY_BYTES = 2 ** 30;

/** Moves each parameter into a memory that also holds its gradient and moments. */
export function placeParameters(
  parameters: readonly Parameter[],
  tables: ReadonlySet<string>,
): Map<string, Place> {
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
export function stepStretch(
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
