/** @file An operation and its operands -> the shapes of its results, or an error that says what the operation takes. */
import type { ElementType, Shape, Value } from "./graph.ts";
import { OP_SHAPES, type OpAttributes, type OpName } from "./ops.ts";

interface OperandRule {
  /** What fits, for people: shapes, and how they hang together. */
  readonly takes: string;
  /** Fewest and most operands. */
  readonly count: readonly [fewest: number, most: number];
  /** Types each operand may have. Default: float32 for all. */
  readonly types?: readonly (readonly ElementType[])[];
}

const FLOAT: readonly ElementType[] = ["float32"];
const WHOLE: readonly ElementType[] = ["int32", "int64"];

const elementWise = (count: number): OperandRule => ({
  takes:
    count === 1
      ? "one tensor of any shape"
      : "two tensors whose sizes, counted from the last axis, are equal or 1",
  count: [count, count],
});
const lastAxis: OperandRule = { takes: "one tensor; it works over the last axis", count: [1, 1] };
const reduction: OperandRule = { takes: "one tensor, and axes that it has, counted from 0", count: [1, 1] };

/** An operation without a rule is held to its shapes alone. */
const OPERANDS: { readonly [K in OpName]?: OperandRule } = {
  add: elementWise(2),
  subtract: elementWise(2),
  multiply: elementWise(2),
  scale: elementWise(1),
  exp: elementWise(1),
  erf: elementWise(1),
  gelu: elementWise(1),
  toFloat: { takes: "one tensor of whole numbers", count: [1, 1], types: [WHOLE] },
  gemm: {
    takes: "[m, k] ([k, m] with transA), [k, n] ([n, k] with transB) and, if any, a bias [n]",
    count: [2, 3],
  },
  matmul: {
    takes:
      "[..., m, k] ([..., k, m] with transA) and [..., k, n] ([..., n, k] with transB), leading axes equal",
    count: [2, 2],
  },
  scatterRows: {
    takes: "rows [count, width], indices [count] and a value of the result's shape [rows, width]",
    count: [3, 3],
    types: [FLOAT, WHOLE, FLOAT],
  },
  gather: { takes: "a table [rows, width] and indices [...]", count: [2, 2], types: [FLOAT, WHOLE] },
  reshape: {
    takes: "one tensor, and a shape of as many elements",
    count: [1, 1],
    types: [[...FLOAT, ...WHOLE]],
  },
  transpose: { takes: "one tensor, and a permutation that names each of its axes once", count: [1, 1] },
  softmax: lastAxis,
  logSoftmax: lastAxis,
  layerNorm: { takes: "x [..., width], gain [width] and bias [width]", count: [3, 3] },
  reduceSum: reduction,
  reduceMean: reduction,
  range: { takes: "no tensor", count: [0, 0] },
};

/** @throws Error when operands are too few or too many, of a type that the operation does not take, or do not fit */
export function resultShapes<K extends OpName>(
  op: K,
  operands: readonly Value[],
  attributes: OpAttributes[K],
): Shape[] {
  checkOperands(op, operands);
  const shapes = operands.map(({ shape }) => shape);
  try {
    return OP_SHAPES[op](shapes, attributes);
  } catch (cause) {
    const found = shapes.map(renderShape).join(", ");
    const settings = Object.entries(attributes).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    const how = settings.length === 0 ? "" : ` with ${settings.join(", ")}`;
    throw new Error(`${op} cannot take shapes ${found}${how}.${sayWhatFits(op)}`, { cause });
  }
}

function checkOperands(op: OpName, operands: readonly Value[]): void {
  const rule = OPERANDS[op];
  if (rule === undefined) return;
  const [fewest, most] = rule.count;
  if (operands.length < fewest || operands.length > most) {
    const wanted = fewest === most ? `${fewest}` : `${fewest} or ${most}`;
    throw new Error(`${op} got ${operands.length} operands, not ${wanted}.${sayWhatFits(op)}`);
  }
  for (const [index, { type, shape }] of operands.entries()) {
    const types = rule.types?.[index] ?? FLOAT;
    if (types.includes(type)) continue;
    const found = `${type} ${renderShape(shape)} as operand ${index + 1}`;
    throw new Error(`${op} cannot take ${found}: it must be ${types.join(" or ")}.${sayWhatFits(op)}`);
  }
}

function sayWhatFits(op: OpName): string {
  const rule = OPERANDS[op];
  return rule === undefined ? "" : ` It takes ${rule.takes}.`;
}

function renderShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}
