/** @file Rejections -> a sentence that says what was rejected and why. */
import type { Rejection } from "../task/rejection.ts";
import { countBy, countRejections } from "./audit.ts";

/** "Disease 3, Chemical 1", or "none". */
export const renderCounts = (counts: Readonly<Partial<Record<string, number>>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ") || "none";

/** What was rejected, and the unknown tags, in a sentence each. */
export function describeRejections(rejections: readonly Rejection[]): string {
  const tags = countBy(rejections, ({ reason, tag }) => (reason === "unknown-tag" ? tag : undefined));
  const unknown = Object.keys(tags).length === 0 ? "" : ` Unknown tags: ${renderCounts(tags)}.`;
  return `Rejected: ${renderCounts(countRejections(rejections))}.${unknown}`;
}
