/** @file What somebody wants to find -> the text of a commented task file that `parseTaskSpec` reads. */
import { stringify } from "yaml";
import type { Provider } from "./completions-spec.ts";

/** Who is to answer the prompts of a new task. */
export type TemplateCompleter =
  | { readonly from: "recorded" }
  | { readonly from: "api"; readonly provider: Provider; readonly model: string; readonly baseUrl?: string }
  | { readonly from: "local"; readonly model: string };

/** What a new task file is made from. */
export interface TaskAnswers {
  /** Lower-case letters, digits, hyphens. */
  readonly name: string;
  /** What texts it is for, as in "discharge letters of a cardiology ward". */
  readonly domain: string;
  /** Label -> its definition; at least one. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the texts are about. May be empty. */
  readonly topics: readonly string[];
  readonly completer: TemplateCompleter;
}

/** The task that `init --yes` writes: it runs at once, from the recordings that come with the program. */
export const DEMO_ANSWERS: TaskAnswers = {
  name: "disease",
  domain: "PubMed abstracts on the genetics of human disease",
  labels: {
    Disease:
      "The shortest phrase that names a disease in full, with the modifiers that make it that disease (site, inheritance, type), without articles, gene names, or words such as patients, families, risk.",
  },
  topics: [
    "hereditary breast and ovarian cancer families",
    "X-linked muscular dystrophies",
    "metabolic storage diseases in newborns",
  ],
  completer: { from: "recorded" },
};

/** A YAML scalar on one line. */
const scalar = (text: string): string => stringify(text, { lineWidth: 0 }).trim();
/** The same where a line break of the text would break the line. */
const line = (text: string): string => scalar(text.replace(/\s+/g, " ").trim());

/** Where a block of the file is written as a comment, to be taken up by taking off the `#`. */
const commented = (block: string): string => block.replace(/^(?=.)/gm, "# ");

const COMPLETERS: {
  [K in TemplateCompleter["from"]]: (completer: Extract<TemplateCompleter, { from: K }>) => string;
} = {
  recorded: () => `completions:
  from: recorded                   # answers that are there already, in the files of the OpenAI Batch API
  requests: recorded/requests.jsonl
  output: recorded/output.jsonl
`,
  api: ({ provider, model, baseUrl }) => `completions:
  from: api
  provider: ${provider.padEnd(23)} # openai, openai-compatible (vLLM, Ollama, llama.cpp), azure, anthropic, google
  model: ${line(model)}
${baseUrl === undefined ? "" : `  baseUrl: ${line(baseUrl)}\n`}  # keyVariable: MY_KEY            # the variable that holds the key; default: the provider's own
  # price: { input: 0.4, output: 1.6 }      # US dollars a million tokens: plan then tells the cost
  limits:
    concurrency: 16                # requests in flight; fewer after a 429
    # spend: 5                     # US dollars: nothing is asked that could pass it; needs price
`,
  local: ({ model }) => `completions:
  from: local                      # needs: npm install node-llama-cpp
  model: ${line(model)}
`,
};

const OTHERS: { [K in TemplateCompleter["from"]]: TemplateCompleter } = {
  recorded: { from: "recorded" },
  api: { from: "api", provider: "openai", model: "gpt-5-mini" },
  local: { from: "local", model: "models/model.gguf" },
};

function renderCompleter<K extends TemplateCompleter["from"]>(
  completer: Extract<TemplateCompleter, { from: K }>,
): string {
  return COMPLETERS[completer.from as K](completer);
}

/** @example renderTaskTemplate(DEMO_ANSWERS) */
export function renderTaskTemplate({ name, domain, labels, topics, completer }: TaskAnswers): string {
  const others = Object.values(OTHERS)
    .filter(({ from }) => from !== completer.from && from !== "recorded")
    .map((other) => commented(renderCompleter(other)));
  const first = Object.keys(labels)[0]!;
  return `# What is to be found, who writes the synthetic text, how the encoder is trained.
# Every key: docs/task-spec.md. Next: textphantom plan, then preview, then run, each with this file.
name: ${line(name)}
kind: ner                          # find mentions and name their type
domain: ${line(domain)}

# A definition is read by the model that writes the texts: say what belongs to a mention and what does not.
labels:
${Object.entries(labels)
  .map(
    ([label, definition]) => `  ${label}:
    definition: ${line(definition)}
    rules: []                      # sentences: boundaries, what not to mark, abbreviations
    examples: []                   # - We saw <${first}>...</${first}> in two of nine.
`,
  )
  .join("")}
# What is asked of the model. \`textphantom plan\` shows the first prompt, and what all of them cost, without a call.
prompts:
  language: American English
  topics:${topics.length === 0 ? " []" : ""}
${topics.map((topic) => `    - ${line(topic)}\n`).join("")}  expandTopics: 0                  # the model is asked for topics first, until there are so many; 0: not
  sets:
    - name: sentences
      prompts: 96
      items: 25                    # sentences a prompt
      styles:
        - sentences as such texts begin with, plus a few titles or headings
        - sentences that report findings, with numbers and measurements
      empty: 0.16                  # share of sentences without a mention
      several: 0.4                 # share with two or more
      hardNegatives: []            # what looks like a mention and is none
    - name: documents              # whole documents: abbreviations, context, sentences without a mention as they come
      form: documents
      prompts: 48
      items: 3

# Who answers. Nothing but the prompts above goes out.
${renderCompleter(completer)}${others.join("")}
curation: {}                       # duplicates, checks, identifiers, contamination: see docs/task-spec.md

encoder:
  name: sentence-transformers/all-MiniLM-L6-v2

training:
  epochs: 5
  seed: 1

# Human annotation to score against: a model is worth what it does on text that it never saw.
gold: []
#  - name: my dev set
#    path: gold/dev.jsonl           # {"text": "...", "spans": [{"start": 0, "end": 4, "label": "${first}"}]} a line
#    private: true                  # never shown to a model that is not on this machine
`;
}
