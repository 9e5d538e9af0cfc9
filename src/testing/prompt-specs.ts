/** @file The `prompts` part of a task, in the unresolved form -> whole tasks of both kinds, for tests of prompts. */
import type { z } from "zod";
import { promptsSchema, relationSchema } from "../task/generation-schema.ts";
import { parseTaskSpec } from "../task/parse-spec.ts";
import type { TaskSpec } from "../task/spec.ts";

type PromptsInput = z.input<typeof promptsSchema>;

const TASK = `
name: demo
kind: ner
domain: PubMed abstracts on the genetics of human disease
labels:
  Disease:
    definition: The shortest phrase that names a disease in full.
    rules: [Do not mark the bare word disease.]
    examples: ["The <Disease>DMD</Disease> gene was sequenced."]
completions: { from: recorded, requests: requests.jsonl, output: output.jsonl }
`;

/** A task that looks for diseases; `extra` takes the place of parts of it. */
export function createNerSpec(prompts: PromptsInput, extra: Partial<TaskSpec> = {}): TaskSpec {
  const spec = parseTaskSpec(TASK, { path: "demo.yaml" });
  return { ...spec, prompts: promptsSchema.parse(prompts), ...extra };
}

/** A task on genes and diseases with the classes yes and no. */
export function createRelationSpec(
  prompts: PromptsInput,
  relation: Partial<z.input<typeof relationSchema>> = {},
): TaskSpec {
  const label = (definition: string) => ({ definition, rules: [], examples: [] });
  return {
    ...createNerSpec(prompts),
    kind: "relation",
    labels: { Gene: label("A gene, its protein or a variant."), Disease: label("A disease.") },
    relation: relationSchema.parse({
      head: "Gene",
      tail: "Disease",
      classes: {
        yes: label("the sentence reports a relation between the pair"),
        no: label("the two only stand together"),
      },
      negative: "no",
      ...relation,
    }),
  };
}
