/** @file Lists of words, a function -> predictors of mentions and of relations for tests, without a model. */
import type { Predictor } from "../task/predictor.ts";
import type { MarkedPair, RelationPredictor } from "../task/relation-example.ts";

/** Finds the given words, letter by letter, with score 1; a word must not hold another. */
export function createWordPredictor(words: Readonly<Record<string, readonly string[]>>): Predictor {
  const labels = Object.keys(words);
  return {
    labels,
    predict: async (texts) =>
      texts.map((text) =>
        labels
          .flatMap((label) =>
            words[label]!.flatMap((word) =>
              findAll(text, word).map((span) => ({ ...span, label, score: 1 })),
            ),
          )
          .sort((a, b) => a.start - b.start),
      ),
  };
}

function findAll(text: string, word: string): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + word.length))
    spans.push({ start, end: start + word.length });
  return spans;
}

/** What a {@link createScoreRelationPredictor} was asked. */
export interface AskedPairs {
  /** The pairs of each call, as `text` with `[head]` and `{tail}` in it. */
  readonly calls: string[][];
}

/** Two classes, `yes` and `no`: yes from 0.5 up, by a function that gives the probability of yes. */
export function createScoreRelationPredictor(
  scoreOf: (pair: MarkedPair, head: string, tail: string) => number,
): RelationPredictor & AskedPairs {
  const calls: string[][] = [];
  return {
    classes: ["yes", "no"],
    calls,
    predict: async (pairs) => {
      calls.push(pairs.map(showPair));
      return pairs.map((pair) => {
        const { text, head, tail } = pair;
        const yes = scoreOf(pair, text.slice(head.start, head.end), text.slice(tail.start, tail.end));
        const relation = yes >= 0.5 ? "yes" : "no";
        return { relation, score: relation === "yes" ? yes : 1 - yes, probabilities: [yes, 1 - yes] };
      });
    },
  };
}

/** `[lithium] causes {gout}.` */
export function showPair({ text, head, tail }: MarkedPair): string {
  const marks = [
    { at: head.start, mark: "[" },
    { at: head.end, mark: "]" },
    { at: tail.start, mark: "{" },
    { at: tail.end, mark: "}" },
  ].sort((a, b) => b.at - a.at);
  return marks.reduce((shown, { at, mark }) => shown.slice(0, at) + mark + shown.slice(at), text);
}
