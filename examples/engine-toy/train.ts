/** @file Two spirals -> a network of two layers that tells them apart, trained from scratch in a second. */
import * as engine from "textphantom/engine";

const random = engine.createRandom(1, "spirals");
function drawSpirals(count: number) {
  const [x, y] = [new Float32Array(2 * count), new Float32Array(2 * count)]; // places, and 1 for the right arm
  for (let point = 0; point < count; point++) {
    const [arm, radius] = [point % 2, Math.sqrt(random.next())];
    const angle = Math.PI * (2.5 * radius + arm); // each arm makes a turn and a quarter
    x.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * point);
    y[2 * point + arm] = 1;
  }
  const tensor = (data: Float32Array) => ({ type: "float32", data, dims: [count, 2] }) as const;
  return { x: tensor(x), y: tensor(y) };
}
const [points, fresh] = [drawSpirals(400), drawSpirals(1000)]; // to train on, and to be judged by

const graph = engine.createGraph();
const { apply } = graph;
const parameters = new Map<engine.Value, engine.Parameter>();
function draw(name: string, ...shape: number[]): engine.Value {
  const data = new Float32Array(shape.reduce((a, b) => a * b)).map(() => engine.nextNormal(random));
  const value = graph.input(name, "float32", shape);
  parameters.set(value, { name, shape, data });
  return value;
}
const [x, y] = [graph.input("x", "float32", ["points", 2]), graph.input("y", "float32", ["points", 2])];
const stored = { transA: false, transB: true }; // weights lie as [to, from]
const hidden = apply("gelu", [apply("gemm", [x, draw("w1", 64, 2), draw("b1", 64)], stored)], {});
const scores = apply("logSoftmax", [apply("gemm", [hidden, draw("w2", 2, 64), draw("b2", 2)], stored)], {});
const total = apply("reduceSum", [apply("multiply", [scores, y], {})], { axes: [0, 1], keepDims: false });
const loss = apply("scale", [total], { factor: -1 / 400 }); // mean of -log p(right arm)
const training = await engine.createGradientSession(graph, loss, parameters);
const optimizer = engine.createAdamW([...parameters.values()], new Set(), { weightDecay: () => 0 });
for (let step = 0; step < 500; step++) optimizer.step((await training.run(points)).gradients, 0.02);
const initializers = new Map([...parameters.values()].map(({ name, data }) => [name, data])); // go into the model
const session = await engine.createSession(engine.emitOnnx(graph, { outputs: { scores }, initializers }));
const found = (await session.run({ x: fresh.x })).get("scores")!.data; // [points, 2]
export const accuracy = fresh.y.data.filter((is, i) => is === 1 && found[i]! > found[i ^ 1]!).length / 1000;
console.log(`accuracy on 1000 new points: ${accuracy}`);
