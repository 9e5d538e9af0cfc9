/** @file A person at a terminal -> what a new task file is made from. */
import type { Readable, Writable } from "node:stream";
import { intro, select, text } from "@clack/prompts";
import { PROVIDERS, type Provider } from "../task/completions-spec.ts";
import { DEMO_ANSWERS, type TaskAnswers, type TemplateCompleter } from "../task/task-template.ts";
import { InterruptedError } from "../util/errors.ts";

/** Models that are named where nothing else is typed; any other may be. */
const MODELS: { readonly [K in Provider]: string } = {
  openai: "gpt-5-mini",
  "openai-compatible": "qwen3",
  azure: "my-deployment",
  anthropic: "claude-haiku-4-5",
  google: "gemini-2.5-flash",
};

/** Where a person reads and types. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/** @throws InterruptedError when the person leaves with Ctrl-C: nothing was written */
async function askForTask(at: Terminal): Promise<TaskAnswers> {
  intro("A new task. Everything can be changed in the file afterwards.", at);
  const name = await ask(
    text({
      ...at,
      message: "A short name for it (lower-case letters, digits, hyphens)",
      initialValue: "findings",
      validate: (value = "") =>
        /^[a-z0-9][a-z0-9-]{0,63}$/.test(value) ? undefined : "Lower-case letters, digits and hyphens.",
    }),
  );
  const domain = await ask(
    text({
      ...at,
      message: "What texts is it for?",
      placeholder: "discharge letters of a cardiology ward",
      validate: (value = "") =>
        value.trim() === "" ? "A few words: the model writes such texts." : undefined,
    }),
  );
  const labels: Record<string, string> = {};
  for (;;) {
    const isFirst = Object.keys(labels).length === 0;
    const label = await ask(
      text({
        ...at,
        message: isFirst ? "A label: what is to be found?" : "Another label (empty: no more)",
        placeholder: isFirst ? "Finding" : "",
        validate: (value = "") => {
          if (value === "" && !isFirst) return undefined;
          if (Object.keys(labels).some((known) => known.toLowerCase() === value.toLowerCase()))
            return "There is such a label already.";
          return /^[A-Za-z][A-Za-z0-9_-]*$/.test(value)
            ? undefined
            : "Letters, digits, - and _; it begins with a letter, since it is written as a tag.";
        },
      }),
    );
    if (!label) break;
    labels[label] = await ask(
      text({
        ...at,
        message: `What is a mention of ${label}? One or two sentences, also what does not belong to it`,
        validate: (value = "") => (value.trim() === "" ? "The model needs a definition." : undefined),
      }),
    );
  }
  const topics = await ask(
    text({ ...at, message: "Topics the texts are about, with commas (may be empty)", defaultValue: "" }),
  );
  return {
    name,
    domain,
    labels,
    topics: (topics ?? "")
      .split(",")
      .map((topic) => topic.trim())
      .filter((topic) => topic !== ""),
    completer: await askForCompleter(at),
  };
}

/** Whether the demo is wanted. @throws InterruptedError when the person leaves with Ctrl-C: nothing was written */
export async function askForTaskOrDemo(at: Terminal): Promise<TaskAnswers> {
  const kind = await ask<"own" | "demo">(
    select({
      ...at,
      message: "What shall the task be?",
      options: [
        { value: "own", label: "my own: labels, texts, a model that writes them" },
        { value: "demo", label: "the demo: diseases in abstracts, from recorded answers, no key needed" },
      ],
    }),
  );
  return kind === "demo" ? DEMO_ANSWERS : askForTask(at);
}

async function askForCompleter(at: Terminal): Promise<TemplateCompleter> {
  const who = await ask<Provider | "local">(
    select<Provider | "local">({
      ...at,
      message: "Which model writes the texts? It is shown the task, never a document",
      options: [
        ...PROVIDERS.map((provider) => ({ value: provider, label: provider })),
        { value: "local" as const, label: "a GGUF file on this machine (node-llama-cpp)" },
      ],
    }),
  );
  if (who === "local") {
    const model = await ask(text({ ...at, message: "The GGUF file", initialValue: "models/model.gguf" }));
    return { from: "local", model };
  }
  const model = await ask(text({ ...at, message: "The model's name there", initialValue: MODELS[who] }));
  if (who !== "openai-compatible") return { from: "api", provider: who, model };
  const baseUrl = await ask(
    text({
      ...at,
      message: "Where it listens",
      initialValue: "http://localhost:8000/v1",
      validate: (value = "") =>
        URL.canParse(value) ? undefined : "An address, as http://localhost:8000/v1.",
    }),
  );
  return { from: "api", provider: who, model, baseUrl };
}

/** A prompt's answer; a symbol stands for Ctrl-C. */
async function ask<T extends string>(question: Promise<T | symbol>): Promise<T> {
  const answer = await question;
  if (typeof answer !== "symbol") return answer;
  throw new InterruptedError("interrupted", "Stopped: nothing was written.");
}
