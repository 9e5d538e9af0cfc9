/** @file Lists of mentions as they come -> checked sets in reading order, and what was set aside on the way. */
import type { Mention } from "../task/example.ts";
import { InputError } from "../util/errors.ts";

/** One text's mentions: only `start`, `end` and `label`, in reading order, none twice. */
export interface MentionSet {
  readonly mentions: readonly Mention[];
  /** Mentions that say the same as another. */
  readonly duplicates: number;
  /** Labels of the mentions that were set aside because theirs is not asked for. */
  readonly outside: readonly string[];
}

/**
 * @param source who gives the mentions, for the message, e.g. `Gold example "x"`
 * @throws InputError for a span that is empty, reversed, not whole, or beyond the text.
 */
export function toMentionSet(
  mentions: readonly Mention[],
  textLength: number,
  labels: ReadonlySet<string>,
  source: string,
): MentionSet {
  const kept: Mention[] = [];
  const outside: string[] = [];
  for (const [index, { start, end, label }] of mentions.entries()) {
    const isWhole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
    if (!(isWhole && 0 <= start && start < end && end <= textLength)) {
      throw new InputError(
        "mention-invalid",
        `${source}, mentions[${index}]: [${start}, ${end}) is not a span of a text of ${textLength} UTF-16 units.`,
      );
    }
    if (labels.has(label)) kept.push({ start, end, label });
    else outside.push(label);
  }
  kept.sort(compareMentions);
  const distinct = kept.filter((mention, i) => i === 0 || compareMentions(kept[i - 1]!, mention) !== 0);
  return { mentions: distinct, duplicates: kept.length - distinct.length, outside };
}

/** Reading order: by start, then end, then label (by code unit). */
function compareMentions(a: Mention, b: Mention): number {
  return a.start - b.start || a.end - b.end || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0);
}

/** Members of both sets, of `gold` alone and of `predicted` alone. */
export function splitByMatch(
  gold: readonly Mention[],
  predicted: readonly Mention[],
): { matched: Mention[]; missed: Mention[]; spurious: Mention[] } {
  const matched: Mention[] = [];
  const missed: Mention[] = [];
  const spurious: Mention[] = [];
  let i = 0;
  let j = 0;
  while (i < gold.length || j < predicted.length) {
    const order =
      i >= gold.length ? 1 : j >= predicted.length ? -1 : compareMentions(gold[i]!, predicted[j]!);
    if (order === 0) matched.push(gold[i]!);
    else if (order < 0) missed.push(gold[i]!);
    else spurious.push(predicted[j]!);
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return { matched, missed, spurious };
}

/** How many mentions no flat prediction can hold: all but the most that do not overlap (earliest end first). */
export function countInexpressible(mentions: readonly Mention[]): number {
  let kept = 0;
  let last = 0;
  for (const { start, end } of [...mentions].sort((a, b) => a.end - b.end)) {
    if (start < last) continue;
    kept++;
    last = end;
  }
  return mentions.length - kept;
}
