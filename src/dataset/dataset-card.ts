/** @file The report of a curation and where the corpus comes from -> a dataset card in Markdown, as the Hugging Face hub shows it. */
import { stringify } from "yaml";
import { CURATION_FAULTS, type CurationFault } from "../task/rejection.ts";
import type { TaskSpec } from "../task/spec.ts";
import type { Dataset } from "./build-dataset.ts";
import { renderStatement } from "./contamination.ts";
import type { CurationReport } from "./curation-report.ts";
import { IDENTIFIER_CLASSES } from "./identifier-classes.ts";
import { IDENTIFIER_RULES } from "./identifier-patterns.ts";

/** What the card says beside the report. */
export interface DatasetCardInput {
  readonly spec: Pick<TaskSpec, "name" | "kind" | "domain" | "labels" | "relation">;
  readonly report: CurationReport;
  /** Examples on the two sides of the split. */
  readonly split: { readonly train: number; readonly dev: number };
  /** Rejections of the reader of the completions, by reason. */
  readonly rejections?: Dataset["audit"]["rejections"];
  readonly provenance: {
    /** The language model, as its provider names it. */
    readonly model: string;
    readonly prompts: number;
    /** `2026-11-24`. Absent: not told. */
    readonly date?: string;
    /** Version of textphantom. */
    readonly version?: string;
  };
  /** BCP 47. Default `en`. */
  readonly language?: string;
  /** Identifier of the hub. Default `other`: the terms of the model's provider decide. */
  readonly license?: string;
}

type Cell = string | number;

const escapeCell = (cell: Cell) =>
  `${cell}`.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replace(/\s+/g, " ");

function renderTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** The hub's classes of size. */
function sizeCategory(count: number): string {
  const steps = [
    [1e3, "n<1K"],
    [1e4, "1K<n<10K"],
    [1e5, "10K<n<100K"],
    [1e6, "100K<n<1M"],
  ] as const;
  return steps.find(([limit]) => count < limit)?.[1] ?? "1M<n<10M";
}

function renderFrontMatter({ spec, report, language = "en", license = "other" }: DatasetCardInput): string {
  const task = spec.kind === "ner" ? "token-classification" : "text-classification";
  const ids = spec.kind === "ner" ? ["named-entity-recognition"] : [];
  const facts = {
    language: [language],
    license,
    pretty_name: spec.name,
    size_categories: [sizeCategory(report.kept)],
    task_categories: [task],
    ...(ids.length === 0 ? {} : { task_ids: ids }),
    annotations_creators: ["machine-generated"],
    language_creators: ["machine-generated"],
    source_datasets: ["original"],
    tags: ["synthetic", "textphantom"],
  };
  return `---\n${stringify(facts)}---`;
}

function renderLabels({ spec }: DatasetCardInput): string {
  const labels = renderTable(
    ["label", "definition"],
    Object.entries(spec.labels).map(([name, { definition }]) => [name, definition]),
  );
  if (spec.relation === undefined) return labels;
  const { head, tail, classes, negative } = spec.relation;
  const rows = Object.entries(classes).map(([name, { definition }]) => [
    name === negative ? `${name} (not related)` : name,
    definition,
  ]);
  return `${labels}\n\nRelations from ${head} to ${tail}:\n\n${renderTable(["class", "definition"], rows)}`;
}

function renderSource({ provenance, rejections = {} }: DatasetCardInput): string {
  const { model, prompts, date, version } = provenance;
  const when = date === undefined ? "" : ` on ${date}`;
  const tool = version === undefined ? "textphantom" : `textphantom ${version}`;
  const rows = Object.entries(rejections).map(([reason, count]) => [reason, count ?? 0]);
  const rejected =
    rows.length === 0
      ? "No line of an answer was rejected by the reader."
      : `Lines and answers that the reader rejected:\n\n${renderTable(["reason", "count"], rows)}`;
  return (
    `Texts and marks were written by the language model ${model}${when}, in answer to ${prompts} prompts that ` +
    `${tool} made from a task file; marks that curation added are counted below.\n\n${rejected}`
  );
}

