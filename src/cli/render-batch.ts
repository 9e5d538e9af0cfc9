/** @file What the Batch verbs did -> lines for people: every request is in a count. */
import type { ExportCounts } from "../generate/batch-files.ts";
import type { ImportedBatches } from "../pipeline/batch.ts";
import type { BatchRecord } from "../pipeline/batch-record.ts";
import { renderCount, renderPlural } from "./render-table.ts";

/** `3 duplicates, 2 failed`, without what did not occur. */
const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${renderCount(count)}`)
    .join(", ") || "nothing";

export function renderBatchRecords(records: readonly BatchRecord[]): string {
  if (records.length === 0) return "No batch is recorded.\n";
  return records
    .map(({ number, state, requests, completed, failed, id, fetched, imported, errors = [] }) => {
      const facts = [
        renderPlural(requests, "request"),
        ...(completed === undefined ? [] : [`${renderCount(completed)} finished`]),
        ...(failed ? [`${renderCount(failed)} failed`] : []),
        ...(errors.length > 0 ? [`refused: ${errors.join(", ")}`] : []),
        imported ? "imported" : fetched ? "fetched" : undefined,
      ].filter((fact) => fact !== undefined);
      return `batch ${number} (${id ?? "not sent"}): ${state}, ${facts.join(", ")}\n`;
    })
    .join("");
}

export function renderExported({
  counts,
  files,
}: {
  readonly counts: ExportCounts;
  readonly files: readonly BatchRecord[];
}): string {
  const { prompts, duplicates, stored, waiting, written, failed, stale } = counts;
  const told = list({
    written,
    "answered before": stored,
    "in a batch under way": waiting,
    twice: duplicates,
  });
  const again =
    failed + stale > 0 ? ` (of those written: ${list({ "failed before": failed, changed: stale })})` : "";
  return `${renderPlural(prompts, "prompt")}: ${told}${again}\n${files.map(({ file, requests }) => `  ${file}: ${renderPlural(requests, "request")}\n`).join("")}`;
}

export function renderSubmitted({
  submitted,
  found,
}: {
  readonly submitted: readonly BatchRecord[];
  readonly found: number;
}): string {
  const again =
    found > 0
      ? `${renderPlural(found, "batch")} found at the service from an earlier try, not sent again\n`
      : "";
  return `${again}${renderBatchRecords(submitted)}`;
}

export function renderFetched({
  fetched,
  unfinished,
}: {
  readonly fetched: readonly BatchRecord[];
  readonly unfinished: readonly BatchRecord[];
}): string {
  const waiting = unfinished.length > 0 ? `${renderCount(unfinished.length)} not finished yet\n` : "";
  return `${renderBatchRecords(fetched)}${waiting}`;
}

export function renderImported({ counts, missing }: ImportedBatches): string {
  const { batches, inputTokens, outputTokens, ...results } = counts;
  return (
    `${renderCount(batches)} read: ${list(results)}; ${renderCount(inputTokens + outputTokens)} tokens\n` +
    `${renderPlural(missing.length, "prompt")} without an answer\n`
  );
}
