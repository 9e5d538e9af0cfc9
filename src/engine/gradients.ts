/** @file A scalar loss -> the nodes that compute its gradients: one table of rules, one reverse walk. */
import type { Graph, Node, Shape, Value } from "./graph.ts";
import type { OpName } from "./ops.ts";

/** The gradient of a table that was only read by rows: `rows[i]` belongs to table row `indices[i]`; equal indices add up. */
export interface RowGradient {
  readonly indices: Value; // [...]
  readonly rows: Value; // [..., width]
}

/** A gradient is a tensor of its value's shape, or a list of row gradients, which touch a few rows of a large table. */
export type Gradient =
  | { readonly kind: "dense"; readonly value: Value }
  | { readonly kind: "rows"; readonly parts: RowGradient[] };

/** What one rule sees: the node, dL/d(first output), and which inputs need a gradient. */
interface RuleInput<K extends OpName> {
  readonly graph: Graph;
  readonly node: Node<K>;
  readonly dY: Value;
  /** Of every output; `undefined` where the loss does not see it. Only `split` has more than the first. */
  readonly dYs: readonly (Value | undefined)[];
  needs(input: number): boolean;
}
type InputGradient = Value | RowGradient | undefined;
type Rule<K extends OpName> = (input: RuleInput<K>) => InputGradient[];

