/** @file Operations on positions -> how each is written: rotation, relative distance, and the middle of a list. */
import type { Emitter, Writer } from "./emit-onnx.ts";
import type { Dim } from "./graph.ts";

/** Entries of the writers' table in emit-onnx.ts. */
export const POSITION_WRITERS: {
  [K in "shift" | "rotate" | "relativeShift" | "relativeSpread" | "middle"]: Writer<K>;
} = {
  // a pad below 0 cuts: both in one operator
  shift: (emitter, node) => {
    const { axis, by } = node.attributes;
    const pads = [emitter.integers([by, -by]), "", emitter.integers([axis])];
    emitter.write("Pad", [...node.inputs.map(emitter.nameOf), ...pads], {}, [
      emitter.nameOf(node.outputs[0]!),
    ]);
  },
  rotate: (emitter, node) => {
    const [x, cos, sin] = node.inputs.map(emitter.nameOf) as [string, string, string];
    const y = emitter.nameOf(node.outputs[0]!);
    const shape = node.inputs[0]!.shape;
    if (emitter.dialect === "onnxruntime" && shape.length === 4) {
      const start = emitter.integers([0]); // row 0 of the tables belongs to the first token
      emitter.write("RotaryEmbedding", [x, start, cos, sin], {}, [y], "com.microsoft");
      return;
    }
    const half = (shape.at(-1) as number) / 2;
    const [x1, x2] = [emitter.temporary(), emitter.temporary()];
    emitter.write("Split", [x, emitter.integers([half, half])], { axis: -1 }, [x1, x2]);
    const combine = (op: string, a: string, b: string) => {
      const result = emitter.temporary();
      emitter.write(op, [a, b], {}, [result]);
      return result;
    };
    const y1 = combine("Sub", combine("Mul", x1, cos), combine("Mul", x2, sin));
    const y2 = combine("Add", combine("Mul", x2, cos), combine("Mul", x1, sin));
    emitter.write("Concat", [y1, y2], { axis: -1 }, [y]);
  },
  // flat, y[i, j] is x[2 n i + n - 1 + j - i] = x[(n - 1) + (2 n - 1) i + j]: cut n - 1, and lay rows of 2 n - 1
  relativeShift: (emitter, node) => {
    const [x, y] = [node.inputs[0]!, node.outputs[0]!];
    const lead = x.shape.length - 2;
    const n = sizeTensor(emitter, x.shape.at(-2)!);
    const flat = reshape(emitter, emitter.nameOf(x), lead, emitter.integers([-1]));
    const cut = emitter.temporary();
    const [start, end] = [minusOne(emitter, n), emitter.integers([-1])];
    emitter.write("Slice", [flat, start, end, emitter.integers([lead])], {}, [cut]);
    const rows = reshape(emitter, cut, lead, n, emitter.integers([-1])); // [..., n, 2 n - 1]
    const columns = [rows, emitter.integers([0]), n, emitter.integers([lead + 1])];
    emitter.write("Slice", columns, {}, [emitter.nameOf(y)]);
  },
  relativeSpread: (emitter, node) => {
    const [y, x] = [node.inputs[0]!, node.outputs[0]!];
    const lead = y.shape.length - 2;
    const n = sizeTensor(emitter, y.shape.at(-2)!);
    const missing = minusOne(emitter, n);
    const pad = (name: string, before: string, after: string, axis: number) => {
      const [pads, result] = [emitter.temporary(), emitter.temporary()];
      emitter.write("Concat", [before, after], { axis: 0 }, [pads]);
      emitter.write("Pad", [name, pads, "", emitter.integers([axis])], {}, [result]);
      return result;
    };
    const rows = pad(emitter.nameOf(y), emitter.integers([0]), missing, lead + 1); // [..., n, 2 n - 1]
    const flat = pad(
      reshape(emitter, rows, lead, emitter.integers([-1])),
      missing,
      emitter.integers([1]),
      lead,
    );
    const result = reshape(emitter, flat, lead, n, emitter.integers([-1]));
    emitter.write("Identity", [result], {}, [emitter.nameOf(x)]);
  },
  middle: (emitter, node) => {
    const { values, length } = node.attributes;
    const y = emitter.nameOf(node.outputs[0]!);
    const table = `values_of_${y}`;
    emitter.initializers.set(table, {
      name: table,
      dims: [values.length],
      data: BigInt64Array.from(values, BigInt),
    });
    const size = emitter.temporary();
    emitter.write("Squeeze", [sizeTensor(emitter, length)], {}, [size]);
    const half = emitter.integers([values.length / 2], true);
    const [start, end, places, inside] = Array.from({ length: 4 }, emitter.temporary) as [
      string,
      string,
      string,
      string,
    ];
    emitter.write("Sub", [half, size], {}, [start]);
    emitter.write("Add", [half, size], {}, [end]);
    emitter.write("Range", [start, end, emitter.integers([1], true)], {}, [places]);
    const ends = [0, values.length - 1].map((place) => emitter.integers([place], true));
    emitter.write("Clip", [places, ...ends], {}, [inside]);
    emitter.write("Gather", [table, inside], { axis: 0 }, [y]);
  },
};

/** A size as an int64 tensor of one element. */
function sizeTensor(emitter: Emitter, dim: Dim): string {
  return typeof dim === "number" ? emitter.integers([dim]) : emitter.sizeOf(dim);
}

function minusOne(emitter: Emitter, size: string): string {
  const result = emitter.temporary();
  emitter.write("Sub", [size, emitter.integers([1])], {}, [result]);
  return result;
}

/** Keeps the first `lead` axes; the rest become the sizes given, of which one may be -1. */
function reshape(emitter: Emitter, name: string, lead: number, ...sizes: readonly string[]): string {
  const [shape, result] = [emitter.temporary(), emitter.temporary()];
  const kept = lead === 0 ? [] : [emitter.integers(Array.from({ length: lead }, () => 0))];
  emitter.write("Concat", [...kept, ...sizes], { axis: 0 }, [shape]);
  emitter.write("Reshape", [name, shape], {}, [result]);
  return result;
}
