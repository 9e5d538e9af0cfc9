/** @file Weight files: exact values, round trips, and every way a file can lie. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { InputError } from "../util/errors.ts";
import { parseSafetensors, readSafetensors, renderSafetensors, writeSafetensors } from "./safetensors.ts";

/** A file as a foreign writer would make it: any header, any data. */
function file(header: unknown, data: ArrayBufferView | number[] = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const view = Array.isArray(data) ? new Uint8Array(data) : data;
  const body = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const bytes = new Uint8Array(8 + text.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(body, 8 + text.length);
  return bytes;
}

const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe("parseSafetensors", () => {
  it("reads float32 in file order with names, shapes and exact values", () => {
    const data = new Float32Array([1.5, -2, 3.25, 0.1]);
    const tensors = parseSafetensors(
      file({ "b.weight": entry("F32", [3, 1], 4, 16), a: entry("F32", [], 0, 4) }, data),
      "m",
    );
    expect([...tensors.keys()]).toEqual(["b.weight", "a"]);
    expect(tensors.get("a")).toEqual({ dtype: "F32", shape: [], data: new Float32Array([1.5]) });
    expect(tensors.get("b.weight")!.shape).toEqual([3, 1]);
    expect(tensors.get("b.weight")!.data).toEqual(new Float32Array([-2, 3.25, 0.1]));
  });

  it("turns half precision into float32", () => {
    // 1, -2, the largest (65504), the smallest subnormal (2^-24), infinity, NaN, -0
    const halves = new Uint16Array([0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x7e00, 0x8000]);
    const { data } = parseSafetensors(file({ h: entry("F16", [7], 0, 14) }, halves), "m").get("h")!;
    expect([...data]).toEqual([1, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY, Number.NaN, -0]);
  });

  it("turns bfloat16 and float64 into float32", () => {
    const brain = new Uint16Array([0x3f80, 0xc049, 0x7f80]); // 1, -3.140625, infinity
    expect([...parseSafetensors(file({ b: entry("BF16", [3], 0, 6) }, brain), "m").get("b")!.data]).toEqual([
      1,
      -3.140625,
      Number.POSITIVE_INFINITY,
    ]);
    const double = new Float64Array([0.1]);
    expect([...parseSafetensors(file({ d: entry("F64", [1], 0, 8) }, double), "m").get("d")!.data]).toEqual([
      Math.fround(0.1),
    ]);
  });

  it("leaves whole-number tensors out", () => {
    const header = {
      ids: entry("I64", [1, 2], 0, 16),
      w: entry("F32", [1], 16, 20),
      mask: entry("BOOL", [1], 20, 21),
    };
    expect([...parseSafetensors(file(header, new Uint8Array(21)), "m").keys()]).toEqual(["w"]);
  });

  it("shares memory with aligned bytes and copies unaligned ones", () => {
    const bytes = renderSafetensors(new Map([["w", { shape: [2], data: new Float32Array([7, 8]) }]]));
    expect(parseSafetensors(bytes, "m").get("w")!.data.buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const { data } = parseSafetensors(shifted.subarray(1), "m").get("w")!;
    expect([...data]).toEqual([7, 8]);
    expect(data.buffer).not.toBe(shifted.buffer);
  });

  it("takes an empty table and tensors without values", () => {
    expect(parseSafetensors(file({}), "m").size).toBe(0);
    expect(parseSafetensors(file({ e: entry("F32", [0, 4], 0, 0) }), "m").get("e")!.data.length).toBe(0);
  });

  const f = new Uint8Array(8);
  it.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(0), "it has only 0 bytes"],
    [
      "a text file",
      new TextEncoder().encode("version https://git-lfs"),
      "its header claims 2336927755350992246 bytes",
    ],
    ["a header longer than the file", file({}).subarray(0, 9), "its header claims 2 bytes, the file has 9"],
    ["a header that is not JSON", file("{"), "its header is not JSON"],
    ["a header that is a list", file("[]"), "its header is not a JSON object"],
    ["a header that is not UTF-8", Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0xff), "its header is not JSON"],
    ["an entry that is null", file({ w: null }), 'tensor "w": dtype none is not one of F64'],
    ["an unknown dtype", file({ w: entry("Q4", [1], 0, 8) }, f), 'tensor "w": dtype "Q4" is not one of F64'],
    [
      "a dtype of the object prototype",
      file({ w: entry("constructor", [1], 0, 8) }, f),
      'dtype "constructor"',
    ],
    ["a negative size", file({ w: entry("F32", [-2], 0, 8) }, f), "its shape is not a list of sizes"],
    ["a fractional size", file({ w: entry("F32", [0.5], 0, 8) }, f), "its shape is not a list of sizes"],
    [
      "three offsets",
      file({ w: { dtype: "F32", shape: [2], data_offsets: [0, 8, 9] } }, f),
      "not two offsets",
    ],
    ["a shape beyond its bytes", file({ w: entry("F32", [2 ** 52, 2 ** 52], 0, 8) }, f), "takes 8.1"],
    ["offsets backwards", file({ w: entry("F32", [2], 8, 0) }, f), "takes 8 bytes but its offsets span -8"],
    [
      "offsets beyond the file",
      file({ w: entry("F32", [4], 0, 16) }, f),
      "take 16 bytes, the file holds 8: it is cut off",
    ],
    [
      "an overlap",
      file({ a: entry("F32", [2], 0, 8), b: entry("F32", [1], 4, 8) }, f),
      '"b" starts at 4, not at 8',
    ],
    ["a gap", file({ a: entry("F32", [1], 4, 8) }, f), '"a" starts at 4, not at 0'],
    [
      "bytes behind the last tensor",
      file({ a: entry("F32", [1], 0, 4) }, f),
      "take 4 bytes, the file holds 8",
    ],
    [
      "a name twice",
      file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{}}`),
      'has "a" twice',
    ],
    ["a field twice", file(`{"a":{"dtype":"F32","dtype":"F16"}}`), 'has "dtype" twice'],
    [
      "metadata that is not strings",
      file({ __metadata__: { a: 1 } }),
      "__metadata__ is not a table of strings",
    ],
  ])("refuses %s, naming the file and what is wrong", (_, bytes, message) => {
    const parse = () => parseSafetensors(bytes, "models/x.safetensors");
    expect(parse).toThrow(InputError);
    expect(parse).toThrow('Cannot read weights "models/x.safetensors": ');
    expect(parse).toThrow(message);
  });

  it("takes a header of megabytes without overflowing the stack", () => {
    const long = "\\n".repeat(2_000_000);
    expect(() => parseSafetensors(file(`{"${long}":{}}`), "m")).toThrow(
      /tensor "(\\n){80}\.\.\.": dtype none/,
    );
    expect(() => parseSafetensors(file("[".repeat(8_000_000)), "m")).toThrow(InputError);
  });

  it("never fails in another way on cut, flipped or random bytes", () => {
    const whole = renderSafetensors(
      new Map([
        ["encoder.weight", { shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) }],
        ["encoder.bias", { shape: [2], data: new Float32Array([5, 6]) }],
      ]),
    );
    const check = (bytes: Uint8Array) => {
      try {
        parseSafetensors(bytes, "m");
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    };
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseSafetensors(whole.subarray(0, length), "m")).toThrow(InputError);
    }
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        check(whole.map((byte, index) => (index === at ? byte ^ flip : byte)));
      }),
      { numRuns: 1000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), check));
    fc.assert(fc.property(fc.json(), (json) => check(file(json))));
  });
});

describe("renderSafetensors", () => {
  it("is undone by parsing, for any names, shapes and values", () => {
    const tensor = fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) => {
      const length = shape.reduce((product, n) => product * n, 1);
      return fc.record({
        shape: fc.constant(shape),
        data: fc.float32Array({ minLength: length, maxLength: length }),
      });
    });
    const name = fc.string({ unit: "grapheme" }).filter((text) => text !== "__metadata__");
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key }), (rows) => {
        const parsed = parseSafetensors(renderSafetensors(new Map(rows)), "m");
        expect(new Map([...parsed].map(([key, { shape, data }]) => [key, { shape, data }]))).toEqual(
          new Map(rows),
        );
      }),
    );
  });

  it("starts the data on 8 bytes and says what format it is", () => {
    const bytes = renderSafetensors(new Map([["w", { shape: [1], data: new Float32Array([1]) }]]));
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { format: "pt" },
      w: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
    });
  });

  it("refuses a shape that is not the data's", () => {
    const tensors = new Map([["w", { shape: [2], data: new Float32Array(3) }]]);
    expect(() => renderSafetensors(tensors)).toThrow("Tensor w of shape [2] has 3 values.");
  });
});

describe("weight files on disk", () => {
  it("reads back what it wrote and leaves no other file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "textphantom-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, "deep", "model.safetensors");
    await writeSafetensors(path, new Map([["w", { shape: [2], data: new Float32Array([0.5, -1]) }]]));
    expect((await readSafetensors(path)).get("w")!.data).toEqual(new Float32Array([0.5, -1]));
    expect(await readdir(join(folder, "deep"))).toEqual(["model.safetensors"]);
    await expect(readSafetensors(join(folder, "none"))).rejects.toThrow(
      /Cannot read weights ".*none": no such file\./,
    );
    await expect(readSafetensors(folder)).rejects.toThrow("it is a folder.");
  });

  it("reads the file that Python's safetensors wrote", async () => {
    const tensors = await readSafetensors("test/fixtures/tiny-bert/model.safetensors");
    expect(tensors.size).toBe(39);
    expect(tensors.get("classifier.weight")!.shape).toEqual([5, 16]);
    expect(tensors.get("bert.embeddings.word_embeddings.weight")!.shape).toEqual([60, 16]);
  });
});
