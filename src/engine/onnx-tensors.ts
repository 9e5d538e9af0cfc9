/** @file An ONNX file -> where each of its stored tensors lies, read without the numbers. */
import { type FileHandle, open } from "node:fs/promises";
import { ELEMENT_TYPES, type StoredTensor } from "./onnx-schema.ts";

/** Enough for the name and the sizes of any tensor we write. */
const HEAD_BYTES = 1024;
const GRAPH = 7; // ModelProto.graph
const INITIALIZER = 5; // GraphProto.initializer
const TENSOR = { dims: 1, type: 2, name: 8, rawData: 9 };
const LENGTH_DELIMITED = 2; // wire type

/**
 * Tensors by name; those of other types than float32 and int8, or without `raw_data`, are left out.
 * @param file the name that the tensors shall carry, relative to the session's folder
 * @throws Error when the bytes are no ONNX model or are cut
 */
export async function readOnnxTensors(path: string, file: string): Promise<Map<string, StoredTensor>> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const graph = (await readFields(handle, 0, size)).find(({ field }) => field === GRAPH);
    if (graph === undefined) throw new Error("The file has no graph.");
    const tensors = new Map<string, StoredTensor>();
    for (const { field, start, end } of await readFields(handle, graph.start, graph.end)) {
      if (field !== INITIALIZER) continue;
      const head = await readHead(handle, start, end);
      if (head !== undefined) tensors.set(head.name, { ...head.tensor, file });
    }
    return tensors;
  } finally {
    await handle.close();
  }
}

interface Field {
  readonly field: number;
  /** Of the content. For a number, `value` is it. */
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

/** The fields of the message at [start, end), each content passed over. */
async function readFields(handle: FileHandle, start: number, end: number): Promise<Field[]> {
  const fields: Field[] = [];
  const head = Buffer.alloc(32);
  for (let position = start; position < end; ) {
    await handle.read(head, 0, head.length, position);
    const field = readField(head, 0, position);
    fields.push(field);
    position = field.end;
    if (position > end) throw new Error("The file is cut.");
  }
  return fields;
}

/** @param base where `bytes` begins in the file */
function readField(bytes: Uint8Array, at: number, base: number): Field {
  const key = readVarint(bytes, at);
  const content = readVarint(bytes, key.end);
  const start = base + content.end;
  const isLong = (key.value & 7) === LENGTH_DELIMITED;
  if (!isLong && (key.value & 7) !== 0) throw new Error("The file is no model that we write.");
  return { field: key.value >>> 3, start, end: start + (isLong ? content.value : 0), value: content.value };
}

async function readHead(handle: FileHandle, start: number, end: number) {
  const bytes = Buffer.alloc(Math.min(HEAD_BYTES, end - start));
  await handle.read(bytes, 0, bytes.length, start);
  const dims: number[] = [];
  let type = 0;
  let name = "";
  for (let at = 0; at < bytes.length; ) {
    const { field, start: from, end: to, value } = readField(bytes, at, 0);
    if (field === TENSOR.dims) dims.push(...(to > from ? readVarints(bytes.subarray(from, to)) : [value]));
    else if (field === TENSOR.type) type = value;
    else if (field === TENSOR.name) name = bytes.toString("utf8", from, to);
    else if (field === TENSOR.rawData) {
      const known = (["float32", "int8"] as const).find((kind) => ELEMENT_TYPES[kind] === type);
      if (known === undefined) return undefined;
      return { name, tensor: { type: known, dims, offset: start + from, sizeBytes: to - from } };
    }
    at = to;
  }
  return undefined;
}

function readVarints(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, end } = readVarint(bytes, at);
    values.push(value);
    at = end;
  }
  return values;
}

/** Base 128, the low seven bits first. */
function readVarint(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, end: at + i + 1 };
  }
  throw new Error("The file is no model that we write.");
}
