/** @file Sizes of arrays -> memory that holds them, and the loops that WebAssembly runs over it: kernels.wat, compiled. */

/** kernels.wat as WebAssembly; a test compiles the source and compares. */
export const KERNELS =
  "AGFzbQEAAAABKwRgDX9/f39/fX19fX19fX0AYAl/f39/f399fX0AYAJ/fwF8YAV/f39/fQACEgEGZW5naW5lBm1lbW9yeQIAAQMFBAABAgMHMwQFYWRhbXcAAAphZGFtd19pZGxlAAEOc3VtX29mX3NxdWFyZXMAAglkcmF3X21hc2sAAwqJCQTsAgMCfwt7A30gASAAaiENIAEgAEFwcWohDiAF/RMhDyAG/RMhECAH/RMhESAI/RMhEiAJ/RMhEyAK/RMhFCAL/RMhFSAM/RMhFgJAA0AgASAOTw0BIAT9AAQAIRcgDyAC/QAEAP3mASARIBf95gH95AEhGCAQIAP9AAQA/eYBIBIgF/3mASAX/eYB/eQBIRkgAiAY/QsEACADIBn9CwQAIAEgEyAB/QAEAP3mASAUIBj95gEgFSAZ/eMB/eYBIBb95AH95wH95QH9CwQAIAFBEGohASACQRBqIQIgA0EQaiEDIARBEGohBAwACwsCQANAIAEgDU8NASAEKgIAIRogBSACKgIAlCAHIBqUkiEbIAYgAyoCAJQgCCAalCAalJIhHCACIBs4AgAgAyAcOAIAIAEgCSABKgIAlCAKIBuUIAsgHJGUIAySlZM4AgAgAUEEaiEBIAJBBGohAiADQQRqIQMgBEEEaiEEDAALCwv8AgMEfwZ7A30gASAAaiEJIAEgAEFwcWohCiAEIAVBDGxqIQwgBv0TIQ0gB/0TIQ4gCP0TIQ8CQANAIAEgCk8NASAB/QAEACEQIAL9AAQAIREgA/0ABAAhEiAEIQsCQANAIAsgDE8NASANIBH95gEhESAOIBL95gEhEiAL/QkCACAQ/eYBIAv9CQIEIBH95gEgC/0JAgggEv3jAf3mASAP/eQB/ecB/eUBIRAgC0EMaiELDAALCyABIBD9CwQAIAIgEf0LBAAgAyAS/QsEACABQRBqIQEgAkEQaiECIANBEGohAwwACwsCQANAIAEgCU8NASABKgIAIRMgAioCACEUIAMqAgAhFSAEIQsCQANAIAsgDE8NASAGIBSUIRQgByAVlCEVIAsqAgAgE5QgCyoCBCAUlCALKgIIIBWRlCAIkpWTIRMgC0EMaiELDAALCyABIBM4AgAgAiAUOAIAIAMgFTgCACABQQRqIQEgAkEEaiECIANBBGohAwwACwsLqQEDAn8DewJ8IAAgAWohAiAAIAFBcHFqIQMCQANAIAAgA08NASAA/QAEACEEIAQgBP3mASEEIAUgBP1f/fABIQUgBiAEIAT9DQgJCgsMDQ4PCAkKCwwNDg/9X/3wASEGIABBEGohAAwACwsCQANAIAAgAk8NASAAKgIAuyEIIAcgCCAIoqAhByAAQQRqIQAMAAsLIAUgBv3wASEFIAcgBf0hACAF/SEBoKAL7wECAX8JeyAAIAFqIQUgAv0ABAAhBiAC/QAEECEHIAL9AAQgIQggAv0ABDAhCSAD/REhCyAE/RMhDEH//wP9ESENQQH9ESEOAkADQCAAIAVPDQEgBiAH/a4BIAn9rgEhCiAJIA79rgEhCSAHIAdBCf2tAf1RIQYgCCAIQQP9qwH9rgEhByAIQRX9qwEgCEEL/a0B/VAgCv2uASEIIAAgDCAKIA39TiAL/Tn9Tv0LBAAgACAMIApBEP2tASAL/Tn9Tv0LBBAgAEEgaiEADAALCyACIAb9CwQAIAIgB/0LBBAgAiAI/QsEICACIAn9CwQwCw==";

/** The loops of kernels.wat. Places are byte offsets in the memory, as `Float32Array.byteOffset` has them. */
interface Kernels {
  /** One AdamW step on `bytes` of parameters, moments and gradients. */
  adamw(
    bytes: number,
    parameters: number,
    first: number,
    second: number,
    gradients: number,
    ...rates: AdamWRates
  ): void;
  /** `count` AdamW steps without a gradient; at `rates` are keep, size and correction of each, as float32. */
  adamw_idle(
    bytes: number,
    parameters: number,
    first: number,
    second: number,
    rates: number,
    count: number,
    beta1: number,
    beta2: number,
    epsilon: number,
  ): void;
  sum_of_squares(place: number, bytes: number): number;
  /** Fills `bytes` (a multiple of 32) with `kept` or 0; at `state` are 64 bytes of the generators. */
  draw_mask(place: number, bytes: number, state: number, keep: number, kept: number): void;
}

/** Numbers of a step that are the same for all elements of a parameter. */
export type AdamWRates = readonly [
  beta1: number,
  beta2: number,
  /** (1 - beta1) and (1 - beta2), times the factor that clips gradients and its square. */
  c1: number,
  c2: number,
  /** 1 - rate * decay. */
  keep: number,
  /** Rate over the first moment's bias correction. */
  size: number,
  /** 1 / root of the second moment's bias correction. */
  correction: number,
  epsilon: number,
];

/** A piece of memory that the kernels can reach, handed out from its beginning. */
export interface KernelMemory {
  readonly kernels: Kernels;
  readonly buffer: ArrayBuffer;
  /** Zeros, at a multiple of 64 bytes. */
  allocate(length: number): Float32Array;
}

const PAGE_BYTES = 65_536;
/** Vector instructions and cache lines like their data at such multiples. */
const ALIGN_BYTES = 64;

/** The part of the WebAssembly interface used here; TypeScript describes it only for browsers. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Kernels };
}

/** Bytes that an array of so many numbers takes in a {@link KernelMemory}. */
export function allocatedBytes(length: number): number {
  return Math.ceil((4 * length) / ALIGN_BYTES) * ALIGN_BYTES;
}

/**
 * The kernels take a fraction of the time of the same loops in JavaScript, which has neither float32 arithmetic in
 * fours nor its square root.
 * @param bytes the sum of {@link allocatedBytes} over what will be allocated
 * @throws RangeError when it is more than the 4 GiB of a WebAssembly memory, or more than there is
 */
export function createKernelMemory(bytes: number): KernelMemory {
  const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  const memory = new Memory({ initial: Math.max(1, Math.ceil(bytes / PAGE_BYTES)) });
  const { exports } = new Instance(new Module(Buffer.from(KERNELS, "base64")), { engine: { memory } });
  let used = 0;
  return {
    kernels: exports,
    buffer: memory.buffer,
    allocate(length) {
      const result = new Float32Array(memory.buffer, used, length);
      used += allocatedBytes(length);
      return result;
    },
  };
}