/** dL/d(input) for every operation, from dL/d(output). `undefined`: no gradient flows to that input. */
const RULES: { [K in OpName]: Rule<K> } = {
  add: ({ graph, node, dY, needs }) =>
    [0, 1].map((i) => (needs(i) ? sumTo(graph, dY, node.inputs[i]!.shape) : undefined)),
  subtract: ({ graph, node, dY, needs }) => {
    const [a, b] = node.inputs;
    return [
      needs(0) ? sumTo(graph, dY, a!.shape) : undefined,
      needs(1) ? sumTo(graph, graph.apply("scale", [dY], { factor: -1 }), b!.shape) : undefined,
    ];
  },
  multiply: ({ graph, node, dY, needs }) => {
    const [a, b] = node.inputs;
    return [
      needs(0) ? sumTo(graph, graph.apply("multiply", [dY, b!], {}), a!.shape) : undefined,
      needs(1) ? sumTo(graph, graph.apply("multiply", [dY, a!], {}), b!.shape) : undefined,
    ];
  },
  divide: ({ graph, node, dY, needs }) => {
    const [a, b] = node.inputs; // d(a / b) = dY / b, and for b: -dY (a / b) / b
    const quotient = graph.apply("divide", [dY, b!], {});
    const dB = () =>
      graph.apply("multiply", [graph.apply("scale", [quotient], { factor: -1 }), node.outputs[0]!], {});
    return [
      needs(0) ? sumTo(graph, quotient, a!.shape) : undefined,
      needs(1) ? sumTo(graph, dB(), b!.shape) : undefined,
    ];
  },
  scale: ({ graph, node, dY }) => [graph.apply("scale", [dY], node.attributes)],
  exp: ({ graph, node, dY }) => [graph.apply("multiply", [dY, node.outputs[0]!], {})],
  erf: ({ graph, node, dY }) => {
    const x = node.inputs[0]!; // d erf = 2 / sqrt(pi) exp(-x^2)
    const square = graph.apply("multiply", [x, x], {});
    const bell = graph.apply("exp", [graph.apply("scale", [square], { factor: -1 })], {});
    const slope = graph.apply("scale", [bell], { factor: 2 / Math.sqrt(Math.PI) });
    return [graph.apply("multiply", [dY, slope], {})];
  },
  gelu: ({ graph, node, dY }) => {
    // d gelu = Phi(x) + x phi(x), with u = x / sqrt 2: Phi = (1 + erf u) / 2, x phi = u exp(-u^2) / sqrt(pi)
    const u = graph.apply("scale", [node.inputs[0]!], { factor: Math.SQRT1_2 });
    const erf = graph.apply("erf", [u], {});
    const half = graph.constant([], [0.5]);
    const phi = graph.apply("add", [graph.apply("multiply", [erf, half], {}), half], {});
    const minusU = graph.apply("scale", [u], { factor: -1 });
    const bell = graph.apply("exp", [graph.apply("multiply", [u, minusU], {})], {});
    const factor = graph.apply("scale", [bell], { factor: 1 / Math.sqrt(Math.PI) });
    const slope = graph.apply("add", [phi, graph.apply("multiply", [u, factor], {})], {});
    return [graph.apply("multiply", [dY, slope], {})];
  },
  scaledGelu: ({ graph, node, dY }) => {
    // d u (1 + erf u) = 1 + erf u + 2 / sqrt(pi) u / exp(u^2); where exp overflows the quotient is 0, as it should be
    const u = node.inputs[0]!;
    const bell = graph.apply(
      "divide",
      [u, graph.apply("exp", [graph.apply("multiply", [u, u], {})], {})],
      {},
    );
    const slope = graph.apply(
      "add",
      [node.outputs[1]!, graph.apply("scale", [bell], { factor: 2 / Math.sqrt(Math.PI) })],
      {},
    );
    return [graph.apply("multiply", [dY, slope], {})];
  },
  tanh: ({ graph, node, dY }) => {
    const y = node.outputs[0]!; // d tanh = 1 - y^2
    const square = graph.apply("multiply", [y, y], {});
    return [
      graph.apply("multiply", [dY, graph.apply("subtract", [graph.constant([], [1]), square], {})], {}),
    ];
  },
  // d relu = 1 where the result is above 0, else 0: the result's sign
  relu: ({ graph, node, dY }) => [
    graph.apply("multiply", [dY, graph.apply("sign", [node.outputs[0]!], {})], {}),
  ],
  sign: () => [],
  toFloat: () => [],
  gemm: ({ graph, node, dY, needs }) => {
    const [a, b, c] = node.inputs;
    const { transA, transB, alpha = 1, beta = 1 } = node.attributes;
    const gemm = (left: Value, right: Value, tA: boolean, tB: boolean) =>
      graph.apply("gemm", [left, right], { transA: tA, transB: tB, alpha });
    const dC = () => (beta === 1 ? dY : graph.apply("scale", [dY], { factor: beta }));
    const dA = () => (transA ? gemm(b!, dY, transB, true) : gemm(dY, b!, false, !transB));
    const dB = () => (transB ? gemm(dY, a!, true, transA) : gemm(a!, dY, !transA, false));
    return [
      needs(0) ? dA() : undefined,
      needs(1) ? dB() : undefined,
      c && needs(2) ? sumTo(graph, dC(), c.shape) : undefined,
    ];
  },
  matmul: ({ graph, node, dY, needs }) => {
    const [a, b] = node.inputs;
    const { transA, transB, alpha } = node.attributes;
    const matmul = (left: Value, right: Value, tA: boolean, tB: boolean) =>
      graph.apply("matmul", [left, right], { transA: tA, transB: tB, alpha });
    const dA = () => (transA ? matmul(b!, dY, transB, true) : matmul(dY, b!, false, !transB));
    const dB = () => (transB ? matmul(dY, a!, true, transA) : matmul(a!, dY, !transA, false));
    return [needs(0) ? dA() : undefined, needs(1) ? dB() : undefined];
  },
  gather: ({ node, dY }) => [{ indices: node.inputs[1]!, rows: dY }],
  scatterRows: ({ graph, node, dY }) => [graph.apply("gather", [dY, node.inputs[1]!], {})],
  reshape: ({ graph, node, dY }) => [graph.apply("reshape", [dY], { shape: node.inputs[0]!.shape })],
  transpose: ({ graph, node, dY }) => {
    const { permutation } = node.attributes;
    return [
      graph.apply("transpose", [dY], {
        permutation: permutation.map((_, axis) => permutation.indexOf(axis)),
      }),
    ];
  },
  softmax: ({ graph, node, dY }) => {
    const y = node.outputs[0]!; // dX = y * (dY - sum(dY * y))
    const sum = lastAxis(graph, "reduceSum", graph.apply("multiply", [dY, y], {}));
    return [graph.apply("multiply", [y, graph.apply("subtract", [dY, sum], {})], {})];
  },
  logSoftmax: ({ graph, node, dY }) => {
    const probabilities = graph.apply("exp", [node.outputs[0]!], {}); // dX = dY - p * sum(dY)
    const sum = lastAxis(graph, "reduceSum", dY);
    return [graph.apply("subtract", [dY, graph.apply("multiply", [probabilities, sum], {})], {})];
  },
  layerNorm: ({ graph, node, dY }) => {
    // With n = (x - mean) * inv and g = dY * gain: dX = inv * (g - mean(g) - n * mean(g * n)), means taken as products
    const [x, gain, bias] = node.inputs;
    const [, mean, inverse] = node.outputs;
    const width = gain!.shape[0] as number;
    const multiply = (a: Value, b: Value) => graph.apply("multiply", [a, b], {});
    const subtract = (a: Value, b: Value) => graph.apply("subtract", [a, b], {});
    const column = graph.apply("reshape", [gain!], { shape: [width, 1] });
    const meanWithGain = (value: Value) => {
      const product = { transA: false, transB: false, alpha: 1 / width };
      const sums = graph.apply("gemm", [toRows(graph, value), column], product);
      return graph.apply("reshape", [sums], { shape: mean!.shape });
    };
    const n = multiply(subtract(x!, mean!), inverse!);
    const dYn = multiply(dY, n);
    const centred = subtract(subtract(multiply(dY, gain!), multiply(n, meanWithGain(dYn))), meanWithGain(dY));
    return [multiply(centred, inverse!), sumTo(graph, dYn, gain!.shape), sumTo(graph, dY, bias!.shape)];
  },
  reduceSum: ({ graph, node, dY }) => [spread(graph, dY, node)],
  reduceMean: ({ graph, node, dY }) => {
    const size = node.attributes.axes.reduce((product, axis) => {
      const dim = node.inputs[0]!.shape[axis];
      if (typeof dim !== "number") throw new Error("reduceMean over a symbolic axis has no gradient rule.");
      return product * dim;
    }, 1);
    return [spread(graph, graph.apply("scale", [dY], { factor: 1 / size }), node)];
  },
  range: () => [],
  onesRow: () => [],
  sin: ({ graph, node, dY }) => {
    return [graph.apply("multiply", [dY, graph.apply("cos", [node.inputs[0]!], {})], {})];
  },
  cos: ({ graph, node, dY }) => {
    const minusSin = graph.apply("scale", [graph.apply("sin", [node.inputs[0]!], {})], { factor: -1 });
    return [graph.apply("multiply", [dY, minusSin], {})];
  },
  split: ({ graph, node, dYs }) => {
    const parts = node.outputs.map((part, i) => dYs[i] ?? graph.apply("scale", [part], { factor: 0 }));
    return [graph.apply("concat", parts, { axis: node.attributes.axis })];
  },
  concat: ({ graph, node, dY }) => {
    const { axis } = node.attributes;
    const sizes = node.inputs.map(({ shape }) => shape[axis] as number);
    return [...graph.applyAll("split", [dY], { axis, sizes })];
  },
  shift: ({ graph, node, dY }) => {
    const { axis, by } = node.attributes;
    return [graph.apply("shift", [dY], { axis, by: -by })];
  },
  rotate: ({ graph, node, dY, needs }) => {
    // y1 = x1 cos - x2 sin, y2 = x2 cos + x1 sin; the way back turns by the negative angle
    const [x, cos, sin] = node.inputs;
    const back = () => graph.apply("rotate", [dY, cos!, graph.apply("scale", [sin!], { factor: -1 })], {});
    const table = (op: "add" | "subtract", crossed: boolean) => {
      const half = (x!.shape.at(-1) as number) / 2;
      const attributes = { axis: x!.shape.length - 1, sizes: [half, half] };
      const [x1, x2] = graph.applyAll("split", [x!], attributes);
      const [d1, d2] = graph.applyAll("split", [dY], attributes);
      const left = graph.apply("multiply", [crossed ? d2! : d1!, x1!], {});
      const right = graph.apply("multiply", [crossed ? d1! : d2!, x2!], {});
      return sumTo(graph, graph.apply(op, [left, right], {}), cos!.shape);
    };
    return [
      needs(0) ? back() : undefined,
      needs(1) ? table("add", false) : undefined,
      needs(2) ? table("subtract", true) : undefined,
    ];
  },
  relativeShift: ({ graph, dY }) => [graph.apply("relativeSpread", [dY], {})],
  relativeSpread: ({ graph, dY }) => [graph.apply("relativeShift", [dY], {})],
  middle: () => [],
};

