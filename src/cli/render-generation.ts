/** @file Plans, progress, previews and curation -> lines for people; texts only where a preview asks for them. */
import type { RelationAudit } from "../dataset/build-relations.ts";
import type { CompletionCounts } from "../generate/complete-prompts.ts";
import type { CompletionProgress } from "../generate/completer.ts";
import type { Range } from "../generate/token-estimate.ts";
import type { RunEvent } from "../pipeline/run-events.ts";
import type { PreviewedAnswer, TaskPlan } from "../pipeline/task-verbs.ts";
import { renderMarkup } from "../task/markup.ts";
import { renderRelationLine } from "../task/relation-markup.ts";
import { renderCorpusLine } from "./render-corpus.ts";
import { renderCount, renderPlural, renderTable } from "./render-table.ts";

type Event<K extends RunEvent["kind"]> = Extract<RunEvent, { kind: K }>;

const renderDollars = (dollars: number): string => `$${dollars.toFixed(dollars < 1 ? 4 : 2)}`;

/** `3 failed, 2 retried, 16 in flight, 40,210 tokens, $0.0312`. */
export function renderCompletionProgress(progress: CompletionProgress): string {
  const { failed, retried, inFlight, inputTokens, outputTokens, cost, uncertainCost = 0 } = progress;
  const parts = [
    ...(failed > 0 ? [`${renderCount(failed)} failed`] : []),
    ...(retried > 0 ? [`${renderCount(retried)} retried`] : []),
    `${inFlight} in flight`,
    `${renderCount(inputTokens + outputTokens)} tokens`,
    ...(cost === undefined ? [] : [renderDollars(cost)]),
    ...(uncertainCost > 0 ? [`at most ${renderDollars(uncertainCost)} more for answers that were lost`] : []),
  ];
  return parts.join(", ");
}

/** One line at the end of the stage: every prompt is in one of the counts. */
export function renderGeneration({
  generation: { counts, topics, topicRejections },
}: Pick<Event<"generation-done">, "generation">): string {
  const parts = [
    `${renderPlural(counts.prompts, "prompt")}: ${renderCount(counts.answered)} answered`,
    ...(counts.stored > 0 ? [`${renderCount(counts.stored)} answered before`] : []),
    ...(counts.failed > 0 ? [`${renderCount(counts.failed)} failed (asked again by the next run)`] : []),
    ...(counts.stale > 0 ? [`${renderCount(counts.stale)} changed since they were answered`] : []),
    ...leftOver(counts),
    `${renderCount(counts.inputTokens + counts.outputTokens)} tokens`,
    ...(topics.length > 0 ? [renderPlural(topics.length, "topic")] : []),
    ...(topicRejections.length > 0 ? [`${renderCount(topicRejections.length)} topics rejected`] : []),
  ];
  return `generate: ${parts.join(", ")}`;
}

function leftOver({ prompts, answered, stored, failed, duplicates, stopped }: CompletionCounts): string[] {
  const left = prompts - answered - stored - failed - duplicates;
  const why = stopped === "spending-limit" ? "the next request could have passed limits.spend" : stopped;
  return [
    ...(duplicates > 0 ? [`${renderCount(duplicates)} twice`] : []),
    ...(left > 0 || stopped ? [`${renderCount(left)} not asked${why === undefined ? "" : `: ${why}`}`] : []),
  ];
}

/** What curation did: a line for the corpus, one for each step that dropped or doubts, one for each finding. */
export function renderCurationLines({
  completions,
  dataset,
  report,
  doubts,
  absentReferences,
}: Event<"curation">["curated"]): string[] {
  const { audit } = dataset;
  const corpus =
    "mentions" in audit.train
      ? renderCorpusLine(completions, audit as never)
      : renderRelationsLine(completions, audit as RelationAudit);
  const dropped = Object.entries(report.dropped).map(
    ([reason, count]) => `${reason} ${renderCount(count ?? 0)}`,
  );
  return [
    corpus,
    ...(dropped.length === 0
      ? []
      : [`curation: ${renderPlural(report.taken - report.kept, "example")} dropped (${dropped.join(", ")})`]),
    ...doubts.map(
      ({ step, action, doubts: found, changed, dropped: gone, agreement, unread = 0, learnt = [] }) =>
        `${step}: ${renderPlural(found.length, "doubt")}${agreement ? `, the two readings agree ${renderAgreement(agreement)}` : ""}` +
        `${unread > 0 ? `, ${renderCount(unread)} not read twice` : ""}; ${action === "keep" ? "kept as they are" : action === "drop" ? `${renderCount(gone.length)} dropped` : `${renderCount(changed.length)} relabelled`}` +
        `${learnt.length > 0 ? `; ${renderCount(learnt.length)} dropped as learnt from the others` : ""}`,
    ),
    ...report.findings
      .filter(({ severity }) => severity !== "info")
      .map(({ severity, message }) => `${severity}: ${message}`),
    ...absentReferences.map((name) => `reference ${name} is not there; nothing was compared with it`),
  ];
}

