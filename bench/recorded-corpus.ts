/** @file The name of a recording -> its examples without duplicates, and the task that a bench trains with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deduplicate } from "../src/dataset/deduplicate.ts";
import { collectExamples } from "../src/generate/collect-examples.ts";
import { createRecordedCompleter } from "../src/generate/completers/recorded.ts";
import { parseTaskSpec } from "../src/task/parse-spec.ts";
import type { TaskSpec } from "../src/task/spec.ts";

/** @param labels of the recording, in the order of the model's tags */
export async function readRecordedCorpus(recordings: string, name: string, labels: readonly string[]) {
  const completer = await openRecording(recordings, name);
  const { examples } = await collectExamples(completer.complete(completer.prompts), {
    labels: Object.fromEntries(labels.map((label) => [label, {}])),
  });
  return deduplicate(examples).examples;
}

export const openRecording = (recordings: string, name: string) =>
  createRecordedCompleter({
    requests: join(recordings, name, "requests.jsonl"),
    output: join(recordings, name, "output.jsonl"),
  });

/** A task with the settings of another and labels of its own. */
export function readTaskFor(task: string, labels: readonly string[]): TaskSpec {
  const spec = parseTaskSpec(readFileSync(task, "utf8"), { path: task });
  const plain = { definition: "as recorded", rules: [], examples: [] };
  return { ...spec, labels: Object.fromEntries(labels.map((label) => [label, plain])) };
}
