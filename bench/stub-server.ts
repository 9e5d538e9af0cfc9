/**
 * @file A latency and a number of lines -> a local server that speaks as OpenAI does; its address on stdout.
 *
 *   tsx bench/stub-server.ts --latency 50 --lines 25
 */
import { parseArgs } from "node:util";
import { startStubServer } from "../test/stub-openai-server.ts";

const { values } = parseArgs({
  options: { latency: { type: "string", default: "50" }, lines: { type: "string", default: "25" } },
});
const latencyMs = Number(values.latency);
const line = "The patient had <Disease>breast cancer</Disease> and was seen again after two weeks.";
const text = Array.from({ length: Number(values.lines) }, (_, index) => `${line} Visit ${index}.`).join("\n");
const { url } = await startStubServer({ behave: () => ({ do: "answer", text, latencyMs }) }, false);
console.log(url);