/** Sums over the axes along which `shape` was broadcast to that of `value`. */
function sumTo(graph: Graph, value: Value, shape: Shape): Value {
  const lead = value.shape.length - shape.length;
  const axes = value.shape.flatMap((dim, axis) => (axis < lead || shape[axis - lead] !== dim ? [axis] : []));
  if (axes.length === 0) return value;
  if (shape.length === 1 && shape[0] === value.shape.at(-1)) {
    // a product with a row of ones: the runtime adds up columns in half the time that its ReduceSum takes
    const rows = toRows(graph, value);
    const sum = graph.apply("gemm", [onesRow(graph, rows), rows], { transA: false, transB: false });
    return graph.apply("reshape", [sum], { shape });
  }
  const kept = axes.every((axis) => axis < lead);
  const sum = graph.apply("reduceSum", [value], { axes, keepDims: !kept });
  return kept || lead === 0 ? sum : graph.apply("reshape", [sum], { shape });
}

/** One row of ones for all values of so many rows. */
function onesRow(graph: Graph, value: Value): Value {
  const known = graph.nodes.find(
    ({ op, inputs }) => op === "onesRow" && inputs[0]!.shape[0] === value.shape[0],
  );
  return known ? known.outputs[0]! : graph.apply("onesRow", [value], {});
}

