/** @file A stretch of a parameter and its gradient -> the stretch one AdamW step on: adamw-kernel.wat, compiled. */

/** adamw-kernel.wat as WebAssembly; a test compiles the source and compares. */
export const ADAMW_KERNEL =
  "AGFzbQEAAAABDgFgCn9/fX19fX19fX0AAwIBAAUDAQAEBxECBm1lbW9yeQIABHN0ZXAAAAruAQHrAQIEfwt7IAEhCyABQQJsIQwgAUEDbCENIAL9EyEOIAP9EyEPIAT9EyEQIAX9EyERIAb9EyESIAf9EyETIAj9EyEUIAn9EyEVAkADQCAKIABPDQEgDf0ABAAhFiAOIAv9AAQA/eYBIBAgFv3mAf3kASEXIA8gDP0ABAD95gEgESAW/eYBIBb95gH95AEhGCALIBf9CwQAIAwgGP0LBAAgCiASIAr9AAQA/eYBIBMgF/3mASAUIBj94wH95gEgFf3kAf3nAf3lAf0LBAAgCkEQaiEKIAtBEGohCyAMQRBqIQwgDUEQaiENDAALCws=";

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

/** Elements [start, end) of three arrays of one length; their gradient begins at `from`, or is 0 where there is none. */
interface AdamWStretch {
  readonly data: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly gradient: Float32Array | undefined;
  readonly start: number;
  readonly end: number;
  readonly from: number;
}

export type AdamWKernel = (stretch: AdamWStretch, rates: AdamWRates) => void;

/** Elements at a time: four blocks of 64 KB stay in a core's own cache, so copying them in and out costs little. */
const BLOCK = 16_384;

/** The part of the WebAssembly interface used here; TypeScript describes it only for browsers. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly step: (bytes: number, stride: number, ...rates: number[]) => void;
    };
  };
}

/** Twice the speed of the same loop in JavaScript, which has neither float32 arithmetic in fours nor its square root. */
export function createAdamWKernel(): AdamWKernel {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  const { exports } = new Instance(new Module(Buffer.from(ADAMW_KERNEL, "base64")));
  const memory = new Float32Array(exports.memory.buffer);
  const { step } = exports;
  return ({ data, first, second, gradient, start, end, from }, rates) => {
    const { beta1, beta2, epsilon, keep, size, correction, clip } = rates;
    const c1 = (1 - beta1) * clip;
    const c2 = (1 - beta2) * clip * clip;
    for (let i = start; i < end; i += BLOCK) {
      const count = Math.min(BLOCK, end - i);
      memory.set(data.subarray(i, i + count), 0);
      memory.set(first.subarray(i, i + count), BLOCK);
      memory.set(second.subarray(i, i + count), 2 * BLOCK);
      const offset = from + i - start;
      if (gradient === undefined) memory.fill(0, 3 * BLOCK, 3 * BLOCK + count);
      else memory.set(gradient.subarray(offset, offset + count), 3 * BLOCK);
      step(Math.ceil(count / 4) * 16, BLOCK * 4, beta1, beta2, c1, c2, keep, size, correction, epsilon);
      data.set(memory.subarray(0, count), i);
      first.set(memory.subarray(BLOCK, BLOCK + count), i);
      second.set(memory.subarray(2 * BLOCK, 2 * BLOCK + count), i);
    }
  };
}
