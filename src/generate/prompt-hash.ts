/** @file A prompt and a model -> a short name of what is asked of whom. */
import { createHash } from "node:crypto";
import type { Prompt } from "./completer.ts";

/** 16 hex digits of the SHA-256 of messages and model: the id and what was drawn for it do not count. */
export function hashPrompt({ messages }: Prompt, model = ""): string {
  const asked = JSON.stringify([model, ...messages.map(({ role, content }) => [role, content])]);
  // Not a slice of the whole digest in hex: it would keep all of that in memory.
  return createHash("sha256").update(asked).digest().toString("hex", 0, 8);
}
