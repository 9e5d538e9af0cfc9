/** @file A line of a completion -> the sentence in it, without numbering and wrapping; and whether it is one at all. */
import type { Completion } from "./completer.ts";

/** Finish reasons after which the last line is half a line. */
const CUT_OFF = ["length", "max_tokens", "content_filter"];

/** The lines of an answer, and the index of the one that was cut off: -1 where none was. */
export function splitAnswer({ text, finishReason = "" }: Pick<Completion, "text" | "finishReason">) {
  const rows = text.split(/\r\n|\n|\r/);
  return { rows, cut: CUT_OFF.includes(finishReason) ? rows.length - 1 : -1 };
}

const NUMBERING = [
  /^(?:\(\d{1,3}\)|\d{1,3}[.)]|[-*•–])\s+/, // "1. ", "1) ", "(1) ", "- "
  /^\*\*\d{1,3}[.)]\*\*\s+/, // "**1.** "
  /^(?:abstract|sentence|example|title)(?:\s+\d{1,3})?:\s+/i, // "Sentence 3: "
];
const WRAPPINGS = [
  ["**", "**"],
  ['"', '"'],
  ["“", "”"],
  ["`", "`"],
] as const;

/** Takes numbering and whole-line quotes, bold or back ticks away. "1.5 mg ..." and `"A" and "B"` stay as they are. */
export function unwrapLine(line: string): string {
  let text = line.trim();
  // Twice: `1. "..."` and `**1. ...**` are both met.
  for (let round = 0; round < 2; round++) {
    for (const pattern of NUMBERING) text = text.replace(pattern, "");
    for (const [open, close] of WRAPPINGS) {
      const inner = text.slice(open.length, -close.length);
      if (text !== `${open}${inner}${close}` || inner.includes(open) || inner.includes(close)) continue;
      text = inner.trim();
    }
  }
  return text;
}

/** Whether a line opens or closes a code fence. */
export const isFence = (line: string): boolean => /^\s*(```|~~~)/.test(line);

/** Headings, rulers, bare numbers: lines that give the answer its shape. */
export function isLayout(line: string): boolean {
  if (/^\s*#{1,6}\s/.test(line)) return true;
  const text = unwrapLine(line).replace(/^\*\*(.*)\*\*$/, "$1");
  if (!/\p{L}/u.test(text)) return true;
  return /^(?:abstract|sentence|example|title|passage|text|set|part|batch|answer|output|response)s?(?:\s+(?:no\.?\s*)?\d+)?\s*[:.]?$/i.test(
    text,
  );
}

const REFUSALS = [
  /^(?:i'm|i’m|i am) (?:sorry|unable|not able)\b|^sorry,|^i apologi[sz]e\b|^as an ai\b/i,
  /^i (?:can't|can’t|cannot|won't|won’t) (?:help|assist|comply|provide|generate|create|fulfil|write)/i,
];

const WHAT = "(?:sentences?|examples?|abstracts?|annotations?|answers?)";
const CHATTER = [
  // "Here are 25 sentences", "Below are the abstracts". "Here we describe three families" is text.
  new RegExp(
    `^(?:here(?: is| are|'s|’s)|below (?:is|are)|above (?:is|are)|these are|the following (?:is|are)) .*\\b${WHAT}\\b`,
    "i",
  ),
  // "These sentences cover ...", "All 25 sentences follow ...". "All abstracts were screened" is text.
  new RegExp(`^(?:these|(?:all|the|each)(?: of the)? (?:\\d+|above)) ${WHAT}\\b`, "i"),
  /^(?:sure|certainly|of course|absolutely|okay|ok|got it|understood|great|no problem)\s*[,.!:—–-]/i,
  /\b(?:let me know|feel free to|i hope (?:this|these|it)|hope (?:this|these) help|happy to (?:help|provide|adjust)|would you like|if you(?:'d|’d| would)? (?:need|want|like|prefer))/i,
  /\b(?:you (?:asked|requested|specified|provided)|your (?:request|instructions?|guidelines|rules|requirements|specifications?))\b/i,
  /^as requested\b|\bas requested[.!]?$/i,
  /^(?:please )?note(?: that)?\s*:|^please note\b|^(?:disclaimer|explanation)\s*:/i,
  // "I have marked all mentions"; "We annotated 20 mentions" is text.
  new RegExp(
    `^i(?:'ve|’ve|'ll|’ll| have| will)? (?:mark|tag|label|annotat|writ|wrot|generat|follow|avoid|includ|ensur|kept|made|mad)\\w*\\b.*\\b(?:mentions?|tags?|rules?|guidelines|entities|${WHAT})\\b`,
    "i",
  ),
];

/**
 * Whether the text of a line (tags taken out) speaks to the reader. The rules are few and name what chat models say,
 * so that a sentence without a mention stays a good example: a line that ends in a colon, one of the phrases above,
 * or, where nothing is marked, under 4 words and 24 characters ("Done.", "End of list").
 */
export function findChatter(text: string, marked: boolean): "chatter" | "refusal" | undefined {
  if (REFUSALS.some((rule) => rule.test(text))) return "refusal";
  if (/[:：]$/.test(text) || CHATTER.some((rule) => rule.test(text))) return "chatter";
  return !marked && text.length < 24 && text.split(/\s+/).length < 4 ? "chatter" : undefined;
}
