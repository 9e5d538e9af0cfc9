/** @file Nodes in order -> fewer nodes with the same results: factors and sums that a matrix product takes along for free. */
import type { Node, Value } from "./graph.ts";

/**
 * - scale(product) and product(scale(x)): the factor goes into the product's alpha;
 * - product + y of the same shape: y becomes the product's third operand.
 * The runtime multiplies by alpha and begins its sums with the third operand anyway, so each fold saves a pass over
 * memory. Results are equal but for rounding.
 * @param nodes all that `results` depend on
 */
export function foldProducts(nodes: readonly Node[], results: ReadonlySet<Value>): Node[] {
  let current = [...nodes];
  for (const node of nodes) {
    if (node.op === "scale") current = foldScale(node as Node<"scale">, current, results) ?? current;
  }
  for (const node of nodes) if (node.op === "add") current = foldSum(node, current, results) ?? current;
  return current;
}

function foldScale(
  node: Node<"scale">,
  nodes: readonly Node[],
  results: ReadonlySet<Value>,
): Node[] | undefined {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  const { factor } = node.attributes;
  const others = nodes.filter((other) => other !== node);
  const producer = soleProduct(x, nodes, results);
  if (producer) {
    const scaled = { ...multiplied(producer, factor, true), outputs: [y] };
    return others.map((other) => (other === producer ? scaled : other));
  }
  const readers = others.filter(({ inputs }) => inputs.includes(y));
  const takes = (reader: Node) =>
    reader.op === "onesRow" || // reads the shape alone
    (isProduct(reader) && occurrences(reader, y) === 1 && reader.inputs[2] !== y);
  if (results.has(y) || !readers.every(takes)) return undefined;
  return others.map((other) => {
    if (!readers.includes(other)) return other;
    const inputs = other.inputs.map((input) => (input === y ? x : input));
    return { ...(isProduct(other) ? multiplied(other, factor, false) : other), inputs };
  });
}

function foldSum(node: Node, nodes: readonly Node[], results: ReadonlySet<Value>): Node[] | undefined {
  const sum = node.outputs[0]!;
  for (const [index, term] of node.inputs.entries()) {
    const other = node.inputs[1 - index]!;
    const product = soleProduct(term, nodes, results);
    const fits = [term, other].every(({ shape }) => shape.join() === sum.shape.join());
    if (product?.op !== "gemm" || product.inputs.length > 2 || other === term || !fits) continue;
    // stands where the sum stood: there both terms are known
    const folded = {
      ...product,
      attributes: { ...product.attributes, beta: 1 },
      inputs: [...product.inputs, other],
      outputs: [sum],
    } as Node;
    return nodes.flatMap((each) => (each === node ? [folded] : each === product ? [] : [each]));
  }
  return undefined;
}

/** The product that computes `value`, if nothing but one node reads it. */
function soleProduct(value: Value, nodes: readonly Node[], results: ReadonlySet<Value>): Node | undefined {
  const producer = nodes.find(({ outputs }) => outputs.includes(value));
  if (producer === undefined || !isProduct(producer) || results.has(value)) return undefined;
  const reads = nodes.reduce((count, reader) => count + occurrences(reader, value), 0);
  return reads === 1 ? producer : undefined;
}

function isProduct({ op }: Node): boolean {
  return op === "gemm" || op === "matmul";
}

function occurrences({ inputs }: Node, value: Value): number {
  return inputs.filter((input) => input === value).length;
}

/** @param whole whether the third operand is multiplied too */
function multiplied(product: Node, factor: number, whole: boolean): Node {
  const { alpha = 1, beta = 1, ...rest } = product.attributes as { alpha?: number; beta?: number };
  const scaled = {
    ...rest,
    alpha: alpha * factor,
    ...(product.op === "gemm" ? { beta: whole ? beta * factor : beta } : {}),
  };
  return { ...product, attributes: scaled } as Node;
}
