/**
 * @file A server's address, a store and a number of prompts -> the ids of completions, each once it is on disk.
 *
 *   node --import tsx test/complete-child.ts http://127.0.0.1:1234/v1 completions.jsonl 100 8
 */
import { writeSync } from "node:fs";
import { completePrompts } from "../src/generate/complete-prompts.ts";
import { createApiCompleter } from "../src/generate/completers/api.ts";
import { openStore } from "../src/generate/completion-store.ts";

const [baseUrl = "", path = "", count = "", concurrency = ""] = process.argv.slice(2);
const completer = await createApiCompleter({
  from: "api",
  provider: "openai-compatible",
  model: "stub-1",
  baseUrl,
  temperature: 1,
  maxOutputTokens: 100,
  limits: { concurrency: Number(concurrency), attempts: 5, timeoutMs: 2000 },
});
const prompts = function* () {
  for (let id = 0; id < Number(count); id++) {
    yield { id: `p${id}`, messages: [{ role: "user", content: `p${id}` }] };
  }
};
const store = await openStore(path);
const run = completePrompts(prompts(), completer, store);
// Not through a stream: what was told must have left the process before it can be killed.
for await (const result of run) writeSync(1, `${"text" in result ? result.promptId : "failed"}\n`);
await store.close();
writeSync(1, `${JSON.stringify(run.counts)}\n`);
