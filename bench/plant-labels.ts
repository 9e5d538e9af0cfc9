/** @file A corpus, a share and a seed -> the same corpus with one wrong label in so many examples, and which they are. */
import type { Example, Mention } from "../src/task/example.ts";
import type { DoubtKind } from "../src/task/label-doubt.ts";
import { splitWords } from "../src/tokenize/words.ts";
import { createRandom, type Random, shuffle } from "../src/util/random.ts";

/** A corpus with known faults. */
export interface PlantedCorpus {
  readonly examples: readonly Example[];
  /** What was done, by example. */
  readonly planted: ReadonlyMap<string, DoubtKind>;
}

/** Words that no annotator, human or not, would mark. */
const FUNCTION_WORDS = new Set(
  `about above after also although among another because been before being between both could does during each either
  from further have having here into less more most neither only other others over same should since some such than that
  their them then there these they this those through thus under until upon very were what when where whether which while
  whose will with within without would`.split(/\s+/),
);

/**
 * The kinds that language models make (NoiseBench, Merdjanovska et al. 2024), in equal parts: a mention unmarked
 * (`missed`), one or two content words marked that are none (`added`), one border off by a word (`boundary`), another
 * label (`type`, where there are two). Which examples, which mention and which words is drawn.
 */
export function plantWrongLabels(
  examples: readonly Example[],
  {
    share,
    seed,
    labels,
  }: { readonly share: number; readonly seed: number; readonly labels: readonly string[] },
): PlantedCorpus {
  const random = createRandom(seed, "plant");
  const kinds: DoubtKind[] = [
    "missed",
    "added",
    "boundary",
    ...(labels.length > 1 ? (["type"] as const) : []),
  ];
  const wanted = Math.round(share * examples.length);
  const changed = new Map<string, Example>();
  const planted = new Map<string, DoubtKind>();
  // an order of its own for each kind: those that allow one kind only must not pile up for it
  const queues = kinds.map((kind) => ({ kind, queue: shuffle(examples, random) }));
  for (let turn = 0; planted.size < wanted && queues.some(({ queue }) => queue.length > 0); turn++) {
    const { kind, queue } = queues[turn % queues.length]!;
    for (let example = queue.pop(); example !== undefined; example = queue.pop()) {
      const mentions = planted.has(example.id) ? undefined : WAYS[kind](example, random, labels);
      if (mentions === undefined) continue;
      changed.set(example.id, { ...example, mentions: [...mentions].sort((a, b) => a.start - b.start) });
      planted.set(example.id, kind);
      break;
    }
  }
  return { examples: examples.map((example) => changed.get(example.id) ?? example), planted };
}

type Way = (example: Example, random: Random, labels: readonly string[]) => readonly Mention[] | undefined;

const pick = <T>(items: readonly T[], random: Random): T | undefined => items[random.nextInt(items.length)];

const WAYS: { readonly [K in DoubtKind]: Way } = {
  missed({ mentions }, random) {
    const taken = pick(mentions, random);
    return taken && mentions.filter((mention) => mention !== taken);
  },
  added({ text, mentions }, random, labels) {
    const words = splitWords(text);
    const isFree = (index: number) => {
      const word = words[index];
      if (word === undefined) return false;
      const name = text.slice(word.start, word.end);
      const isContent = /^\p{L}{4,}$/u.test(name) && !FUNCTION_WORDS.has(name.toLowerCase());
      return isContent && mentions.every(({ start, end }) => word.end < start - 1 || word.start > end + 1);
    };
    const first = pick([...words.keys()].filter(isFree), random);
    if (first === undefined) return undefined;
    const isTwo = random.next() < 0.5 && isFree(first + 1);
    const [start, end] = [words[first]!.start, words[first + (isTwo ? 1 : 0)]!.end];
    return [...mentions, { start, end, label: pick(labels, random)! }];
  },
  boundary({ text, mentions }, random) {
    const words = splitWords(text);
    const options = mentions.flatMap((mention) => {
      const first = words.findIndex(({ end }) => end > mention.start);
      const last = words.findLastIndex(({ start }) => start < mention.end);
      const isWord = (index: number) => {
        const word = words[index];
        if (word === undefined || !/^\p{L}+$/u.test(text.slice(word.start, word.end))) return false;
        return mentions.every((other) => word.end <= other.start || word.start >= other.end);
      };
      const to = (from: number, until: number) => ({
        mention,
        moved: { ...mention, start: words[from]!.start, end: words[until]!.end },
      });
      return [
        ...(last > first ? [to(first + 1, last), to(first, last - 1)] : []),
        ...(isWord(first - 1) ? [to(first - 1, last)] : []),
        ...(isWord(last + 1) ? [to(first, last + 1)] : []),
      ].filter(({ moved }) => /[\p{L}\p{N}]/u.test(text.slice(moved.start, moved.end)));
    });
    const chosen = pick(options, random);
    return chosen && mentions.map((mention) => (mention === chosen.mention ? chosen.moved : mention));
  },
  type({ mentions }, random, labels) {
    const taken = pick(mentions, random);
    const label = pick(
      labels.filter((name) => name !== taken?.label),
      random,
    );
    if (taken === undefined || label === undefined) return undefined;
    return mentions.map((mention) => (mention === taken ? { ...mention, label } : mention));
  },
};
