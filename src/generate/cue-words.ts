/** @file A text and its marked pair -> whether a word of negation or of caution stands near: yes or no, and no word. */
import type { Span } from "../task/example.ts";

/** `unknown`: the text is not at hand, or in a language without a list. */
export const CUES = ["negation", "caution", "none", "unknown"] as const;
export type Cue = (typeof CUES)[number];

/** Words before and after the pair that are looked at, as the words between the marks are. */
const AROUND = 12;

// After Chapman et al. 2001 (NegEx) and the cues of BioScope (Vincze et al. 2008), the frequent ones of written abstracts.
const NEGATION =
  /\b(?:no|not|nor|neither|never|none|without|cannot|absent|absence|lack|lacks|lacked|lacking|unable|unrelated|unaffected|non-?significant|insignificant|fail(?:s|ed)?|failure|excluded?|excludes|excluding|ruled? out|rules out|instead of|rather than)\b|n['’]t\b/iu;
const CAUTION =
  /\b(?:may|might|could|can|suggest(?:s|ed|ing|ive)?|possibl[ey]|possibility|probabl[ey]|potential(?:ly)?|putative(?:ly)?|likely|likelihood|appears?|appeared|seems?|seemed|hypothes\w+|presum\w+|perhaps|whether|unclear|unknown|suspect(?:s|ed)?|candidates?|indicat(?:es?|ed|ing)|propos(?:es?|ed)|investigat(?:es?|ed|ing))\b/iu;

/** A negation wins over caution. English only. */
export function findCue(text: string, one: Span, other: Span): Cue {
  const [first, second] = one.start <= other.start ? [one, other] : [other, one];
  const before = text.slice(0, first.start).split(/\s+/u).slice(-AROUND).join(" ");
  const after = text.slice(second.end).split(/\s+/u).slice(0, AROUND).join(" ");
  const window = `${before} ${text.slice(first.end, second.start)} ${after}`;
  if (NEGATION.test(window)) return "negation";
  return CAUTION.test(window) ? "caution" : "none";
}