function renderSteps({ report }: DatasetCardInput): string {
  const steps = report.steps.map(({ step, isOn, taken, dropped, added }) => [
    step,
    isOn ? "on" : "off",
    taken,
    dropped,
    added === undefined ? "" : `${added} mentions added`,
  ]);
  const reasons = Object.entries(report.dropped).map(([reason, count]) => [
    reason,
    count ?? 0,
    CURATION_FAULTS[reason as CurationFault],
  ]);
  const why = reasons.length === 0 ? "" : `\n\n${renderTable(["reason", "dropped", "meaning"], reasons)}`;
  return `${renderTable(["step", "", "examples in", "dropped", ""], steps)}\n\n${report.taken} examples came in, ${report.kept} are kept.${why}`;
}

function renderDiversity({ report: { diversity } }: DatasetCardInput): string {
  const rows = diversity.corpora.map((corpus) => [
    corpus.name,
    corpus.texts,
    corpus.words,
    `${corpus.length.mean.toFixed(1)} ± ${corpus.length.deviation.toFixed(1)}`,
    ...corpus.distinct.map((share) => share.toFixed(3)),
    corpus.heapsExponent?.toFixed(3) ?? "",
    corpus.nearest.toFixed(3),
    corpus.nearestCosine?.toFixed(3) ?? "",
    corpus.mentions === undefined ? "" : `${corpus.mentions.distinct} / ${corpus.mentions.total}`,
  ]);
  const head = [
    "corpus",
    "texts",
    "words",
    "words a text",
    "distinct-1",
    "distinct-2",
    "distinct-3",
    "Heaps",
    "nearest",
    "nearest cosine",
    "different names",
  ];
  return (
    `${renderTable(head, rows)}\n\ndistinct-n on samples of ${diversity.sampleWords} words, nearest on samples of ` +
    `${diversity.sampleTexts} texts: the same for all rows. Nearest: mean Jaccard similarity (word 3-grams) to the most similar other text.`
  );
}

function renderContamination({ report: { contamination } }: DatasetCardInput): string {
  if (contamination.length === 0)
    return "The corpus was compared with no reference: nothing is said of what it contains of test sets or local notes.";
  return contamination.map(({ statement }) => `- ${renderStatement(statement)}`).join("\n");
}

function renderIdentifiers({ report }: DatasetCardInput): string {
  const rows = IDENTIFIER_CLASSES.map((name) => {
    const { paragraph, lookedFor, notLookedFor } = IDENTIFIER_RULES[name];
    return [`(${paragraph}) ${name}`, report.identifiers.counts[name], lookedFor, notLookedFor];
  });
  const isDropping = report.steps.some(({ step, isOn }) => step === "identifiers" && isOn);
  const done = isDropping
    ? "The examples that hold one were dropped."
    : "The examples that hold one were kept.";
  return (
    `What looks like one of the 18 identifiers of HIPAA Safe Harbor (45 CFR 164.514(b)(2)). ${done} ` +
    `A scan for forms finds no name without a title: a count of 0 is no proof.\n\n` +
    renderTable(["identifier", "found", "looked for", "not looked for"], rows)
  );
}

function renderFindings({ report: { findings } }: DatasetCardInput): string {
  return renderTable(
    ["severity", "check", "finding"],
    findings.map(({ severity, check, message }) => [severity, check, message]),
  );
}

/** @returns the text of `README.md` of the dataset's folder. It holds no text of the corpus nor of a reference. */
export function renderDatasetCard(input: DatasetCardInput): string {
  const { spec, report, split } = input;
  const kind = spec.kind === "ner" ? "Named entity recognition" : "Relation extraction";
  const limits = [
    "Synthetic: written by a language model, with its errors and its view of the domain. Scores on held-out synthetic text say little about real text.",
    "Marks were made by the model that wrote the text; nobody has checked them unless it says so above.",
    "Shared n-grams and similar sentences are counted against the references above alone.",
    "Not for decisions about patients without validation on annotated local text.",
  ];
  const sections: readonly (readonly [string, string])[] = [
    ["Labels", renderLabels(input)],
    ["Where it comes from", renderSource(input)],
    ["Curation", renderSteps(input)],
    ["Checks", renderFindings(input)],
    ["Diversity", renderDiversity(input)],
    ["What it shares with other texts", renderContamination(input)],
    ["Personal identifiers", renderIdentifiers(input)],
    ["Known limits", limits.map((limit) => `- ${limit}`).join("\n")],
  ];
  const body = sections.map(([title, text]) => `## ${title}\n\n${text}`).join("\n\n");
  return (
    `${renderFrontMatter(input)}\n\n# ${spec.name}\n\n${kind}: ${spec.domain}. ${report.kept} examples, ` +
    `${split.train} to train on, ${split.dev} held out.\n\n${body}\n`
  );
}
