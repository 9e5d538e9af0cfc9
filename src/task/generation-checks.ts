/** @file A task spec of the right shape -> what its prompts, completions and curation say against each other. */

import type { TaskSpec } from "./spec.ts";
import type { SpecIssue } from "./spec-checks.ts";
import { checkUnique, describeUnknown } from "./spec-names.ts";

function* checkPrompts({ labels, prompts }: TaskSpec): Generator<SpecIssue> {
  if (prompts === undefined) return;
  const known = Object.keys(labels);
  yield* checkUnique("prompt sets", ["prompts", "sets"], prompts.sets);
  for (const [index, { label }] of prompts.terms.entries()) {
    const message = describeUnknown("label", label, known);
    if (message !== undefined) yield { path: ["prompts", "terms", index, "label"], message };
  }
  for (const [index, { name, empty, several }] of prompts.sets.entries()) {
    if (empty === undefined || several === undefined || empty + several <= 1 + 1e-6) continue;
    const message = `The sentences without a mention (empty: ${empty}) and with several (several: ${several}) of set "${name}" are more than all. Lower one.`;
    yield { path: ["prompts", "sets", index, "empty"], message };
  }
}

function* checkCompletions({ prompts, completions }: TaskSpec): Generator<SpecIssue> {
  if (completions.from === "recorded") return;
  if (prompts === undefined) {
    const message = `"from: ${completions.from}" needs "prompts": what the model is asked.`;
    yield { path: ["completions", "from"], message };
  }
  if (completions.from === "local") {
    if (completions.maxOutputTokens < completions.contextTokens) return;
    const message = `completions.maxOutputTokens (${completions.maxOutputTokens}) must be less than completions.contextTokens (${completions.contextTokens}), which hold the prompt too.`;
    yield { path: ["completions", "maxOutputTokens"], message };
    return;
  }
  if (completions.provider === "openai-compatible" && completions.baseUrl === undefined) {
    const message =
      '"provider: openai-compatible" needs completions.baseUrl, the address of the server, as in http://localhost:8000/v1.';
    yield { path: ["completions", "provider"], message };
  }
  if (completions.limits.spend !== undefined && completions.price === undefined) {
    const message =
      "completions.limits.spend needs completions.price: { input, output }, US dollars a million tokens.";
    yield { path: ["completions", "limits", "spend"], message };
  }
}

/** Why a pattern does not compile, or nothing. */
function findPatternFault(pattern: string): string | undefined {
  try {
    new RegExp(pattern, "u");
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function* checkVerify({ completions, curation: { verify } }: TaskSpec): Generator<SpecIssue> {
  if (verify === undefined) return;
  const { requests, output } = verify;
  if ((requests === undefined) !== (output === undefined)) {
    const [there, absent] = output === undefined ? ["requests", "output"] : ["output", "requests"];
    const message = `curation.verify.${there} needs curation.verify.${absent}: recorded answers are two files. Without both, the model of "completions" is asked.`;
    yield { path: ["curation", "verify", there], message };
  } else if (requests === undefined && completions.from === "recorded") {
    const message =
      'curation.verify asks the model of "completions", and "from: recorded" has none. Give curation.verify.requests and output, or another "from".';
    yield { path: ["curation", "verify"], message };
  }
}

function* checkCuration(spec: TaskSpec): Generator<SpecIssue> {
  const { labels, curation } = spec;
  const known = Object.keys(labels);
  for (const [label, patterns] of Object.entries(curation.forbidden)) {
    const message = describeUnknown("label", label, known);
    if (message !== undefined) yield { path: ["curation", "forbidden", label], message };
    for (const [index, pattern] of patterns.entries()) {
      const fault = findPatternFault(pattern);
      if (fault === undefined) continue;
      yield {
        path: ["curation", "forbidden", label, index],
        message: `This pattern is no regular expression with the flag u. ${fault}.`,
      };
    }
  }
  if (spec.kind !== "ner" && curation.disagreement !== undefined) {
    const message = `curation.disagreement looks at marked mentions; a task of kind ${spec.kind} has it not. Take the key out, or have the classes read again by a model with curation.verify.`;
    yield { path: ["curation", "disagreement"], message };
  }
  yield* checkVerify(spec);
  yield* checkUnique("references", ["curation", "references"], curation.references);
}

/** Names that exist or are unique, patterns that compile, keys that need another. */
export function* checkGeneration(spec: TaskSpec): Generator<SpecIssue> {
  yield* checkPrompts(spec);
  yield* checkCompletions(spec);
  yield* checkCuration(spec);
}