/** Of mentions, `at F1 0.979`; of classes, `on 97.9 % of the pairs (kappa 0.958)`. */
function renderAgreement({
  f1,
  kappa,
}: NonNullable<Event<"curation">["curated"]["doubts"][number]["agreement"]>): string {
  return kappa === undefined
    ? `at F1 ${f1.toFixed(3)}`
    : `on ${(100 * f1).toFixed(1)} % of the pairs (kappa ${kappa.toFixed(3)})`;
}

function renderRelationsLine(
  completions: number,
  { examples, train, dev, rejections }: RelationAudit,
): string {
  const classes = Object.keys(train.classes).map(
    (name) => `${name} ${renderCount((train.classes[name] ?? 0) + (dev.classes[name] ?? 0))}`,
  );
  const rejected = Object.values(rejections).reduce((sum, count) => sum + count, 0);
  return (
    `corpus: ${renderPlural(completions, "completion")} -> ${renderPlural(examples, "example")} ` +
    `(${renderCount(train.examples)} to train on, ${renderCount(dev.examples)} held out; ${classes.join(", ")}), ` +
    `${renderPlural(rejected, "rejection")}`
  );
}

const renderRange = ({ least, expected, most }: Range, render: (value: number) => string): string[] =>
  [least, expected, most].map((value) => render(value));

/** The table of a plan, then the first prompt in full. */
export function renderPlan(plan: TaskPlan): string {
  const {
    spec,
    prompts,
    promptsBySet,
    inputTokens,
    outputTokens,
    examples,
    cost,
    minutes,
    firstPrompt,
    terms,
  } = plan;
  const round = (value: number) => renderCount(Math.round(value));
  const price = spec.completions.from === "api" ? spec.completions.price : undefined;
  const lines = [
    `Task ${spec.name}: ${renderPlural(prompts, "prompt")} (${Object.entries(promptsBySet)
      .map(([set, count]) => `${set} ${renderCount(count)}`)
      .join(", ")}). No call was made.`,
    ...terms.map(
      ({ label, path, names, left }) =>
        `Names of ${label}: ${renderCount(names.length)} from ${path}${left.map(({ reason, count }) => `, ${renderCount(count)} left out: ${reason}`).join("")}`,
    ),
    "",
    ...renderTable([
      ["estimate", "least", "expected", "most"],
      ["input tokens", ...renderRange(inputTokens, round)],
      ["output tokens", ...renderRange(outputTokens, round)],
      ["examples, if none is rejected", ...renderRange(examples, round)],
      ...(cost === undefined ? [] : [["cost", ...renderRange(cost, renderDollars)]]),
    ]),
    ...(price === undefined
      ? spec.completions.from === "api"
        ? ["No price is known: set completions.price (US dollars a million tokens) to see the cost."]
        : []
      : [`At $${price.input} and $${price.output} a million tokens, one try a prompt.`]),
    ...(minutes === undefined ? [] : [`The caps a minute allow it in ${Math.ceil(minutes)} min at least.`]),
  ];
  const first =
    firstPrompt === undefined
      ? []
      : [
          "",
          `The first prompt, ${firstPrompt.id}:`,
          ...firstPrompt.messages.flatMap(({ role, content }) => ["", `[${role}]`, content]),
        ];
  return `${[...lines, ...first].join("\n")}\n`;
}

/** Answers as they were read: synthetic text, which may be shown. */
export function renderPreview(answers: readonly PreviewedAnswer[]): string {
  const blocks = answers.map(({ completion, examples, rejections }) => {
    const id = completion?.promptId ?? rejections[0]?.prompt ?? "";
    return [
      `${id}: ${renderPlural(examples.length, "example")}, ${renderPlural(rejections.length, "rejection")}`,
      ...examples.map((example) =>
        "relation" in example
          ? `  ${renderRelationLine(example)}`
          : `  ${renderMarkup(example.text, example.mentions)}`,
      ),
      ...rejections.map(
        ({ reason, line, raw }) =>
          `  rejected, ${reason}${line === undefined ? "" : ` (line ${line})`}: ${raw}`,
      ),
    ].join("\n");
  });
  return `${blocks.join("\n\n")}\n`;
}