/** The whole gradient of a computed value of which some rows were read. */
function spreadRows(graph: Graph, { rows, indices }: RowGradient, value: Value): Value {
  return graph.apply("scatterRows", [rows, indices, value], {});
}

/** [..., width] -> [rows, width]. */
function toRows(graph: Graph, value: Value): Value {
  if (value.shape.length === 2) return value;
  const lead = value.shape.slice(0, -1);
  const rows = lead.every((dim) => typeof dim === "number")
    ? lead.reduce((size, dim) => size * dim, 1)
    : lead.join("*");
  return graph.apply("reshape", [value], { shape: [rows, value.shape.at(-1)!] });
}

/** Gives a reduced gradient its input's shape again, by broadcasting against zeros of that shape. */
function spread(graph: Graph, dY: Value, node: Node<"reduceSum"> | Node<"reduceMean">): Value {
  const x = node.inputs[0]!;
  const { axes, keepDims } = node.attributes;
  const shape = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const kept = keepDims ? dY : graph.apply("reshape", [dY], { shape });
  return graph.apply("add", [graph.apply("scale", [x], { factor: 0 }), kept], {});
}

function lastAxis(graph: Graph, op: "reduceSum" | "reduceMean", value: Value): Value {
  return graph.apply(op, [value], { axes: [value.shape.length - 1], keepDims: true });
}

/**
 * Appends to `graph` what computes d(loss)/d(value) for each of `wrt`: reverse-mode differentiation (Linnainmaa 1970),
 * one walk over the nodes from last to first. A value the loss does not depend on is absent from the result.
 * @param loss a float32 scalar, shape [].
 * @param wrt float32 values of `graph`; a dense gradient has its value's shape
 * @throws Error when the loss is no scalar, depends on an operation's second result, on a mean over an open size, or on a
 * table that is read both by rows and whole
 */
export function gradients(graph: Graph, loss: Value, wrt: readonly Value[]): Map<Value, Gradient> {
  if (loss.shape.length !== 0) throw new Error(`The loss must be a scalar, not [${loss.shape.join(", ")}].`);
  const wanted = new Set(wrt);
  const depends = new Set<Value>(wanted);
  const forward = [...graph.nodes];
  for (const node of forward) {
    if (node.inputs.some((input) => depends.has(input)))
      for (const output of node.outputs) depends.add(output);
  }
  const dense = new Map<Value, Value>([[loss, graph.constant([], [1])]]);
  const rows = new Map<Value, RowGradient[]>();
  for (const node of forward.reverse()) {
    const dYs = node.outputs.map((output) => (depends.has(output) ? dense.get(output) : undefined));
    if (node.op !== "split" && dYs.slice(1).some((dY) => dY !== undefined))
      throw new Error(`Only the first result of ${node.op} has a gradient rule.`);
    const dY = dYs.find((gradient) => gradient !== undefined);
    if (dY === undefined) continue;
    const needs = (input: number) => depends.has(node.inputs[input]!);
    const rule = RULES[node.op] as Rule<OpName>;
    for (const [index, gradient] of rule({ graph, node, dY, dYs, needs }).entries()) {
      const input = node.inputs[index]!;
      if (gradient === undefined || !depends.has(input)) continue;
      if ("rows" in gradient && wanted.has(input)) {
        rows.set(input, [...(rows.get(input) ?? []), gradient]);
        continue;
      }
      const whole = "rows" in gradient ? spreadRows(graph, gradient, input) : gradient;
      const sum = dense.get(input);
      dense.set(input, sum === undefined ? whole : graph.apply("add", [sum, whole], {}));
    }
  }
  const result = new Map<Value, Gradient>();
  for (const value of wrt) {
    const parts = rows.get(value);
    const whole = dense.get(value);
    if (parts && whole)
      throw new Error("A table is read both by rows and whole: its gradient has no single form.");
    if (parts) result.set(value, { kind: "rows", parts });
    else if (whole) result.set(value, { kind: "dense", value: whole });
  }
  return result;
}
