/** @file The bytes of a safetensors file <-> named float32 tensors. Files are untrusted: every claim is checked first. */
import { open, readFile } from "node:fs/promises";
import { InputError } from "../util/errors.ts";
import { writeFileAtomic } from "../util/files.ts";
import { checkHeader, MAX_HEADER_BYTES, parseHeader, type TensorEntry } from "./safetensors-header.ts";

/** A named array of a weight file, row-major. */
export interface WeightTensor {
  /** As stored in the file; `data` is float32 whatever it says. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** May share memory with the bytes it was parsed from. */
  readonly data: Float32Array;
}

/** The file's own notes, as written by {@link renderSafetensors}. @throws InputError as {@link parseSafetensors} */
export function parseSafetensorsMetadata(bytes: Uint8Array, source: string): Record<string, string> {
  return parseHeader(bytes, source).metadata;
}

/** What is written: always F32. */
export type WritableTensor = Pick<WeightTensor, "shape" | "data">;

/**
 * Floating-point tensors by name, in file order. Whole-number tensors (`embeddings.position_ids`) are checked and
 * left out: an encoder has no weights among them.
 * F32 shares memory with `bytes` where aligned (the usual case), so 90 MB of weights take 90 MB.
 * @param source the file's name, for messages
 * @throws InputError when the bytes are not a whole, consistent safetensors file
 */
export function parseSafetensors(bytes: Uint8Array, source: string): Map<string, WeightTensor> {
  const { entries, dataStart } = parseHeader(bytes, source);
  checkHeader(entries, bytes.length - dataStart, source);
  const tensors = new Map<string, WeightTensor>();
  for (const entry of entries) {
    const convert = CONVERTERS[entry.dtype];
    if (convert === undefined) continue;
    const data = convert(bytes.subarray(dataStart + entry.begin, dataStart + entry.end));
    tensors.set(entry.name, { dtype: entry.dtype, shape: entry.shape, data });
  }
  return tensors;
}

/**
 * The inverse of {@link parseSafetensors} for float32; the header is padded so that the data starts on 8 bytes.
 * @param metadata `format: "pt"` is what transformers asks for
 */
export function renderSafetensors(
  tensors: ReadonlyMap<string, WritableTensor>,
  metadata: Readonly<Record<string, string>> = { format: "pt" },
): Uint8Array {
  return new Uint8Array(Buffer.concat(renderPieces(tensors, metadata)));
}

/** The file's header and, without a copy, the bytes of each tensor. */
function renderPieces(
  tensors: ReadonlyMap<string, WritableTensor>,
  metadata: Readonly<Record<string, string>> = { format: "pt" },
): Uint8Array[] {
  const header: [string, unknown][] = [["__metadata__", metadata]];
  let size = 0;
  for (const [name, { shape, data }] of tensors) {
    if (name === "__metadata__" || shape.reduce((product, n) => product * n, 1) !== data.length) {
      throw new RangeError(`Tensor ${name} of shape [${shape}] has ${data.length} values.`);
    }
    header.push([name, { dtype: "F32", shape, data_offsets: [size, (size += data.byteLength)] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.fill(0x20, 8).set(text, 8);
  const values = [...tensors.values()].map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  return [bytes, ...values];
}

/** @throws InputError when the file is absent, unreadable, over 2 GiB, or not a whole safetensors file */
export async function readSafetensors(path: string): Promise<Map<string, WeightTensor>> {
  return parseSafetensors(await readWeightBytes(path), path);
}

/** The bytes of a weight file. @throws InputError when it is absent, unreadable or over 2 GiB */
export async function readWeightBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = `${(cause as NodeJS.ErrnoException).code}`;
    const found = FOUND[code] ?? code;
    throw new InputError("weights-unreadable", `Cannot read weights "${path}": ${found}.`, { cause });
  }
}

/** Checks that a weight file is whole, from its header and its size alone. @throws InputError as {@link readSafetensors} */
export async function checkSafetensorsFile(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    const first = Buffer.alloc(Math.min(8, size));
    await handle.read(first, 0, first.length, 0);
    const claimed = first.length === 8 ? 8 + Number(first.readBigUInt64LE()) : 0;
    const head = Buffer.alloc(Math.min(claimed, size, MAX_HEADER_BYTES + 8));
    await handle.read(head, 0, head.length, 0);
    const { entries, dataStart } = parseHeader(head.length < claimed ? head.subarray(0, 8) : head, path);
    checkHeader(entries, size - dataStart, path);
  } finally {
    await handle.close();
  }
}

/** After a kill the old or the new file is there, never half of one. */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, WritableTensor>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  await writeFileAtomic(path, renderPieces(tensors, metadata));
}

const FOUND: Record<string, string> = {
  ENOENT: "no such file",
  EISDIR: "it is a folder",
  ERR_FS_FILE_TOO_LARGE: "it is larger than 2 GiB",
};

/** Stored bytes, a whole number of values -> float32. The format is little-endian, as is every machine onnxruntime runs on. */
const CONVERTERS: Partial<Record<TensorEntry["dtype"], (bytes: Uint8Array) => Float32Array>> = {
  F32: (bytes) => new Float32Array(...aligned(bytes, 4)),
  F64: (bytes) => Float32Array.from(new Float64Array(...aligned(bytes, 8))),
  F16: (bytes) => Float32Array.from(new Uint16Array(...aligned(bytes, 2)), fromHalf),
  BF16: (bytes) => {
    // bfloat16 is the upper half of a float32.
    const words = Uint32Array.from(new Uint16Array(...aligned(bytes, 2)), (half) => half << 16);
    return new Float32Array(words.buffer);
  },
};

/** Arguments for a typed array over `bytes`: in place where aligned, else over a copy. */
function aligned(bytes: Uint8Array, size: number): [ArrayBufferLike, number, number] {
  const source = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return [source.buffer, source.byteOffset, source.byteLength / size];
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
