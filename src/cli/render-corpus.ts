/** @file The audit of a corpus and the record of its training -> lines that tell every count. */
import type { Audit } from "../dataset/audit.ts";
import type { RelationAudit } from "../dataset/build-relations.ts";
import type { TrainingRecord } from "../run-folder.ts";
import { renderCount, renderPlural } from "./render-table.ts";

/** One line, before training. */
export function renderCorpusLine(completions: number, audit: Audit): string {
  const { train, dev } = audit;
  return (
    `corpus: ${renderPlural(completions, "completion")} -> ${renderPlural(audit.examples, "example")} ` +
    `(${renderCount(train.examples)} to train on, ${renderCount(dev.examples)} held out), ` +
    `${renderPlural(countRejected(audit), "rejection")}`
  );
}

/** Several lines, at the end. */
export function renderCorpus(audit: Audit, training: TrainingRecord): string[] {
  const { train, dev, duplicates, repairs, rejections } = audit;
  const mentions = Object.keys(train.mentions).map(
    (label) => `${label} ${renderCount((train.mentions[label] ?? 0) + (dev.mentions[label] ?? 0))}`,
  );
  const left = duplicates.identical + duplicates.conflicting;
  return [
    `Corpus: ${renderPlural(audit.examples, "example")}, ${renderCount(train.examples)} to train on (${renderPlural(train.prompts, "prompt")}), ` +
      `${renderCount(dev.examples)} held out (${renderPlural(dev.prompts, "prompt")})`,
    `  mentions    ${mentions.join(", ")}; ${renderCount(train.withoutMention + dev.withoutMention)} examples hold none`,
    `  rejected    ${renderCount(countRejected(audit))}${list(rejections)}`,
    `  duplicates  ${renderCount(left)}${list({ "same marks": duplicates.identical, "other marks": duplicates.conflicting })}`,
    `  mended      ${renderCount(Object.values(repairs).reduce((sum, count) => sum + count, 0))}${list({ ...repairs })}`,
    `  in training ${renderPlural(training.widenedMentions, "mention")} widened to whole words, ` +
      `${renderCount(training.droppedMentions)} dropped, ${renderPlural(training.cutWords, "word")} cut`,
  ];
}

/** {@link renderCorpus} of pairs. */
export function renderRelationCorpus(audit: RelationAudit, training: TrainingRecord): string[] {
  const { train, dev, duplicates, repairs, rejections, distinct } = audit;
  const classes = Object.keys(train.classes).map(
    (name) => `${name} ${renderCount((train.classes[name] ?? 0) + (dev.classes[name] ?? 0))}`,
  );
  const { identical, contradictory } = duplicates;
  return [
    `Corpus: ${renderPlural(audit.examples, "pair")}, ${renderCount(train.examples)} to train on (${renderPlural(train.prompts, "prompt")}), ` +
      `${renderCount(dev.examples)} held out (${renderPlural(dev.prompts, "prompt")})`,
    `  classes     ${classes.join(", ")}; ${renderPlural(distinct.pairs, "pair")} of names`,
    `  rejected    ${renderCount(countRejected(audit))}${list(rejections)}`,
    `  duplicates  ${renderCount(identical + contradictory)}${list({ "same class": identical, "another class": contradictory })}`,
    `  mended      ${renderCount(Object.values(repairs).reduce((sum, count) => sum + count, 0))}${list({ ...repairs })}`,
    `  in training ${renderPlural(training.cutTexts ?? 0, "text")} cut about the pair`,
  ];
}

function countRejected({ rejections }: Pick<Audit, "rejections">): number {
  return Object.values(rejections).reduce((sum, count) => sum + count, 0);
}

/** ` (layout 3, chatter 1)`, without what did not occur. */
function list(counts: Readonly<Partial<Record<string, number>>>): string {
  const named = Object.entries(counts).filter(([, count]) => count! > 0);
  return named.length === 0
    ? ""
    : ` (${named.map(([name, count]) => `${name} ${renderCount(count!)}`).join(", ")})`;
}
