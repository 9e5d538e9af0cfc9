/** @file The scores of a language model asked directly -> tables, what it has to be read against beside them. */
import type { ZeroShotRecord, ZeroShotSet } from "../run-folder.ts";
import { renderRelationScores } from "./render-relation-scores.ts";
import { renderScores, renderSkipped } from "./render-scores.ts";
import { renderCount, renderPlural } from "./render-table.ts";

export function renderZeroShot({ task, completions, isLocal, limit, sets, absent }: ZeroShotRecord): string {
  const who = [completions.provider, completions.model].filter((part) => part !== undefined).join(" ");
  const lines = [
    `Zero-shot ${task}: ${who || completions.from}${isLocal ? ", on this machine" : ""}${limit === undefined ? "" : `, the first ${renderPlural(limit, "text")} of each set`}`,
    ...sets.flatMap((set) => ["", ...renderSet(set), ...renderCounts(set), ...renderSkipped(set.skipped)]),
    ...absent.map(({ name, path }) => `note: ${name} is not there (${path})`),
  ];
  return `${lines.join("\n")}\n`;
}

function renderSet(set: ZeroShotSet): string[] {
  if (set.kind === "ner") return renderScores(set.name, set.evaluation);
  return renderRelationScores(set.name, set.evaluation);
}

/** What the model did with the texts: nothing is passed over in silence. */
function renderCounts({ counts }: ZeroShotSet): string[] {
  const told = Object.entries(counts).filter(([, value]) => typeof value === "number" && value > 0);
  return [`  answers: ${told.map(([name, value]) => `${name} ${renderCount(value as number)}`).join(", ")}`];
}
