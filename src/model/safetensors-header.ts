/** @file The bytes of a safetensors file -> its table of tensors, each claim checked. */
import { InputError } from "../util/errors.ts";

/** Bytes a value. Kinds under one byte (F4, F6) and unknown ones are refused. */
const BYTES = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;

/** One line of the table: the tensor's bytes are `data.subarray(begin, end)`. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: keyof typeof BYTES;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** An encoder's table takes 10 to 100 KB; more than this is a damaged length. */
export const MAX_HEADER_BYTES = 16 * 2 ** 20;

/**
 * Layout: 8 bytes little-endian length, that many bytes of JSON, then the data.
 * @throws InputError naming `source` when the length, the JSON or an entry's form is wrong
 */
export function parseHeader(
  bytes: Uint8Array,
  source: string,
): { entries: TensorEntry[]; metadata: Record<string, string>; dataStart: number } {
  if (bytes.length < 8) throw broken(source, `it has only ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const length = view.getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES || length > bytes.length - 8) {
    throw broken(source, `its header claims ${length} bytes, the file has ${bytes.length}`);
  }
  const dataStart = 8 + Number(length);
  const header = parseObject(bytes.subarray(8, dataStart), source);
  const entries: TensorEntry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") metadata = parseMetadata(value, source);
    else entries.push(parseEntry(name, value, source));
  }
  return { entries, metadata, dataStart };
}

/**
 * Each tensor's bytes fit its shape, and together they cover the data without gap or overlap (as the format demands).
 * @throws InputError naming `source` and the tensor
 */
export function checkHeader(entries: readonly TensorEntry[], dataBytes: number, source: string): void {
  for (const { name, dtype, shape, begin, end } of entries) {
    const expected = shape.reduce((product, n) => product * n, BYTES[dtype]);
    if (expected !== end - begin) {
      const claim = `${dtype} of shape [${shape}] takes ${expected} bytes but its offsets span ${end - begin}`;
      throw broken(source, `tensor ${quote(name)}: ${claim}`);
    }
  }
  let covered = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered)
      throw broken(source, `tensor ${quote(name)} starts at ${begin}, not at ${covered}`);
    covered = end;
  }
  if (covered !== dataBytes) {
    throw broken(
      source,
      `its tensors take ${covered} bytes, the file holds ${dataBytes}: it is cut off or padded`,
    );
  }
}

function parseObject(bytes: Uint8Array, source: string): Record<string, unknown> {
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw broken(source, "its header is not JSON", cause);
  }
  if (!isObject(value)) throw broken(source, "its header is not a JSON object");
  const repeated = findRepeatedKey(text);
  if (repeated !== undefined) throw broken(source, `its header has ${quote(repeated)} twice`);
  return value;
}

/**
 * JSON.parse keeps the last of two equal keys in silence; two readers could then see two different files.
 * Takes valid JSON. A loop, not a regular expression: those overflow the stack on a string of megabytes.
 */
function findRepeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (let i = 0; i < json.length; i++) {
    if (json[i] === "{") open.push(new Set());
    else if (json[i] === "}") open.pop();
    else if (json[i] === '"') {
      const start = i;
      for (i++; json[i] !== '"'; i++) if (json[i] === "\\") i++;
      let next = i + 1;
      while (/\s/.test(json[next] ?? "")) next++;
      if (json[next] !== ":") continue;
      const key = JSON.parse(json.slice(start, i + 1)) as string;
      if (open.at(-1)?.has(key)) return key;
      open.at(-1)?.add(key);
    }
  }
  return undefined;
}

function parseEntry(name: string, value: unknown, source: string): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : {};
  const where = `tensor ${quote(name)}`;
  if (typeof dtype !== "string" || !Object.hasOwn(BYTES, dtype)) {
    const found = typeof dtype === "string" ? quote(dtype) : "none";
    throw broken(source, `${where}: dtype ${found} is not one of ${Object.keys(BYTES).join(", ")}`);
  }
  if (!isSizes(shape)) throw broken(source, `${where}: its shape is not a list of sizes`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw broken(source, `${where}: its data_offsets are not two offsets`);
  }
  return { name, dtype: dtype as TensorEntry["dtype"], shape, begin: offsets[0]!, end: offsets[1]! };
}

function parseMetadata(value: unknown, source: string): Record<string, string> {
  if (!isObject(value) || Object.values(value).some((entry) => typeof entry !== "string")) {
    throw broken(source, "its __metadata__ is not a table of strings");
  }
  return value as Record<string, string>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

/** Names come from the file: shortened, control characters escaped. */
function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}...` : name);
}

function broken(source: string, found: string, cause?: unknown): InputError {
  return new InputError("weights-broken", `Cannot read weights "${source}": ${found}.`, {
    hint: "The file is damaged, or not in safetensors format: fetch or write it again.",
    ...(cause === undefined ? {} : { cause }),
  });
}
