/** @file A run folder and a service's address -> the batch verb `submit`, in a process that a test can kill. */
import { submitBatches } from "../src/pipeline/batch.ts";
import { runPaths } from "../src/run-folder.ts";
import type { ApiSpec } from "../src/task/completions-spec.ts";
import type { TaskSpec } from "../src/task/spec.ts";

export function makeBatchTask(baseUrl: string): TaskSpec {
  const completions: ApiSpec = {
    from: "api",
    provider: "openai-compatible",
    model: "stub-1",
    baseUrl,
    temperature: 1,
    maxOutputTokens: 100,
    limits: { concurrency: 1, attempts: 1, timeoutMs: 60_000 },
  };
  // Nothing else of a task is looked at.
  return { name: "t", completions } as TaskSpec;
}

const [, script, url, folder] = process.argv;
if (script?.endsWith("batch-child.ts") && url && folder) {
  const task = makeBatchTask(url);
  await submitBatches(task, runPaths(folder, task), { environment: {} });
}
