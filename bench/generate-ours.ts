/**
 * @file A server's address -> seconds and peak memory of answering, storing and parsing so many prompts, as JSON.
 *
 *   tsx bench/generate-ours.ts --url http://127.0.0.1:1234/v1 --prompts 1000 --concurrency 64
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { completePrompts } from "../src/generate/complete-prompts.ts";
import { createApiCompleter } from "../src/generate/completers/api.ts";
import { openStore } from "../src/generate/completion-store.ts";
import { parseCompletion } from "../src/generate/parse-completion.ts";

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "" },
    prompts: { type: "string", default: "1000" },
    concurrency: { type: "string", default: "64" },
  },
});
const begin = performance.now();
const completer = await createApiCompleter({
  from: "api",
  provider: "openai-compatible",
  model: "stub-1",
  baseUrl: values.url,
  temperature: 1,
  maxOutputTokens: 1000,
  limits: { concurrency: Number(values.concurrency), attempts: 5, timeoutMs: 60_000 },
});
const loadSeconds = (performance.now() - begin) / 1000;
const rules = "Mark every disease with tags, leave everything else as it is, a sentence a line. ".repeat(12);
/** About 1 kB each, made as they are asked for. */
const prompts = function* () {
  for (let id = 0; id < Number(values.prompts); id++) {
    const content = `${rules}Write 25 sentences on topic ${id}.`;
    yield { id: `bench-${id}`, messages: [{ role: "user", content }] };
  }
};
const folder = mkdtempSync(join(tmpdir(), "textphantom-bench-"));
const start = performance.now();
const store = await openStore(join(folder, "completions.jsonl"));
const run = completePrompts(prompts(), completer, store);
let examples = 0;
for await (const result of run) {
  if ("text" in result) examples += parseCompletion(result, ["Disease"]).examples.length;
}
await store.close();
const seconds = (performance.now() - start) / 1000;
const peakRssBytes = process.resourceUsage().maxRSS * 1024;
const reopening = performance.now();
await (await openStore(join(folder, "completions.jsonl"))).close();
const reopenSeconds = (performance.now() - reopening) / 1000;
rmSync(folder, { recursive: true });
console.log(JSON.stringify({ ...run.counts, examples, loadSeconds, seconds, reopenSeconds, peakRssBytes }));
