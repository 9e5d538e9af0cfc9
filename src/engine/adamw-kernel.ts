/** @file A stretch of a parameter and its gradient -> the stretch one AdamW step on: adamw-kernel.wat, compiled. */

/** adamw-kernel.wat as WebAssembly; a test compiles the source and compares. */
export const ADAMW_KERNEL =
  "AGFzbQEAAAABEQFgDX9/f39/fX19fX19fX0AAhIBBmVuZ2luZQZtZW1vcnkCAAEDAgEABwgBBHN0ZXAAAArjAQHgAQIBfwt7IAEgAGohDSAF/RMhDiAG/RMhDyAH/RMhECAI/RMhESAJ/RMhEiAK/RMhEyAL/RMhFCAM/RMhFQJAA0AgASANTw0BIAT9AAQAIRYgDiAC/QAEAP3mASAQIBb95gH95AEhFyAPIAP9AAQA/eYBIBEgFv3mASAW/eYB/eQBIRggAiAX/QsEACADIBj9CwQAIAEgEiAB/QAEAP3mASATIBf95gEgFCAY/eMB/eYBIBX95AH95wH95QH9CwQAIAFBEGohASACQRBqIQIgA0EQaiEDIARBEGohBAwACwsL";

/** Numbers of a step that are the same for all elements of a parameter. */
interface AdamWRates {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 1 - rate * decay. */
  readonly keep: number;
  /** Rate over the first moment's bias correction. */
  readonly size: number;
  /** 1 / root of the second moment's bias correction. */
  readonly correction: number;
  /** Factor that brings the gradients' norm down to its bound. */
  readonly clip: number;
}

/** Elements [start, end) of a parameter and its moments; their gradient begins at `from`, or is 0 where there is none. */
interface AdamWStretch {
  readonly data: Float32Array;
  /** From {@link AdamWKernel.allocate}. */
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly gradient: Float32Array | undefined;
  readonly start: number;
  readonly end: number;
  readonly from: number;
}

export interface AdamWKernel {
  /** Zeros in the kernel's own memory, where moments are updated without being copied. */
  allocate(length: number): Float32Array;
  step(stretch: AdamWStretch, rates: AdamWRates): void;
}

/** Elements at a time: blocks of 64 KB stay in a core's own cache, so copying them in and out costs little. */
const BLOCK = 16_384;
const PAGE_BYTES = 65_536;
/** Places of the scratch blocks in memory, in elements: parameters, gradients, and the last few moments of a stretch. */
const DATA = 0;
const GRADIENT = BLOCK;
const FIRST = 2 * BLOCK;
const SECOND = 2 * BLOCK + 4;
const SCRATCH = 2 * BLOCK + 8;

/** The part of the WebAssembly interface used here; TypeScript describes it only for browsers. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: { readonly step: (bytes: number, ...places: number[]) => void } };
}

/**
 * A fraction of the time of the same loop in JavaScript, which has neither float32 arithmetic in fours nor its square root.
 * @param moments elements that will be allocated, in at most `allocations` calls
 * @throws RangeError when they do not fit into the 4 GB of a WebAssembly memory
 */
export function createAdamWKernel(moments: number, allocations: number): AdamWKernel {
  const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  const pages = Math.ceil(((SCRATCH + moments + 4 * allocations) * 4) / PAGE_BYTES);
  const memory = new Memory({ initial: pages });
  const floats = new Float32Array(memory.buffer);
  const { exports } = new Instance(new Module(Buffer.from(ADAMW_KERNEL, "base64")), { engine: { memory } });
  let used = SCRATCH;

  return {
    allocate(length) {
      const result = floats.subarray(used, used + length);
      used += Math.ceil(length / 4) * 4;
      return result;
    },
    step({ data, first, second, gradient, start, end, from }, rates) {
      const { beta1, beta2, epsilon, keep, size, correction, clip } = rates;
      const numbers = [
        beta1,
        beta2,
        (1 - beta1) * clip,
        (1 - beta2) * clip * clip,
        keep,
        size,
        correction,
        epsilon,
      ];
      for (let i = start; i < end; i += BLOCK) {
        const count = Math.min(BLOCK, end - i);
        const offset = from + i - start;
        floats.set(data.subarray(i, i + count), DATA);
        if (gradient === undefined) floats.fill(0, GRADIENT, GRADIENT + count);
        else floats.set(gradient.subarray(offset, offset + count), GRADIENT);
        const whole = count - (count % 4);
        const places = [4 * DATA, first.byteOffset + 4 * i, second.byteOffset + 4 * i, 4 * GRADIENT];
        exports.step(4 * whole, ...places, ...numbers);
        if (whole < count) {
          // fewer than four are left: the kernel would reach into the neighbours
          floats.set(first.subarray(i + whole, i + count), FIRST);
          floats.set(second.subarray(i + whole, i + count), SECOND);
          exports.step(16, 4 * (DATA + whole), 4 * FIRST, 4 * SECOND, 4 * (GRADIENT + whole), ...numbers);
          first.set(floats.subarray(FIRST, FIRST + count - whole), i + whole);
          second.set(floats.subarray(SECOND, SECOND + count - whole), i + whole);
        }
        data.set(floats.subarray(DATA, DATA + count), i);
      }
    },
  };
}
